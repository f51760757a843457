/** Answers that are no link: status, headers and, for a refusal, a problem body (RFC 9457), over HTTP or on a socket to be upgraded. */

import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { endOnceRead } from "../end-once-read.ts";
import { Refusal } from "../errors.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const allowedMethods = "GET, POST, OPTIONS";

/** On every answer; an event stream has its own Cache-Control. */
const commonHeaders: Readonly<Record<string, string>> = { "Cache-Control": "no-store", Vary: "Origin, Accept" };

/** Headers that belong to a status. */
const statusHeaders: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { "WWW-Authenticate": "Bearer" }, // RFC 9110 §15.5.2
  405: { Allow: allowedMethods }, // RFC 9110 §15.5.6
  408: { Connection: "close" }, // RFC 9110 §15.5.9
  426: { Upgrade: "websocket", "Sec-WebSocket-Version": "13" }, // RFC 6455 §4.4
  429: { "Retry-After": "1" },
  503: { "Retry-After": "1" },
};

/** What the client is told of an error: of a refusal its code, of any other nothing. */
export function problemOf(error: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const { status, code, message, retryAfter } = error instanceof Refusal ? error : internal;
  const title = STATUS_CODES[status] ?? "Error";
  return {
    status,
    headers: {
      ...headers,
      ...statusHeaders[status],
      ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
      "Content-Type": "application/problem+json",
    },
    body: JSON.stringify({ type: "about:blank", title, status, detail: message, code }),
  };
}

const internal = { status: 500, code: "internal", message: "the server failed", retryAfter: undefined } as const;

export function writeAnswer(response: ServerResponse, answer: Answer): void {
  beginAnswer(response, answer);
  response.end();
}

/**
 * Refuses a request, whose body is read before the end. Cuts off an answer that was begun.
 * @param error what it is refused for; the client is told nothing of an error that is no Refusal
 */
export function refuseRequest(
  response: ServerResponse,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) return void response.destroy();
  const problem = problemOf(error, headers);
  beginAnswer(response, problem);
  if (problem.status === 408)
    response.end(); // its time is over
  else endOnceRead(response.req, response);
}

/** Refuses an upgrade, on its socket. */
export function refuseUpgrade(socket: Duplex, error: unknown, headers: Readonly<Record<string, string>> = {}): void {
  if (!socket.writable) return void socket.destroy(); // it is gone, or was refused
  socket.on("error", ignore); // the client may reset it: an error without a listener ends the process
  const { status, headers: own, body = "" } = problemOf(error, headers);
  const fields = { ...commonHeaders, ...own, Connection: "close", "Content-Length": Buffer.byteLength(body) };
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${head.join("")}\r\n${body}`);
}

/** Writes it all, but leaves it to the caller to end the response. */
function beginAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, {
    ...commonHeaders,
    ...headers,
    ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
  });
  if (body !== undefined) response.write(body);
}

function ignore(): void {}
