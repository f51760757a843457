/** class WebSocket: the interface of WHATWG WebSockets §3, for `globalThis`. */

import { CloseEvent } from "./close-event.ts";
import { type CloseInfo, closePayload, validateClose } from "./close-info.ts";
import { EventHandler } from "./event-handler.ts";
import { exactArrayBuffer, lengthOf, payloadOf } from "./message-data.ts";
import { type Agreement, type Ending, Session } from "./session.ts";
import { resolveTarget } from "./target.ts";
import { TaskQueue } from "./task-queue.ts";
import {
  clampUnsignedShort,
  defineConstants,
  isIterable,
  requireArgument,
  shapeInterface,
  toText,
  toTexts,
} from "./web-idl.ts";

export type BinaryType = "blob" | "arraybuffer";

export interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: Event;
  close: CloseEvent;
}

type Handler<Type extends keyof WebSocketEventMap> = (this: WebSocket, event: WebSocketEventMap[Type]) => unknown;

type Listener<Type extends keyof WebSocketEventMap> =
  | Handler<Type>
  | { handleEvent(event: WebSocketEventMap[Type]): unknown };

type AddOptions = Parameters<EventTarget["addEventListener"]>[2];
type RemoveOptions = Parameters<EventTarget["removeEventListener"]>[2];

/** Listeners get the event of their type; other types are a program's own. */
export interface WebSocket {
  addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<Type> | null,
    options?: AddOptions,
  ): void;
  addEventListener(...given: Parameters<EventTarget["addEventListener"]>): void;
  removeEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<Type> | null,
    options?: RemoveOptions,
  ): void;
  removeEventListener(...given: Parameters<EventTarget["removeEventListener"]>): void;
}

const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;
type ReadyState = (typeof states)[keyof typeof states];

const { dispatchEvent } = EventTarget.prototype;

/** Messages of so many bytes may wait for their events; then the peer is slowed down. */
const heldUpTo = 0x10_0000;

// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: methods of EventTarget, with the types of these events
export class WebSocket extends EventTarget {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  readonly #url: string;
  readonly #origin: string;
  readonly #session: Session;
  readonly #tasks = new TaskQueue();
  readonly #onopen = new EventHandler<Handler<"open">>(this, "open");
  readonly #onmessage = new EventHandler<Handler<"message">>(this, "message");
  readonly #onerror = new EventHandler<Handler<"error">>(this, "error");
  readonly #onclose = new EventHandler<Handler<"close">>(this, "close");
  #state: ReadyState = states.CONNECTING;
  #agreement: Agreement = { protocol: "", extensions: "" };
  #binaryType: BinaryType = "blob";
  #bufferedAmount = 0;
  /** Bytes that have left since `bufferedAmount` was brought up to date. */
  #left = 0;
  /** Bytes of messages whose events wait. */
  #held = 0;
  #paused = false;

  /**
   * Connects at once, or when the handshakes before with the same host are over.
   * @param url its scheme is `ws:`, `wss:`, `http:` or `https:`
   * @param protocols subprotocols in order of preference; the server must choose one
   * @throws {DOMException} SyntaxError for a URL or a subprotocol that cannot be
   */
  constructor(url: string | URL, protocols: string | Iterable<string> = []) {
    // biome-ignore lint/complexity/noArguments: `undefined` is an argument
    requireArgument("WebSocket", arguments.length);
    super();
    const address = toText(url);
    const names = isIterable(protocols) ? toTexts("protocols", protocols) : [toText(protocols)];
    const target = resolveTarget(address, names);
    this.#url = target.url.href;
    this.#origin = target.url.origin;
    this.#session = new Session(this, target, {
      opened: (agreement) => this.#tasks.add(() => this.#opened(agreement)),
      message: (data, binary) => this.#received(data, binary),
      closed: (ending) => this.#closed(ending),
    });
  }

  get url(): string {
    return this.#url;
  }

  get readyState(): ReadyState {
    return this.#current;
  }

  /** Bytes that `send` was given and that have not left, without framing. What comes too late to be sent stays in it. */
  get bufferedAmount(): number {
    return this.#bufferedAmount;
  }

  /** `permessage-deflate` with its parameters, if it was agreed on. */
  get extensions(): string {
    return this.#agreement.extensions;
  }

  /** The subprotocol that the server has chosen. */
  get protocol(): string {
    return this.#agreement.protocol;
  }

  get onopen(): Handler<"open"> | null {
    return this.#onopen.value;
  }

  set onopen(handler: Handler<"open"> | null) {
    this.#onopen.value = handler;
  }

  get onerror(): Handler<"error"> | null {
    return this.#onerror.value;
  }

  set onerror(handler: Handler<"error"> | null) {
    this.#onerror.value = handler;
  }

  get onclose(): Handler<"close"> | null {
    return this.#onclose.value;
  }

  set onclose(handler: Handler<"close"> | null) {
    this.#onclose.value = handler;
  }

  /**
   * Begins the closing handshake, behind all that was sent. Before `open`, the connection fails.
   * @param code 1000, or from 3000 to 4999
   * @param reason at most 123 bytes as UTF-8
   * @throws {DOMException} InvalidAccessError for the code, SyntaxError for the reason
   */
  close(code: number | undefined = undefined, reason?: string): void {
    // the default makes its length 0
    this.#close({
      code: code === undefined ? null : clampUnsignedShort(code),
      reason: reason === undefined ? "" : toText(reason),
    });
  }

  get onmessage(): Handler<"message"> | null {
    return this.#onmessage.value;
  }

  set onmessage(handler: Handler<"message"> | null) {
    this.#onmessage.value = handler;
  }

  /** What binary messages come as; other values are ignored. */
  get binaryType(): BinaryType {
    return this.#binaryType;
  }

  set binaryType(type: BinaryType) {
    const before = this.#binaryType;
    const value = toText(type);
    this.#binaryType = value === "blob" || value === "arraybuffer" ? value : before;
  }

  /**
   * After `close`, what is sent is counted and dropped.
   * @throws {DOMException} InvalidStateError before `open`
   */
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    // biome-ignore lint/complexity/noArguments: `undefined` is sent as a text
    requireArgument("send", arguments.length);
    const payload = payloadOf(data);
    const state = this.#current;
    if (state === states.CONNECTING) throw new DOMException("The WebSocket is not open yet", "InvalidStateError");
    const length = lengthOf(payload);
    this.#bufferedAmount += length;
    if (state !== states.OPEN) return;
    this.#session.send(payload, (left) => {
      if (left) this.#transmitted(length);
    });
  }

  get #current(): ReadyState {
    const peerCloses = this.#state === states.OPEN && this.#tasks.idle && this.#session.closing;
    return peerCloses ? states.CLOSING : this.#state;
  }

  #close(info: CloseInfo): void {
    const payload = closePayload(validateClose(info));
    if (this.#state === states.CLOSING || this.#state === states.CLOSED) return;
    this.#state = states.CLOSING;
    this.#session.close(payload);
    this.#goOn();
  }

  /** Counted until the task is over, however fast it was. */
  #transmitted(length: number): void {
    if (length === 0) return;
    if (this.#left === 0) setImmediate(() => this.#settle());
    this.#left += length;
  }

  #settle(): void {
    this.#bufferedAmount -= this.#left;
    this.#left = 0;
  }

  #opened(agreement: Agreement): void {
    if (this.#state !== states.CONNECTING) return; // closed meanwhile
    this.#state = states.OPEN;
    this.#agreement = agreement;
    dispatchEvent.call(this, new Event("open"));
  }

  #received(data: Buffer, binary: boolean): void {
    if (this.#state === states.CLOSING) return;
    this.#held += data.length;
    this.#tasks.add(() => {
      this.#held -= data.length;
      if (this.#held === 0) this.#goOn();
      this.#deliver(data, binary);
    });
    if (this.#held <= heldUpTo || this.#paused) return;
    this.#paused = true;
    this.#session.pause();
  }

  #goOn(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#session.resume();
  }

  #deliver(bytes: Buffer, binary: boolean): void {
    if (this.#state !== states.OPEN) return;
    const data = binary ? this.#binaryData(bytes) : bytes.toString();
    dispatchEvent.call(this, new MessageEvent("message", { data, origin: this.#origin }));
  }

  #binaryData(bytes: Buffer): Blob | ArrayBuffer {
    return this.#binaryType === "blob" ? new Blob([bytes]) : exactArrayBuffer(bytes);
  }

  #closed({ failed, wasClean, code, reason }: Ending): void {
    this.#tasks.add(() => {
      this.#state = states.CLOSED;
      if (failed) dispatchEvent.call(this, new Event("error"));
    });
    this.#tasks.add(() => dispatchEvent.call(this, new CloseEvent("close", { wasClean, code, reason })));
  }
}

for (const target of [WebSocket, WebSocket.prototype]) defineConstants(target, states);
shapeInterface("WebSocket", WebSocket.prototype);
