/** Who is judged: a server and a client of ours, and those of npm's ws as a check of the tables; each faces a wire. */

import { createHash } from "node:crypto";
import { type EventEmitter, once } from "node:events";
import { connect, createServer, type Server, Socket } from "node:net";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer, { WebSocketServer as PeerServer } from "ws";
import { portOf } from "../served.ts";
import { say, sayClose, Wire } from "./wire.ts";

/** As much of a WebSocket as both have. */
export type Program = EventEmitter & {
  readonly extensions: string;
  send(data: Buffer | string): void;
  send(data: Buffer | string, options: { binary?: boolean; compress?: boolean; fin?: boolean }): void;
  ping(data: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
};

/** One connection: the wire at one end, the program at the other. */
export interface Trial {
  readonly wire: Wire;
  readonly program: Program;
  /** The stream that the program reads. */
  readonly stream: Socket;
  /** The head with which the judged side has opened the connection. */
  readonly head: string;
  /** What the program was told, in order. */
  readonly told: string[];
  readonly closed: Promise<unknown>;
}

export interface Side {
  readonly name: string;
  readonly ours: boolean;
  /** Its frames are masked: it is a client. */
  readonly masks: boolean;
  /** @param extensions what the wire says in its header Sec-WebSocket-Extensions */
  open(extensions?: string): Promise<Trial>;
  close(): void;
}

export interface CompressionOptions {
  serverNoContextTakeover?: boolean;
  clientNoContextTakeover?: boolean;
  serverMaxWindowBits?: number;
  clientMaxWindowBits?: number;
  threshold?: number;
}

/** What both know, on either side. */
export interface SideOptions {
  perMessageDeflate?: boolean | CompressionOptions;
  maxPayload?: number;
  allowSynchronousEvents?: boolean;
}

function trial(program: Program, { wire, head }: Pick<Trial, "wire" | "head">): Trial {
  const told: string[] = [];
  program.on("message", (data: Buffer, isBinary: boolean) => told.push(say(isBinary ? "binary" : "text", data)));
  program.on("ping", (data: Buffer) => told.push(say("ping", data)));
  program.on("pong", (data: Buffer) => told.push(say("pong", data)));
  program.on("error", (error: Error & { code?: string }) => told.push(`error ${error.code}`));
  program.on("close", (code: number, reason: Buffer) => told.push(sayClose(code, reason)));
  const stream: unknown = Reflect.get(program, "_socket");
  if (!(stream instanceof Socket)) throw new Error("not open");
  return { wire, program, stream, head, told, closed: new Promise((resolve) => program.on("close", resolve)) };
}

type AnyServer = EventEmitter & { address(): unknown; close(): void };

function serverSide(name: string, ours: boolean, wss: AnyServer): Side {
  const accepted = new Map<string, Program>();
  wss.on("connection", (program: Program, { url }: { url: string }) => accepted.set(url, program));
  let count = 0;
  return {
    name,
    ours,
    masks: false,
    async open(extensions) {
      const path = `/${++count}`;
      const wire = new Wire(connect(portOf(wss), "127.0.0.1"));
      wire.socket.write(requestFor(path, extensions));
      const head = await wire.head();
      const program = accepted.get(path);
      if (program === undefined) throw new Error(head);
      accepted.delete(path);
      return trial(program, { wire, head });
    },
    close: () => wss.close(),
  };
}

function requestFor(path: string, extensions: string | undefined): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    "Host: localhost",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...(extensions === undefined ? [] : [`Sec-WebSocket-Extensions: ${extensions}`]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

type OpenClient = (url: string) => Program;

function clientSide(name: string, ours: boolean, [server, open]: readonly [Server, OpenClient]): Side {
  const asked = new Map<string, (come: Pick<Trial, "wire" | "head">) => void>();
  server.on("connection", async (socket: Socket) => {
    const wire = new Wire(socket);
    const head = await wire.head();
    const path = head.split(" ", 2)[1] ?? "";
    asked.get(path)?.({ wire, head });
    asked.delete(path);
  });
  let count = 0;
  return {
    name,
    ours,
    masks: true,
    async open(extensions) {
      const path = `/${++count}`;
      const come = new Promise<Pick<Trial, "wire" | "head">>((resolve) => asked.set(path, resolve));
      const program = open(`ws://127.0.0.1:${portOf(server)}${path}`);
      const { wire, head } = await come;
      wire.socket.write(answerTo(head, extensions));
      await once(program, "open");
      return trial(program, { wire, head });
    },
    close: () => server.close(),
  };
}

export function answerTo(head: string, extensions: string | undefined): string {
  const key = /^Sec-WebSocket-Key: (.*)\r$/im.exec(head)?.[1] ?? "";
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64")}`,
    ...(extensions === undefined ? [] : [`Sec-WebSocket-Extensions: ${extensions}`]),
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** All four, listening. */
export async function openSides(options: SideOptions = {}): Promise<Side[]> {
  const given = { perMessageDeflate: false, ...options };
  const listening = { ...given, port: 0, host: "127.0.0.1" };
  const [ours, theirs] = [new WebSocketServer(listening), new PeerServer(listening)];
  const [forOurs, forTheirs] = [createServer(), createServer()];
  for (const server of [forOurs, forTheirs]) server.listen(0, "127.0.0.1");
  await Promise.all([ours, theirs, forOurs, forTheirs].map((server) => once(server, "listening")));
  return [
    serverSide("our server", true, ours),
    clientSide("our client", true, [forOurs, (url) => new WebSocket(url, given)]),
    serverSide("the server of ws", false, theirs),
    clientSide("the client of ws", false, [forTheirs, (url) => new Peer(url, given)]),
  ];
}
