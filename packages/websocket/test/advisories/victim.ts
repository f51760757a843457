/** Starts a process with a server or a client of ours, and asks for what it holds: the ceiling is that of a whole process. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { listening } from "../clients.ts";
import { answerTo, type SideOptions } from "../conformance/side.ts";
import { Wire } from "../conformance/wire.ts";
import { requestLines, requestOf } from "../served.ts";

export interface Orders {
  readonly options: SideOptions;
  /** A client's; without it, a server is started. */
  readonly url?: string;
  readonly count?: number;
}

export interface Report {
  /** Not told by itself. */
  readonly asked: boolean;
  /** Of the server that listens. */
  readonly port: number | undefined;
  readonly messages: number;
  /** Of all messages. */
  readonly bytes: number;
  readonly pings: number;
  readonly errors: readonly string[];
  readonly closes: readonly number[];
  readonly rss: number;
  /** Heap and buffers in use; all that is garbage was collected before a report that was asked for. */
  readonly held: number;
  /** The most memory that the process ever had. */
  readonly peak: number;
  /** Sockets. */
  readonly open: number;
}

export const mebibyte = 0x10_0000;

export class Victim {
  /** The side of the wires that lead to it: a client's frames are masked. */
  readonly masked: boolean;
  private readonly child: ChildProcess;
  private readonly connectTo: () => Promise<Wire>;

  private constructor(child: ChildProcess, masked: boolean, connectTo: () => Promise<Wire>) {
    this.child = child;
    this.masked = masked;
    this.connectTo = connectTo;
  }

  /** @param extensions what the wires say in their opening handshakes */
  static async server(t: TestContext, options: SideOptions = {}, extensions?: string): Promise<Victim> {
    const child = start(t);
    child.send({ options } satisfies Orders);
    const [{ port }] = (await once(child, "message")) as [Report];
    return new Victim(child, true, async () => {
      const wire = new Wire(connect(port ?? 0, "127.0.0.1"));
      t.after(() => wire.socket.destroy());
      const more = extensions === undefined ? [] : [`Sec-WebSocket-Extensions: ${extensions}`];
      wire.socket.write(requestOf([...requestLines, ...more]));
      await wire.head();
      return wire;
    });
  }

  static async client(t: TestContext, options: SideOptions = {}, extensions?: string): Promise<Victim> {
    const child = start(t);
    const server = createServer();
    const port = await listening(t, server);
    return new Victim(child, false, async () => {
      const come = once(server, "connection");
      child.send({ options, url: `ws://127.0.0.1:${port}/` } satisfies Orders);
      const [socket] = await come;
      const wire = new Wire(socket);
      wire.socket.write(answerTo(await wire.head(), extensions));
      return wire;
    });
  }

  open(): Promise<Wire> {
    return this.connectTo();
  }

  /** After all garbage was collected; asks until `holds`. */
  async report(holds: (report: Report) => boolean = () => true): Promise<Report> {
    for (;;) {
      const answer = this.told(({ asked }) => asked);
      this.child.send("report");
      const report = await answer;
      if (holds(report)) return report;
    }
  }

  /** Whenever it has a message, a ping "read" or the end of a connection, it tells by itself. */
  told(holds: (report: Report) => boolean): Promise<Report> {
    return new Promise((resolve) => {
      const listen = (report: Report): void => {
        if (!holds(report)) return;
        this.child.off("message", listen);
        resolve(report);
      };
      this.child.on("message", listen);
    });
  }
}

function start(t: TestContext): ChildProcess {
  const child = fork(join(import.meta.dirname, "victim-process.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  t.after(() => child.kill());
  return child;
}

/** Both, one after the other. */
export const victims = [
  ["server", Victim.server],
  ["client", Victim.client],
] as const;
