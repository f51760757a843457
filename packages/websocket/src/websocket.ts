/** class WebSocket: the API of ws on one connection, of a server or of a client. */

import type { ClientRequest } from "node:http";
import type { Duplex } from "node:stream";
import { defineBrowserFace } from "./browser-face.ts";
import { type ClientOptions, clientArguments } from "./client-options.ts";
import { Connecting } from "./connecting.ts";
import { Emitter } from "./emitter.ts";
import { badOption, notOpen } from "./errors.ts";
import * as eventTarget from "./event.ts";
import { Connection } from "./node/connection.ts";
import { publishOpen } from "./node/diagnostics.ts";
import type { SendCallback } from "./node/send-callback.ts";
import { withDeflate } from "./options.ts";
import { closePayloadOf, controlPayloadOf, type Data, isBlob, payloadOf, sizeOf } from "./payload.ts";
import { PreparedMessage, type PrepareOptions } from "./prepared.ts";
import { deflateName } from "./protocol/deflate-offer.ts";
import { ReceiverFace } from "./receiver-face.ts";
import { type SendOptions, sendForm } from "./send-options.ts";
import { type Sender, senderOf } from "./sender.ts";
import { unfinishedMessages } from "./shared.ts";
import { type BinaryType, isBinaryType, SocketEvents, type SocketHandler } from "./socket-events.ts";
import type { SocketOptions } from "./socket-options.ts";
import type { WebSocketEvents } from "./websocket-events.ts";
import type { BufferLike, Handler, WebSocketEventMap } from "./ws-api.ts";

type ControlArguments = readonly [
  data: Data | SendCallback,
  mask: boolean | SendCallback | undefined,
  callback: SendCallback | undefined,
];

type ReadyState = 0 | 1 | 2 | 3;

const connecting = 0;
const open = 1;
const closing = 2;
const closed = 3;

export class WebSocket extends Emitter<WebSocketEvents> {
  static readonly CONNECTING = connecting;
  static readonly OPEN = open;
  static readonly CLOSING = closing;
  static readonly CLOSED = closed;
  declare readonly CONNECTING: typeof connecting;
  declare readonly OPEN: typeof open;
  declare readonly CLOSING: typeof closing;
  declare readonly CLOSED: typeof closed;

  #connection: Connection | undefined = undefined;
  #events: SocketEvents | undefined = undefined;
  /** Of a client. */
  #connecting: Connecting | undefined = undefined;
  #subprotocol = "";
  #kind: BinaryType = "nodebuffer";
  /** Bytes that were given to `send` too late. */
  #refused = 0;
  /** By `pause`: it stays so when the connection is gone. */
  #halted = false;
  #sender: Sender | undefined = undefined;

  /** A message that is encoded and framed once, to be sent to many. */
  static prepare(data: Exclude<Data, Blob>, options?: PrepareOptions): PreparedMessage {
    return PreparedMessage.of(data, options);
  }

  /** Messages that have not come whole, of all connections of the process: more bytes fail with 1013. @default 1_073_741_824 */
  static get maxUnfinishedBytes(): number {
    return unfinishedMessages.limit;
  }

  static set maxUnfinishedBytes(bytes: number) {
    if (!(bytes >= 0)) throw badOption("maxUnfinishedBytes", "a number that is not negative");
    unfinishedMessages.limit = bytes;
  }

  /**
   * Connects to `address`: ws:, wss:, http:, https: or ws+unix:. With null, what a WebSocketServer makes.
   * @throws {SyntaxError} for an address or a subprotocol that cannot be
   * @throws {RangeError | TypeError} for options that make no sense
   */
  constructor(address: null, protocols?: undefined, options?: object);
  constructor(address: string | URL, options?: ClientOptions);
  constructor(address: string | URL, protocols?: string | string[], options?: ClientOptions);
  constructor(address: string | URL | null, protocols?: string | string[] | ClientOptions, options?: ClientOptions) {
    super();
    if (address === null) return;
    this.#connecting = new Connecting(this, clientArguments(protocols, options));
    this.#connecting.begin(address);
  }

  get readyState(): ReadyState {
    const connection = this.#connection;
    if (connection === undefined) return this.#connecting?.readyState ?? connecting;
    if (connection.gone) return closed;
    return connection.closing ? closing : open;
  }

  /** The subprotocol that was agreed on; "" for none. */
  get protocol(): string {
    return this.#subprotocol;
  }

  /** "permessage-deflate" if compression was agreed on; else "". */
  get extensions(): string {
    return this.#connection?.deflate === undefined ? "" : deflateName;
  }

  /** Where a client connects to, redirects followed. Undefined for a socket of a server. */
  get url(): string {
    return this.#connecting?.url as string;
  }

  /** How binary messages are handed over: "nodebuffer", "arraybuffer", "fragments" or "blob". Others are ignored. */
  get binaryType(): BinaryType {
    return this.#kind;
  }

  set binaryType(type: BinaryType) {
    if (isBinaryType(type)) this.#kind = type;
  }

  get isPaused(): boolean {
    return this.#halted;
  }

  /** Bytes that `send` was given and that have not left the process. */
  get bufferedAmount(): number {
    return this.#refused + (this.#connection?.bufferedAmount ?? 0);
  }

  /** The closing handshake was completed. */
  get wasClean(): boolean {
    return this.#connection?.wasClean ?? false;
  }

  /**
   * Sends a message, or a fragment of one. It is encoded now: what `data` holds may change afterwards. Only of a server's
   * message of more than 16 KiB may the rest wait for the peer where it lies, as in ws: change it after `callback`.
   * @param callback called when the bytes have left the process, or never will
   * @throws {Error} while the connection is not open yet
   */
  send(data: BufferLike | PreparedMessage | null | undefined, callback?: SendCallback): void;
  send(
    data: BufferLike | PreparedMessage | null | undefined,
    options: SendOptions | undefined,
    callback?: SendCallback,
  ): void;
  send(data: Data | PreparedMessage, options?: SendOptions | SendCallback, callback?: SendCallback): void {
    if (typeof options === "function") return this.send(data, undefined, options);
    const connection = this.#connection;
    if (connection === undefined || this.readyState !== open) return this.#refuse(data, callback);
    if (data instanceof PreparedMessage) this.#sendPrepared(connection, data, callback);
    else if (isBlob(data)) connection.sendBlob(data, sendForm(true, connection.masks, options), callback);
    else {
      const payload = payloadOf(data);
      connection.send(payload, sendForm(typeof payload !== "string", connection.masks, options), callback);
    }
  }

  /** What `send` queued leaves now, as one write, instead of at the end of the tick. */
  flush(): void {
    this.#connection?.flush();
  }

  /** Whatever `write` sends leaves as one write when it has returned. */
  cork(write: () => void): void {
    if (this.#connection === undefined) write();
    else this.#connection.cork(write);
  }

  /** @throws {RangeError} for more than 125 bytes */
  ping(data?: Data | SendCallback, mask?: boolean | SendCallback, callback?: SendCallback): void {
    this.#control("ping", [data, mask, callback]);
  }

  /** @throws {RangeError} for more than 125 bytes */
  pong(data?: Data | SendCallback, mask?: boolean | SendCallback, callback?: SendCallback): void {
    this.#control("pong", [data, mask, callback]);
  }

  /**
   * Begins the closing handshake; `close` is emitted when it has ended, or its time is over.
   * @throws {TypeError} for a code that may not be sent, or a reason that is no text
   * @throws {RangeError} for a reason of more than 123 bytes
   */
  close(code?: number, reason?: string | Uint8Array): void {
    if (this.#connection === undefined) this.#connecting?.giveUp();
    else if (this.readyState === open) this.#connection.close(closePayloadOf(code, reason));
  }

  /** Cuts the connection, after what was sent has been written. */
  terminate(): void {
    if (this.#connection === undefined) this.#connecting?.giveUp();
    else if (!this.#connection.gone) this.#connection.terminate();
  }

  /** No more messages until `resume`; the peer is slowed down. */
  pause(): void {
    if (this.#connection === undefined || this.#connection.gone) return;
    this.#halted = true;
    this.#connection.pause();
  }

  resume(): void {
    if (this.#connection === undefined || this.#connection.gone) return;
    this.#halted = false;
    this.#connection.resume();
  }

  addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    handler: Handler<Type>,
    options?: eventTarget.EventListenerOptions,
  ): void {
    eventTarget.addEventListener(this, type, handler, options);
  }

  removeEventListener<Type extends keyof WebSocketEventMap>(type: Type, handler: Handler<Type>): void {
    eventTarget.removeEventListener(this, type, handler);
  }

  declare onopen: ((event: WebSocketEventMap["open"]) => void) | null;
  declare onmessage: ((event: WebSocketEventMap["message"]) => void) | null;
  declare onclose: ((event: WebSocketEventMap["close"]) => void) | null;
  declare onerror: ((event: WebSocketEventMap["error"]) => void) | null;

  /** @internal The connection is there: called by the server, by the opening handshake, and by subclasses of ws. */
  setSocket(stream: Duplex, head: Buffer, { connection, protocol, deflate, released }: SocketOptions): void {
    this.#subprotocol = protocol;
    const events = new SocketEvents(this, released);
    this.#events = events;
    this.#connection = new Connection(stream, withDeflate(connection, deflate), events);
    this.#connection.start(head);
    publishOpen(this);
    this.emit("open");
  }

  /** @internal Of a server's: the handler is told what happens from now on, ahead of all listeners (bench: Socket.IO echo, idle). */
  _reportTo(handler: SocketHandler): void {
    if (this.#events !== undefined) this.#events.handler = handler;
  }

  /** @internal ws has it: engine.io reads the address from it. What is queued leaves first. */
  get _socket(): Duplex | null {
    this.flush();
    return this.#connection?.stream ?? null;
  }

  /** @internal ws has it: engine.io sends frames through it that were made before. */
  get _sender(): Sender | null {
    if (this.#connection !== undefined) this.#sender ??= senderOf(this.#connection);
    return this.#sender ?? null;
  }

  /** @internal ws has it. */
  get _isServer(): boolean {
    return this.#connecting === undefined;
  }

  /** @internal ws has it: programs change the limit on messages through it. */
  get _receiver(): ReceiverFace | null {
    return this.#connection === undefined ? null : new ReceiverFace(this.#connection);
  }

  /** @internal ws has it. */
  get _redirects(): number {
    return this.#connecting?.redirects ?? 0;
  }

  /** @internal ws has it: the request while the handshake goes on. */
  get _req(): ClientRequest | null {
    return this.#connecting?.request ?? null;
  }

  /** A client masks each frame with a key of its own: nothing can be shared but the payload. */
  #sendPrepared(connection: Connection, prepared: PreparedMessage, callback: SendCallback | undefined): void {
    if (!connection.masks) return connection.sendPrepared(prepared, callback);
    const last = prepared.parts.length - 1;
    prepared.parts.forEach(({ payload, binary, compress }, at) => {
      connection.send(payload, sendForm(binary, true, { compress }), at === last ? callback : undefined);
    });
  }

  #control(kind: "ping" | "pong", given: ControlArguments): void {
    const [data, mask] = given;
    const callback = given.find((argument) => typeof argument === "function");
    const content = typeof data === "function" ? undefined : data;
    const connection = this.#connection;
    if (connection === undefined || this.readyState !== open) return this.#refuse(content, callback);
    const form = { masked: typeof mask === "boolean" ? mask : undefined, callback };
    const payload = controlPayloadOf(content);
    if (isBlob(payload)) connection.sendControlBlob(kind, payload, form);
    else connection.sendControl(kind, payload, form);
  }

  /** @throws {Error} while the connection is not open yet */
  #refuse(data: Data | PreparedMessage, callback: SendCallback | undefined): void {
    const { readyState } = this;
    if (readyState === connecting) throw notOpen(connecting);
    this.#refused += data instanceof PreparedMessage ? data.frames.length : sizeOf(data);
    if (callback) process.nextTick(callback, notOpen(readyState));
  }
}

defineBrowserFace(WebSocket);
