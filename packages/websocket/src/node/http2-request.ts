/** The client's request for a WebSocket over HTTP/2 (RFC 8441 §5), with the face of a request over HTTP/1.1. */

import { EventEmitter } from "node:events";
import {
  type ClientRequest,
  IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  validateHeaderName,
  validateHeaderValue,
} from "node:http";
import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import { whenReady } from "./http2-readiness.ts";
import { findPlace, type Place, type SessionTarget } from "./http2-sessions.ts";
import { cut, isOfConnection } from "./http2-stream.ts";

/**
 * Not sent yet: `end` does that. It tells what a ClientRequest does: `upgrade`, `response`, `error`, `close`.
 * @param headers those of the handshake among them; what belongs to one connection is left out
 * @throws {TypeError} if Node does not take the headers
 */
export function createStreamRequest(target: SessionTarget, headers: OutgoingHttpHeaders): ClientRequest {
  const request: unknown = new StreamRequest(target, headers);
  return request as ClientRequest; // as much of it as the opening handshake and its listeners use
}

class StreamRequest extends EventEmitter {
  readonly method = "CONNECT";
  readonly protocol: "https:" | "http:";
  readonly host: string;
  readonly path: string;
  /** Belongs to the session, not to its requests. */
  readonly socket = null;
  destroyed = false;
  /** By name in lower case. */
  private readonly fields = new Map<string, OutgoingHttpHeader>();
  private readonly pseudo: Record<string, string>;
  private readonly target: SessionTarget;
  private place: Place | undefined = undefined;
  private stream: ClientHttp2Stream | undefined = undefined;
  private answered = false;

  constructor(target: SessionTarget, headers: OutgoingHttpHeaders) {
    super();
    const { secure, host, path, socketPath, authority } = target.address;
    this.target = target;
    this.protocol = secure ? "https:" : "http:";
    this.host = host;
    this.path = path || "/"; // RFC 9113 §8.3.1
    this.pseudo = {
      ":scheme": secure ? "https" : "http", // RFC 8441 §5
      ":path": this.path,
      ":authority": socketPath === undefined ? authority : "localhost",
    };
    for (const [name, value] of Object.entries(headers)) {
      if (name.startsWith(":")) this.pseudo[name] = String(value);
      else if (value !== undefined) this.setHeader(name, value);
    }
    const { signal } = target.options;
    signal?.addEventListener("abort", this.onAbort, { once: true });
  }

  setHeader(name: string, value: OutgoingHttpHeader): this {
    validateHeaderName(name);
    for (const each of [value].flat()) validateHeaderValue(name, String(each));
    this.fields.set(name.toLowerCase(), value);
    return this;
  }

  getHeader(name: string): OutgoingHttpHeader | undefined {
    return this.fields.get(name.toLowerCase());
  }

  getHeaders(): OutgoingHttpHeaders {
    return Object.assign(Object.create(null), Object.fromEntries(this.fields));
  }

  getHeaderNames(): string[] {
    return [...this.fields.keys()];
  }

  hasHeader(name: string): boolean {
    return this.fields.has(name.toLowerCase());
  }

  removeHeader(name: string): void {
    this.fields.delete(name.toLowerCase());
  }

  end(): this {
    if (this.destroyed || this.place !== undefined) return this;
    if (this.target.options.signal?.aborted) return this.destroy(abortError(this.target.options.signal));
    this.find();
    return this;
  }

  abort(): void {
    this.destroy();
  }

  /** Without an answer, `error` follows. */
  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    const { stream, place } = this;
    if (stream !== undefined) cut(stream);
    else place?.leave();
    this.settled();
    process.nextTick(() => {
      if (!this.answered && this.listenerCount("error") > 0) this.emit("error", error ?? hungUp());
      this.emit("close");
    });
    return this;
  }

  /** A place on a session that has room, as soon as its server says that it takes WebSockets. */
  private find(): void {
    const place = this.attempt(() => findPlace(this.target));
    if (place === undefined) return;
    this.place = place;
    whenReady(place.session, (error) => {
      if (this.place !== place || this.destroyed) return;
      if (error !== undefined) this.destroy(error);
      else if (place.crowded) this.findAnother(place);
      else this.ask(place);
    });
  }

  private findAnother(crowded: Place): void {
    crowded.leave();
    this.find();
  }

  private ask(place: Place): void {
    const headers = { ...this.pseudo, ...this.ownFields() };
    const stream = this.attempt(() => place.session.request(headers, { endStream: false }));
    if (stream === undefined) return;
    this.stream = stream;
    stream.on("close", () => {
      place.leave();
      if (!this.answered) this.destroy();
    });
    stream.on("error", this.onError);
    stream.on("response", (headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      if (!this.destroyed) this.answer(responseOn(stream, headers, rawHeaders), stream);
    });
  }

  private attempt<T>(what: () => T): T | undefined {
    try {
      return what();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }

  private ownFields(): OutgoingHttpHeaders {
    const { host, ...fields } = Object.fromEntries(this.fields);
    const kept = Object.entries(fields).filter(([name]) => !isOfConnection(name)); // RFC 9113 §8.2.2
    return { ...(host === undefined ? {} : { ":authority": host }), ...Object.fromEntries(kept) }; // RFC 9113 §8.3.1
  }

  private answer(response: IncomingMessage, stream: ClientHttp2Stream): void {
    this.answered = true;
    this.settled();
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) {
      stream.off("error", this.onError);
      this.emit("upgrade", response, stream, Buffer.alloc(0)); // RFC 8441 §5
    } else {
      stream.end();
      readInto(response, stream);
      this.emit("response", response);
    }
  }

  private settled(): void {
    this.target.options.signal?.removeEventListener("abort", this.onAbort);
  }

  private readonly onAbort = (): void => {
    const { signal } = this.target.options;
    if (signal) this.destroy(abortError(signal));
  };

  private readonly onError = (error: Error): void => {
    this.destroy(error);
  };
}

function hungUp(): Error {
  return Object.assign(new Error("The server closed the stream before it answered"), { code: "ECONNRESET" });
}

/** As `http.request` has it. */
function abortError({ reason }: AbortSignal): Error {
  const error = Object.assign(new Error("The operation was aborted", { cause: reason }), { code: "ABORT_ERR" });
  error.name = "AbortError";
  return error;
}

/** The head of an answer. Its body is not read. */
function responseOn(stream: ClientHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: string[]): IncomingMessage {
  const socket: unknown = stream;
  const response = new IncomingMessage(socket as Socket); // it stops, goes on and is destroyed as a socket is
  const { ":status": status, ...fields } = headers;
  response.httpVersion = "2.0";
  response.httpVersionMajor = 2;
  response.httpVersionMinor = 0;
  response.statusCode = Number(status);
  response.statusMessage = "";
  response.headers = fields;
  response.rawHeaders = rawHeaders;
  return response;
}

function readInto(response: IncomingMessage, stream: ClientHttp2Stream): void {
  stream.on("data", (chunk: Buffer) => {
    if (!response.push(chunk)) stream.pause();
  });
  stream.on("end", () => {
    response.complete = true;
    response.push(null);
  });
  stream.on("close", () => {
    if (!response.complete) response.destroy();
  });
}
