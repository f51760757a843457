/** The client's opening handshake (RFC 6455 §4.1): requests, redirects, and the answer. What holds of it: protocol/client-handshake.ts. */

import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { ClientHttp2Session } from "node:http2";
import type { RequestOptions } from "node:https";
import { type Duplex, finished } from "node:stream";
import { type Answer, checkProtocols, readAnswer, requestHeaders } from "../protocol/client-handshake.ts";
import { type DeflatePolicy, formatOffer } from "../protocol/deflate-offer.ts";
import type { HeaderFields, Version } from "../protocol/handshake.ts";
import { type Address, parseUrl, readAddress } from "./address.ts";
import { createStreamRequest } from "./http2-request.ts";
import { cut } from "./http2-stream.ts";
import { randomKey } from "./random.ts";
import { isTrusted, withCredentials, withoutCredentials } from "./redirect.ts";
import { createRequest, destroyRequest } from "./request.ts";
import { sha1Base64 } from "./sha1.ts";

/** As much of the client's options as the handshake needs. */
export interface OpeningOptions {
  readonly protocolVersion: Version;
  readonly origin: string | undefined;
  /** The program's own. */
  readonly headers: OutgoingHttpHeaders;
  /** Undefined: compression is not offered. */
  readonly deflatePolicy: DeflatePolicy | undefined;
  readonly followRedirects: boolean;
  readonly maxRedirects: number;
  /** For each request, in milliseconds; Infinity for no limit. */
  readonly handshakeTimeout: number;
  readonly http2: boolean | ClientHttp2Session;
  /** What goes to `http.request`, `net.connect` and `tls.connect`. */
  readonly request: RequestOptions;
}

export interface OpeningTarget {
  readonly protocols: readonly string[];
  readonly options: OpeningOptions;
  /** Instead of `request.end()`: the program's `finishRequest`. The first call comes before the constructor returns. */
  readonly finishRequest?: ((request: ClientRequest, opening: Opening) => void) | undefined;
}

/** The stream that was upgraded, and what came right behind the answer. */
export interface Upgraded {
  readonly stream: Duplex;
  readonly head: Buffer;
}

/** What was agreed on, and where. */
export interface Opened extends Upgraded, Answer {}

export interface OpeningEvents {
  /** Somebody listens to `redirect`: then what goes along is the program's choice. */
  watchesRedirects(): boolean;
  redirected(url: string, request: ClientRequest): void;
  /** Before the answer is judged. The program may abort in it. */
  upgraded(response: IncomingMessage): void;
  /** @returns true if somebody takes care */
  unexpected(request: ClientRequest, response: IncomingMessage): boolean;
  opened(opened: Opened): void;
  /** Once; nothing comes after it. */
  failed(error: Error): void;
}

export class Opening {
  /** Where it stands now: redirects change it. */
  url: string;
  redirects = 0;
  /** Undefined once it is over. */
  request: ClientRequest | undefined = undefined;
  private readonly target: OpeningTarget;
  private readonly events: OpeningEvents;
  /** What the program asked for: the measure of redirects. */
  private readonly first: Address;
  /** Of the program, for all requests that go where it may send them. */
  private headers: OutgoingHttpHeaders;
  /** It has succeeded, or is about to fail. */
  over = false;
  private timer: ReturnType<typeof setTimeout> | undefined = undefined;

  /**
   * Begins at once.
   * @throws {SyntaxError} for an address or a subprotocol that cannot be
   * @throws {TypeError} for headers that Node does not take
   */
  constructor(address: string | URL, target: OpeningTarget, events: OpeningEvents) {
    const url = parseUrl(address);
    this.url = url.href;
    this.first = readAddress(url);
    checkProtocols(target.protocols);
    this.target = target;
    this.events = events;
    this.headers = target.options.headers;
    this.finish(this.prepare(this.first));
  }

  /** Gives up: `failed` follows on the next tick. Nothing if it is over already. */
  abort(message: string): void {
    if (this.over) return;
    this.over = true;
    this.drop();
    const error = new Error(message);
    process.nextTick(() => this.events.failed(error));
  }

  /** A request that is not sent yet. Over HTTP/2 there is no key (RFC 8441 §5). */
  private prepare(address: Address): ClientRequest {
    const { http2, request: options } = this.target.options;
    const key = http2 ? undefined : randomKey();
    const headers = { ...this.headersFor(address), ...this.ownHeaders(key) };
    const request = http2
      ? createStreamRequest({ address, options, http2 }, headers)
      : createRequest(address, headers, options);
    this.request = request;
    request.on("error", (error) => {
      if (request === this.request) this.fail(error);
    });
    request.on("response", (response) => {
      if (request === this.request) this.answered(request, response);
    });
    request.on("upgrade", (response, stream, head) => {
      if (request !== this.request) return;
      this.events.upgraded(response);
      if (!this.over) this.upgraded({ stream, head }, this.judge(response.headers, key));
    });
    return request;
  }

  private ownHeaders(key: string | undefined): OutgoingHttpHeaders {
    const { protocols, options } = this.target;
    const { protocolVersion: version, deflatePolicy, origin } = options;
    return requestHeaders({ key, version, protocols, extensions: deflatePolicy && formatOffer(deflatePolicy), origin });
  }

  /** The program's, as far as who is at `address` may have them. */
  private headersFor(address: Address): OutgoingHttpHeaders {
    const ours = this.redirects > 0 && !this.events.watchesRedirects();
    if (ours && !isTrusted(this.first, address)) return withoutCredentials(this.headers, this.first, address);
    const { auth } = this.target.options.request;
    this.headers = withCredentials(this.headers, address.credentials ?? auth ?? undefined);
    return this.headers;
  }

  private finish(request: ClientRequest): void {
    const { finishRequest, options } = this.target;
    if (finishRequest === undefined) request.end();
    else finishRequest(request, this);
    if (this.over || options.handshakeTimeout === Infinity) return;
    this.timer = setTimeout(() => this.abort("Opening handshake has timed out"), options.handshakeTimeout);
  }

  private answered(request: ClientRequest, response: IncomingMessage): void {
    const { statusCode: status = 0 } = response;
    const { location } = response.headers;
    if (location && this.target.options.followRedirects && status >= 300 && status < 400) {
      this.redirect(location);
    } else if (this.events.unexpected(request, response)) {
      response.once("close", () => clearTimeout(this.timer)); // all of it has its time
    } else {
      this.abort(`Unexpected server response: ${status}`);
    }
  }

  private redirect(location: string): void {
    if (++this.redirects > this.target.options.maxRedirects) return this.abort("Maximum redirects exceeded");
    this.drop();
    const request = this.follow(location);
    if (request === undefined) return;
    this.events.redirected(this.url, request);
    if (!this.over) this.finish(request);
  }

  /** Catches what the constructor throws: a server must not crash the program by where it sends it. */
  private follow(location: string): ClientRequest | undefined {
    try {
      const url = parseUrl(location, this.url);
      this.url = url.href;
      return this.prepare(readAddress(url));
    } catch (error) {
      this.fail(errorOf(error));
      return undefined;
    }
  }

  private judge(headers: HeaderFields, key: string | undefined): Answer | Error {
    const { protocols, options } = this.target;
    try {
      return readAnswer(headers, { key, sha1: sha1Base64, protocols, deflate: options.deflatePolicy });
    } catch (error) {
      return errorOf(error);
    }
  }

  private upgraded({ stream, head }: Upgraded, answer: Answer | Error): void {
    this.over = true;
    this.leave();
    if (answer instanceof Error) {
      finished(stream, () => this.events.failed(answer)); // as ws does: once the connection has ended
      cut(stream);
    } else {
      this.events.opened({ stream, head, ...answer });
    }
  }

  private fail(error: Error): void {
    this.over = true;
    this.drop();
    this.events.failed(error);
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.request = undefined;
  }

  /** Nothing that the present request does is told any more. */
  private drop(): void {
    const { request } = this;
    this.leave();
    if (request !== undefined) destroyRequest(request, Boolean(this.target.options.request.agent));
  }
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
