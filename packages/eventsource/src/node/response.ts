/** A response of node:http or node:http2 as the sink of an event stream (WHATWG HTML §9.2). */

import { type ServerResponse, validateHeaderName, validateHeaderValue } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { must } from "../protocol/errors.ts";
import type { EventSink, EventSinkHandler } from "../protocol/event-sink.ts";

export type NodeResponse = ServerResponse | Http2ServerResponse;

export interface ResponseHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | readonly string[]>>;
}

/** `no-transform` keeps compressing middleware away, which would hold events back; the last one does the same for nginx. */
const streamHeaders = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
} as const;

/**
 * Prepares the response; the head leaves with the first bytes. A client that went away before is no error: `closed` follows.
 * @throws {EventStreamError} headers-sent
 * @throws {TypeError} Node's own, for a header that is none
 */
export function openResponse(response: NodeResponse, head: ResponseHead, handler: EventSinkHandler): EventSink {
  const sink = new ResponseSink(response);
  if (isGone(response)) {
    process.nextTick(() => handler.closed()); // the response's own `close` is over
    return sink;
  }
  must(!response.headersSent && !response.writableEnded, "headers-sent");
  begin(response, head);
  response.once("close", () => handler.closed());
  response.on("drain", () => handler.drained());
  response.on("error", ignore);
  return sink;
}

/** What both kinds of responses have in common; their overloads have not. */
interface ByteWriter {
  write(bytes: Uint8Array): boolean;
}

class ResponseSink implements EventSink {
  private readonly response: NodeResponse;

  constructor(response: NodeResponse) {
    this.response = response;
  }

  get closed(): boolean {
    return isGone(this.response) || this.response.writableEnded;
  }

  get bufferedBytes(): number {
    return isGone(this.response) ? 0 : this.response.writableLength;
  }

  write(bytes: Uint8Array): boolean {
    const response: ByteWriter = this.response;
    return !this.closed && response.write(bytes);
  }

  end(): void {
    if (!isGone(this.response)) this.response.end();
  }
}

function begin(response: NodeResponse, { status, headers }: ResponseHead): void {
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  response.setTimeout(0); // a stream may be silent for longer than a server lets a connection be
  for (const fields of [streamHeaders, headers]) {
    for (const [name, value] of Object.entries(fields)) response.setHeader(name, value);
  }
  response.writeHead(status);
}

/** Under node:http2, nobody else looks for line ends in values, which a proxy to HTTP/1.1 may take for ends of lines. */
function checkHeader(name: string, value: string | number | readonly string[]): void {
  validateHeaderName(name);
  for (const single of typeof value === "object" ? value : [value]) validateHeaderValue(name, String(single));
}

function isGone(response: NodeResponse): boolean {
  return "stream" in response ? response.stream.destroyed : response.destroyed;
}

/** What ends a response ends in its `close`; without a listener, an error would end the process. */
function ignore(): void {}
