/** One poll: a GET that waits until there are packets for its client, and its answer (engine.io-protocol, "HTTP long-polling"). */

import { constants } from "node:http2";
import { headersOf } from "./http-answer.ts";
import { compress, type HttpCompression, negotiateEncoding } from "./http-compression.ts";
import type { Exchange, ResponseHeaders } from "./transport.ts";

interface PollHandler {
  /** Once: the answer has left, or never will. */
  pollClosed(poll: Poll): void;
}

interface PollLimits {
  /** Milliseconds in which an answer has to leave. */
  readonly maxBufferedAge: number;
}

export class Poll {
  /** Bytes of the answer, before they are compressed; 0 while there is none. */
  bytes = 0;
  /** The answer has left the process, as a whole. */
  isDelivered = false;
  private readonly exchange: Exchange;
  private readonly limits: PollLimits;
  private timer: NodeJS.Timeout | undefined = undefined;

  constructor(exchange: Exchange, limits: PollLimits) {
    this.exchange = exchange;
    this.limits = limits;
  }

  /** From now on, the handler hears of its end; at once, if the client has gone already. */
  watch(handler: PollHandler): void {
    const { response } = this.exchange;
    const closed = (): void => {
      clearTimeout(this.timer);
      handler.pollClosed(this);
    };
    const finished = (): void => {
      this.isDelivered = !isCutOff(this.exchange);
    };
    if (response.destroyed) closed();
    else response.once("finish", finished).once("close", closed);
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

  /** One that the client does not take is cut off, whatever has become of its session meanwhile. */
  private end(body: string | Uint8Array, headers: ResponseHeaders): void {
    const { response } = this.exchange;
    if (response.destroyed) return;
    headers["Content-Length"] = String(typeof body === "string" ? this.bytes : body.length);
    response.writeHead(200, headersOf(this.exchange, headers));
    response.end(body);
    if (response.writableLength > 0) this.timer = setTimeout(() => response.destroy(), this.limits.maxBufferedAge);
  }
}

/** Node says `finish` of an answer that is cut off, too; over HTTP/2 it says so when the stream has closed, with a code. */
function isCutOff({ request, response }: Exchange): boolean {
  const stream: unknown = request.httpVersionMajor === 2 ? Reflect.get(response, "stream") : undefined;
  if (stream === undefined) return request.socket.destroyed;
  return (
    typeof stream === "object" &&
    stream !== null &&
    "rstCode" in stream &&
    stream.rstCode !== constants.NGHTTP2_NO_ERROR
  );
}
