/** A panel's connection by Socket.IO's own client, as the server serves it: it says its packets, and resumes by `pid` and offset (wires: "Socket.IO wire"). */

import type { Connection, ConnectionHandler, Platform, Ticket } from "./connection.ts";
import { failure, isRecord, type Outcome, parseJson } from "./event.ts";

/** What is used of the client's socket. */
export interface LibrarySocket {
  readonly io: { readonly engine: LibraryEngine };
  on(event: "disconnect" | "connect_error", listener: (why: unknown) => void): unknown;
  onAny(listener: (event: string, ...args: unknown[]) => void): unknown;
  timeout(ms: number): { emitWithAck(event: string, ...args: unknown[]): Promise<unknown> };
}

interface LibraryEngine {
  on(event: "packet" | "packetCreate", listener: (packet: LibraryPacket) => void): unknown;
  close(): unknown;
}

export interface LibraryPacket {
  readonly type: string;
  readonly data?: unknown;
}

/** The function that the client's script gives the page. */
export type Library = (url: string, options: Readonly<Record<string, unknown>>) => LibrarySocket;

/** Each connection is new, and is made again by the panel; a WebSocket at once, or polls where there can be none. */
const options = { forceNew: true, reconnection: false, transports: ["websocket", "polling"], tryAllTransports: true };

/** A foreign client is not told why there is no ack. */
const ackTimeout = 10_000;

const digits: ReadonlyMap<string, number> = new Map(
  ["open", "close", "ping", "pong", "message", "upgrade", "noop"].map((type, digit) => [type, digit]),
);

export class SocketIoConnection implements Connection {
  readonly cursor = undefined;
  private readonly ticket: Ticket;
  private readonly handler: ConnectionHandler;
  private readonly socket: LibrarySocket;
  private readonly waiting = new Set<(outcome: Outcome) => void>();
  private isOver = false;

  constructor({ endpoint, io }: Platform, ticket: Ticket, handler: ConnectionHandler) {
    this.ticket = ticket;
    this.handler = handler;
    handler.traced("out", "GET /socket.io/?EIO=4&transport=websocket\nUpgrade: websocket");
    this.socket = io(endpoint.origin, { ...options, auth: { pid: ticket.session, offset: ticket.since } });
    const { engine } = this.socket.io;
    engine.on("packet", (packet) => this.came(packet));
    engine.on("packetCreate", (packet) => handler.traced("out", textOf(packet)));
    this.socket.onAny((name, ...args) => this.receive(name, args));
    this.socket.on("disconnect", (reason) => this.ended(String(reason)));
    this.socket.on("connect_error", (error) => this.ended(error instanceof Error ? error.message : String(error)));
  }

  send(text: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        this.waiting.delete(settle);
        resolve(outcome);
      };
      this.waiting.add(settle);
      const answered = this.socket.timeout(ackTimeout).emitWithAck("chat", text);
      answered.then(
        (answer) => settle({ ok: true, answer }),
        () => settle(failure("timeout", "no ack came")),
      );
    });
  }

  /** Without a word of goodbye, after which it could not come back to its session. */
  cut(): void {
    this.finish();
    this.socket.io.engine.close();
  }

  private came(packet: LibraryPacket): void {
    if (this.isOver) return;
    this.handler.traced("in", textOf(packet));
    const hello = readConnect(packet);
    if (hello === undefined) return;
    const { pid: session, sid: socket } = hello;
    this.handler.opened({ session, socket, recovered: session === this.ticket.session, reason: undefined });
  }

  /** The last argument is the event's offset. */
  private receive(name: string, args: readonly unknown[]): void {
    const id = args.at(-1);
    if (!this.isOver && typeof id === "string") this.handler.received({ name, args: args.slice(0, -1), id });
  }

  private ended(why: string): void {
    if (this.isOver) return;
    this.finish();
    this.handler.traced("note", why);
    this.handler.lost(why);
  }

  private finish(): void {
    this.isOver = true;
    for (const settle of this.waiting) settle(failure("cut", "the connection ended before the ack came"));
  }
}

/** As it travels. */
function textOf({ type, data = "" }: LibraryPacket): string {
  return `${digits.get(type) ?? type}${typeof data === "string" ? data : "(binary)"}`;
}

/** @returns what the server says of the session when a client is in: a CONNECT packet. Undefined for other packets */
function readConnect({ type, data }: LibraryPacket): { sid: string; pid: string } | undefined {
  if (type !== "message" || typeof data !== "string" || !data.startsWith("0{")) return undefined;
  const value = parseJson(data.slice(1));
  if (!isRecord(value) || typeof value.sid !== "string" || typeof value.pid !== "string") return undefined;
  return { sid: value.sid, pid: value.pid };
}
