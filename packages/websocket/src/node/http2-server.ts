/** Requests for a WebSocket that come to a server of HTTP/2: extended CONNECT, RFC 8441 §4. */

import type { Http2ServerRequest, Http2ServerResponse, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { Duplex } from "node:stream";
import { loadHttp2 } from "./http2-stream.ts";

/** `http2.createServer` or `http2.createSecureServer`, as far as it is used here. */
export interface Http2Source {
  updateSettings(settings: { enableConnectProtocol: boolean }): void;
  on(event: string, listener: (...args: never[]) => void): unknown;
  off(event: string, listener: (...args: never[]) => void): unknown;
  listenerCount(event: string): number;
}

export function isHttp2Server(server: object): server is Http2Source {
  return "updateSettings" in server && typeof server.updateSettings === "function";
}

export interface ConnectAsked {
  readonly request: Http2ServerRequest;
  readonly stream: ServerHttp2Stream;
  /** Nobody else on this server could answer it. */
  readonly alone: boolean;
}

/*
 * How it works. Node tells of an extended CONNECT twice: `stream` always, and `connect` if the server has, or had, a listener
 * of `request`. Without a listener of `connect` Node refuses it, so there is one. Both come in one tick and in any order: it
 * is looked at on the next one, with the program's request object if there is one, and left alone if somebody has answered.
 */

/** Tells of WebSockets alone. What else comes is for the program. */
export class ConnectWatch {
  private readonly server: Http2Source;
  private readonly asked: (asked: ConnectAsked) => void;
  /** Those that Node has made a request of. */
  private readonly requests = new WeakMap<ServerHttp2Stream, Http2ServerRequest>();

  constructor(server: Http2Source, asked: (asked: ConnectAsked) => void) {
    this.server = server;
    this.asked = asked;
  }

  /** The clients of later sessions are told that they may ask (RFC 8441 §3). */
  start(): void {
    this.stop();
    this.server.updateSettings({ enableConnectProtocol: true });
    this.server.on("connect", this.onConnect);
    this.server.on("stream", this.onStream);
  }

  stop(): void {
    this.server.off("connect", this.onConnect);
    this.server.off("stream", this.onStream);
  }

  /** Over HTTP/1.1 too, which such a server may speak beside: then with the connection in place of a response. */
  private readonly onConnect = (request: Http2ServerRequest, response: Http2ServerResponse | Duplex): void => {
    if (isForWebSocket(request.headers)) this.requests.set(request.stream, request);
    else if (this.server.listenerCount("connect") === 1) refuseMethod(response);
  };

  // biome-ignore lint/complexity/useMaxParams: the shape is that of Node
  private readonly onStream = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: string[],
  ): void => {
    if (!isForWebSocket(headers)) return;
    stream.on("error", ignore);
    process.nextTick(() => {
      if (!stream.headersSent && !stream.destroyed) this.ask(stream, headers, rawHeaders);
      stream.off("error", ignore);
    });
  };

  private ask(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: string[]): void {
    const { server } = this;
    const given = this.requests.get(stream);
    const ofNode = given === undefined ? 0 : 1;
    const alone = server.listenerCount("connect") === 1 && server.listenerCount("stream") === 1 + ofNode;
    const request = given ?? new (loadHttp2().Http2ServerRequest)(stream, headers, {}, rawHeaders);
    request.headers.host ??= request.headers[":authority"]; // where programs look for it (RFC 9113 §8.3.1)
    this.asked({ request, stream, alone });
  }
}

function isForWebSocket(headers: IncomingHttpHeaders): boolean {
  return headers[":method"] === "CONNECT" && headers[":protocol"] === "websocket";
}

/** As Node does when nobody listens. */
function refuseMethod(response: Http2ServerResponse | Duplex): void {
  if (response instanceof Duplex) {
    response.destroy();
  } else {
    response.statusCode = 405;
    response.end();
  }
}

/** While nobody has the stream, an error without a listener would end the process. */
function ignore(): void {}
