/** Answers to the HTTP requests of a session: success, and refusals with the body that engine.io gives them. */

import { endOnceRead } from "../end-once-read.ts";
import type { Exchange, ResponseHeaders } from "./transport.ts";

/** Every way a request that names a living session is refused: code → status, message. */
const refusals = {
  "overlapping-poll": [400, "another poll of this session waits already"],
  "overlapping-post": [400, "another POST of this session is being read"],
  "bytes-not-taken": [400, "Engine.IO 4 sends bytes as base64: the body must be text"],
  "bad-payload": [400, "the body holds no packets that can be read"],
  "not-open": [400, "the session has ended, or this transport was not opened by a GET"],
  "method-not-allowed": [405, "ask by GET, send by POST"],
  "too-slow": [408, "the body did not arrive in time"],
  "too-large": [413, "the body is longer than maxHttpBufferSize, the most that this server takes"],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type RefusalCode = keyof typeof refusals;

/** Engine.IO's number for a bad request. */
const badRequest = 3;

/** The packets that a POST brought were taken. HTML, for some browsers offer to save a plain text (engine.io). */
export function answerOk(exchange: Exchange): void {
  const { response } = exchange;
  if (response.destroyed) return;
  response.writeHead(200, headersOf(exchange, { "Content-Type": "text/html", "Content-Length": "2" }));
  response.end("ok");
}

/** Says why. What is still to come of the request's body is read first, so that the client sees it. */
export function refuse(exchange: Exchange, code: RefusalCode): void {
  const { request, response } = exchange;
  if (response.headersSent || response.destroyed) return;
  const [status, message] = refusals[code];
  const body = JSON.stringify({ code: badRequest, message });
  const headers = { "Content-Type": "application/json", "Content-Length": String(Buffer.byteLength(body)) };
  response.writeHead(
    status,
    headersOf(exchange, code === "method-not-allowed" ? { ...headers, Allow: "GET, POST" } : headers),
  );
  response.write(body);
  endOnceRead(request, response);
}

/** The headers of every answer; those of the program go before ours. */
export function headersOf({ request, headers }: Exchange, own: ResponseHeaders): ResponseHeaders {
  const agent = request.headers["user-agent"];
  const isExplorer = agent !== undefined && (agent.includes(";MSIE") || agent.includes("Trident/"));
  const filter = isExplorer ? { "X-XSS-Protection": "0" } : undefined; // it takes some payloads for an attack (engine.io)
  return { "cache-control": "no-store", ...filter, ...own, ...headers };
}
