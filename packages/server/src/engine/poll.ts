/** One poll: a GET that waits until there are packets for its client, and its answer (engine.io-protocol, "HTTP long-polling"). */

import { headersOf } from "./http-answer.ts";
import { compress, type HttpCompression, negotiateEncoding } from "./http-compression.ts";
import type { Exchange, ResponseHeaders } from "./transport.ts";

export interface PollHandler {
  /** Once: the answer has left, or never will. */
  pollClosed(poll: Poll): void;
}

export class Poll {
  /** Bytes of the answer, before they are compressed; 0 while there is none. */
  bytes = 0;
  private readonly exchange: Exchange;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
  }

  /** From now on, the handler hears of its end; at once, if the client has gone already. */
  watch(handler: PollHandler): void {
    const { response } = this.exchange;
    const closed = (): void => {
      clearTimeout(this.timer);
      handler.pollClosed(this);
    };
    if (response.destroyed) closed();
    else response.once("close", closed);
  }

  /** An answer that has not left after so many milliseconds is cut off. */
  cutAfter(timeout: number): void {
    this.timer = setTimeout(() => this.exchange.response.destroy(), timeout).unref();
  }

  /** The answer has left the process, as a whole. */
  get isDelivered(): boolean {
    return this.exchange.response.writableFinished;
  }

  /** Once. @param compression how it may be compressed, or false */
  answer(payload: string | Uint8Array, compression: HttpCompression | false): void {
    const isText = typeof payload === "string";
    const headers = { "Content-Type": isText ? "text/plain; charset=UTF-8" : "application/octet-stream" };
    this.bytes = isText ? Buffer.byteLength(payload) : payload.length;
    if (compression === false || this.bytes < compression.threshold) return this.end(payload, headers);
    const encoding = negotiateEncoding(this.exchange.request.headers["accept-encoding"]);
    if (encoding === undefined) return this.end(payload, headers);
    const bytes = isText ? Buffer.from(payload) : payload;
    compress(bytes, { encoding, options: compression }, (error, compressed) => {
      if (error === null) this.end(compressed, { ...headers, "Content-Encoding": encoding });
      else this.end(payload, headers);
    });
  }

  private end(body: string | Uint8Array, headers: ResponseHeaders): void {
    const { response } = this.exchange;
    if (response.destroyed) return;
    headers["Content-Length"] = String(typeof body === "string" ? this.bytes : body.length);
    response.writeHead(200, headersOf(this.exchange, headers));
    response.end(body);
  }
}
