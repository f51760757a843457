/** class WebSocketStream: a WebSocket as WHATWG streams, by the draft of the WebSockets standard and as Chromium has it. */

import type { ReadableStream, WritableStream } from "node:stream/web";
import { type CloseInfo, closePayload, validateClose } from "./close-info.ts";
import { Deferred } from "./deferred.ts";
import { MessageStreams } from "./message-streams.ts";
import { type Agreement, type Ending, Session } from "./session.ts";
import { resolveTarget, type Target } from "./target.ts";
import { requireArgument, shapeInterface, toDictionary, toText, toTexts } from "./web-idl.ts";
import { lostConnection, toCloseInfo, type WebSocketCloseInfo, WebSocketError } from "./web-socket-error.ts";

export interface WebSocketStreamOptions {
  /** Subprotocols in order of preference; the server must choose one. @default none */
  protocols?: Iterable<string> | undefined;
  /** Gives up the opening handshake. Without effect once it is over. */
  signal?: AbortSignal | undefined;
}

export interface WebSocketOpenInfo {
  /** Messages: a text as a string, others as a Uint8Array of their own. While nobody reads, the peer is slowed down. */
  readonly readable: ReadableStream<string | Uint8Array>;
  /** A write is done when its bytes have left. Closing it begins the closing handshake, and ends with it. */
  readonly writable: WritableStream<string | ArrayBuffer | ArrayBufferView>;
  readonly extensions: string;
  readonly protocol: string;
}

/** How the connection was closed: what the peer's close frame said, 1005 if it said nothing. */
export interface WebSocketClosed {
  readonly closeCode: number;
  readonly reason: string;
}

const noInfo: CloseInfo = { code: null, reason: "" };

export class WebSocketStream {
  readonly #url: string;
  readonly #opened = new Deferred<WebSocketOpenInfo>();
  readonly #closed = new Deferred<WebSocketClosed>();
  #session: Session | undefined = undefined;
  #streams: MessageStreams | undefined = undefined;
  /** We have begun to close: what still comes is dropped. */
  #leaving = false;
  #unwatch = (): void => {};

  /**
   * Connects at once, or when the handshakes before with the same host are over.
   * @param url its scheme is `ws:`, `wss:`, `http:` or `https:`
   * @throws {DOMException} SyntaxError for a URL or a subprotocol that cannot be
   * @throws {TypeError} for options that cannot be
   */
  constructor(url: string | URL, options: WebSocketStreamOptions = {}) {
    // biome-ignore lint/complexity/noArguments: `undefined` is an argument
    requireArgument("WebSocketStream", arguments.length);
    const address = toText(url);
    const { protocols, signal } = toDictionary("options", options);
    if (signal !== undefined && !(signal instanceof AbortSignal)) throw new TypeError("signal is not an AbortSignal");
    const target = resolveTarget(address, protocols === undefined ? [] : toTexts("protocols", protocols));
    this.#url = target.url.href;
    if (signal?.aborted) this.#giveUp(signal);
    else this.#connect(target, signal);
  }

  get url(): string {
    return this.#url;
  }

  /** Rejected with a WebSocketError if the opening handshake fails, or with the reason of `signal`. */
  get opened(): Promise<WebSocketOpenInfo> {
    return this.#opened.promise;
  }

  /** Rejected with a WebSocketError if the connection does not close cleanly. */
  get closed(): Promise<WebSocketClosed> {
    return this.#closed.promise;
  }

  /**
   * Begins the closing handshake, behind all that was written. What is not read by then is dropped.
   * @throws {DOMException} InvalidAccessError for the code, SyntaxError for the reason
   * @throws {TypeError} for what is no such info
   */
  close(closeInfo: WebSocketCloseInfo = {}): void {
    this.#close(validateClose(toCloseInfo("closeInfo", closeInfo)));
  }

  #connect(target: Target, signal: AbortSignal | undefined): void {
    this.#session = new Session(this, target, {
      opened: (agreement) => this.#established(agreement),
      message: (data, binary) => {
        if (!this.#leaving) this.#streams?.receive(data, binary);
      },
      closed: (ending) => this.#end(ending),
    });
    if (signal !== undefined) this.#watch(signal);
  }

  #watch(signal: AbortSignal): void {
    const abort = (): void => {
      this.#close(noInfo);
      this.#giveUp(signal);
    };
    signal.addEventListener("abort", abort, { once: true });
    this.#unwatch = () => signal.removeEventListener("abort", abort);
  }

  #giveUp({ reason }: AbortSignal): void {
    this.#opened.reject(reason);
    this.#closed.reject(reason);
  }

  #close(info: CloseInfo): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#session?.close(closePayload(info));
    this.#session?.resume(); // or the peer's close frame would not be seen
  }

  /** Of a reason, a WebSocketError alone has something to say to the peer. */
  #closeUsing(reason: unknown): void {
    this.#close(reason instanceof WebSocketError ? infoOf(reason) : noInfo);
  }

  #established(agreement: Agreement): void {
    this.#unwatch();
    const session = this.#session;
    if (session === undefined) return;
    this.#streams = new MessageStreams({
      send: (payload, done) => session.send(payload, done),
      pause: () => session.pause(),
      resume: () => session.resume(),
      close: (reason) => this.#closeUsing(reason),
      closed: this.#closed.promise,
    });
    const { readable, writable } = this.#streams;
    this.#opened.resolve({ readable, writable, ...agreement });
  }

  #end({ wasClean, failed, code, reason }: Ending): void {
    this.#unwatch();
    this.#opened.reject(new WebSocketError("The WebSocket could not be opened"));
    const tooLate = new DOMException("The WebSocketStream is closed", "InvalidStateError");
    if (wasClean) {
      this.#streams?.closeCleanly(tooLate);
      return this.#closed.resolve({ closeCode: code, reason });
    }
    const error = lostConnection("The WebSocket was not closed cleanly", { code, reason });
    this.#streams?.fail(error, failed ? error : tooLate);
    this.#closed.reject(error);
  }
}

/** A code that is only seen, as 1006 is, cannot be said: then nothing is. */
function infoOf({ closeCode, reason }: WebSocketError): CloseInfo {
  try {
    return validateClose({ code: closeCode, reason });
  } catch {
    return noInfo;
  }
}

shapeInterface("WebSocketStream", WebSocketStream.prototype);
