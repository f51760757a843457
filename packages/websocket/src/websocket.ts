/** class WebSocket: the API of ws on one connection. */

import { EventEmitter } from "node:events";
import type { Duplex } from "node:stream";
import { misuse, notOpen } from "./errors.ts";
import { Connection, type ConnectionEvents, type ConnectionOptions } from "./node/connection.ts";
import type { SendCallback } from "./node/send-callback.ts";
import { closePayloadOf, controlPayloadOf, type Data, payloadOf } from "./payload.ts";
import { PreparedMessage } from "./prepared.ts";

export interface SendOptions {
  /** @default whether the data is something else than a string */
  binary?: boolean | undefined;
  /** False for all but the last fragment of a message. @default true */
  fin?: boolean | undefined;
}

export interface WebSocketEvents {
  /** `data` may be a view of a larger chunk of memory: copy small things that are kept for long. */
  message: [data: Buffer, isBinary: boolean];
  ping: [data: Buffer];
  pong: [data: Buffer];
  /** The connection is gone; emitted once. 1005: the peer gave no code; 1006: there was no closing handshake. */
  close: [code: number, reason: Buffer];
  /** The peer broke the protocol; `close` follows. Without a listener nothing is thrown. */
  error: [error: Error];
  /** Nothing waits any more, after the peer had been too slow. */
  drain: [];
  /** More than `maxBufferedBytes` wait; emitted once until `drain`. */
  backpressure: [];
}

type ControlArguments = readonly [
  data: Data | SendCallback,
  mask: boolean | SendCallback | undefined,
  callback: SendCallback | undefined,
];

/** What the server gives to each of its sockets. */
export interface SocketOptions {
  readonly connection: ConnectionOptions;
  readonly protocol: string;
  /** Called before `close` is emitted. */
  readonly released: (socket: WebSocket) => void;
}

export class WebSocket extends EventEmitter<WebSocketEvents> {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  private connection: Connection | undefined = undefined;
  private subprotocol = "";
  /** Bytes that were given to `send` too late. */
  private refused = 0;

  /** A message that is encoded and framed once, to be sent to many. */
  static prepare(data: Data, options?: { binary?: boolean | undefined }): PreparedMessage {
    return PreparedMessage.of(data, options);
  }

  /** @throws {TypeError} for any address: this version has no client. Sockets come from a WebSocketServer. */
  constructor(address: string | URL | null) {
    super();
    if (address !== null) throw misuse("noClient");
  }

  get readyState(): 0 | 1 | 2 | 3 {
    const { connection } = this;
    if (connection === undefined) return WebSocket.CONNECTING;
    if (connection.gone) return WebSocket.CLOSED;
    return connection.protocol.state === "open" ? WebSocket.OPEN : WebSocket.CLOSING;
  }

  /** The subprotocol that was agreed on; "" for none. */
  get protocol(): string {
    return this.subprotocol;
  }

  get isPaused(): boolean {
    return this.connection?.protocol.paused ?? false;
  }

  /** Bytes that `send` was given and that have not left the process. */
  get bufferedAmount(): number {
    return this.refused + (this.connection?.bufferedAmount ?? 0);
  }

  send(data: Data | PreparedMessage, callback?: SendCallback): void;
  send(data: Data | PreparedMessage, options: SendOptions | undefined, callback?: SendCallback): void;
  send(data: Data | PreparedMessage, options?: SendOptions | SendCallback, callback?: SendCallback): void {
    if (typeof options === "function") return this.send(data, undefined, options);
    const connection = this.opened;
    if (data instanceof PreparedMessage) {
      if (this.readyState === WebSocket.OPEN) connection.sendFrames(data.frames, callback);
      else this.refuse(data.frames, callback);
      return;
    }
    const payload = payloadOf(data);
    if (this.readyState !== WebSocket.OPEN) return this.refuse(payload, callback);
    const binary = options?.binary ?? typeof payload !== "string";
    connection.send(payload, { binary, fin: options?.fin ?? true }, callback);
  }

  /** What `send` queued leaves now, as one write, instead of at the end of the tick. */
  flush(): void {
    this.connection?.flush();
  }

  /** `mask` is there for ws's sake: a server never masks. */
  ping(data?: Data | SendCallback, mask?: boolean | SendCallback, callback?: SendCallback): void {
    this.control("ping", [data, mask, callback]);
  }

  pong(data?: Data | SendCallback, mask?: boolean | SendCallback, callback?: SendCallback): void {
    this.control("pong", [data, mask, callback]);
  }

  /** Begins the closing handshake; `close` is emitted when it has ended, or its time is over. */
  close(code?: number, reason?: string | Uint8Array): void {
    if (this.readyState === WebSocket.OPEN) this.opened.close(closePayloadOf(code, reason));
  }

  /** Cuts the connection, after what was sent has been written. */
  terminate(): void {
    this.live?.terminate();
  }

  /** No more messages until `resume`; the peer is slowed down. */
  pause(): void {
    this.live?.pause();
  }

  resume(): void {
    this.live?.resume();
  }

  /** @internal Called once, by the server. */
  setSocket(stream: Duplex, head: Buffer, options: SocketOptions): void {
    this.subprotocol = options.protocol;
    this.connection = new Connection(stream, options.connection, new Events(this, options.released));
    this.connection.start(head);
  }

  private get live(): Connection | undefined {
    return this.connection?.gone === true ? undefined : this.connection;
  }

  private get opened(): Connection {
    if (this.connection === undefined) throw notOpen(WebSocket.CONNECTING);
    return this.connection;
  }

  private control(kind: "ping" | "pong", given: ControlArguments): void {
    const [data] = given;
    const callback = given.find((argument) => typeof argument === "function");
    const payload = controlPayloadOf(typeof data === "function" ? undefined : data);
    if (this.readyState === WebSocket.OPEN) this.opened.sendControl(kind, payload, callback);
    else this.refuse(payload, callback);
  }

  private refuse(payload: Buffer | string, callback: SendCallback | undefined): void {
    this.refused += Buffer.byteLength(payload);
    if (callback !== undefined) process.nextTick(callback, notOpen(this.readyState));
  }
}

for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 })) {
  Object.defineProperty(WebSocket.prototype, name, { enumerable: true, value });
}

/** What the connection tells, as events. */
class Events implements ConnectionEvents {
  private readonly socket: WebSocket;
  private readonly released: (socket: WebSocket) => void;

  constructor(socket: WebSocket, released: (socket: WebSocket) => void) {
    this.socket = socket;
    this.released = released;
  }

  message(data: Buffer, binary: boolean): void {
    this.socket.emit("message", data, binary);
  }

  ping(data: Buffer): void {
    this.socket.emit("ping", data);
  }

  pong(data: Buffer): void {
    this.socket.emit("pong", data);
  }

  /** A peer's fault is no reason to end the process: without a listener, nothing is thrown. */
  failed(error: Error): void {
    if (this.socket.listenerCount("error") > 0) this.socket.emit("error", error);
  }

  closed(code: number, reason: Buffer): void {
    this.released(this.socket);
    this.socket.emit("close", code, reason);
  }

  drained(): void {
    this.socket.emit("drain");
  }

  backpressure(): void {
    this.socket.emit("backpressure");
  }
}
