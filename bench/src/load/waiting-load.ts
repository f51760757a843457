/** The server that measured clients come to: it sends, and they echo. The same for all of them, and it knows no peer's code. */

import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Channel, ConnectionHandler } from "./connection.ts";
import { EchoLanes, type EchoOptions } from "./echo-lanes.ts";
import type { ClientLoad } from "./load.ts";
import { type Target, webSocketAnswer } from "./opening.ts";
import { Disqualified } from "./reply-checker.ts";

export class WaitingLoad implements ClientLoad {
  readonly target: Target;
  private readonly server: Server;
  private readonly lanes: EchoLanes;
  private wanted = 0;
  private complete: () => void = () => {};

  private constructor(server: Server, options: EchoOptions) {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("not listening on a port");
    this.target = { port: address.port, path: "/" };
    this.server = server;
    this.lanes = new EchoLanes(options);
    server.on("connection", (socket) => void this.receive(socket));
  }

  static async listen(options: EchoOptions): Promise<WaitingLoad> {
    const server = createServer({ noDelay: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new WaitingLoad(server, options);
  }

  async open(count: number): Promise<void> {
    this.wanted += count;
    const opened = new Promise<void>((resolve) => {
      this.complete = resolve;
    });
    this.announce();
    await opened;
  }

  exchange(messages: number): Promise<Float64Array> {
    return this.lanes.exchange(messages);
  }

  close(): void {
    this.lanes.close();
    this.server.close();
  }

  private async receive(socket: Socket): Promise<void> {
    socket.on("error", () => {}); // `close` follows
    const head = await readHead(socket);
    if (head === undefined) return;
    this.lanes.add(new Accepted(socket));
    socket.write(webSocketAnswer(head));
    this.announce();
  }

  private announce(): void {
    if (this.lanes.count >= this.wanted) this.complete();
  }
}

/** A client says nothing behind its opening until it has the answer. */
async function readHead(socket: Socket): Promise<string | undefined> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const [chunk]: unknown[] = await once(socket, "data").catch(() => []);
    if (!Buffer.isBuffer(chunk)) return undefined;
    head += chunk.toString("latin1");
  }
  return head;
}

class Accepted implements Channel {
  handler: ConnectionHandler | undefined;
  private readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes) => this.read(bytes));
    socket.on("close", () => this.handler?.lost(new Disqualified("the client hung up")));
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.handler = undefined;
    this.socket.destroy();
  }

  private read(bytes: Buffer): void {
    try {
      this.handler?.received(bytes);
    } catch (error) {
      this.handler?.lost(error);
    }
  }
}
