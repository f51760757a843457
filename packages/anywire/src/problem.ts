/** The body of an answer that refuses: a problem, RFC 9457. */

import { type ServerResponse, STATUS_CODES } from "node:http";

/** @param detail what is wrong with this very request (§3.1.4) */
export function sendProblem(response: ServerResponse, status: number, detail: string): void {
  const body = JSON.stringify({ type: "about:blank", title: STATUS_CODES[status], status, detail }); // §4.2.1
  response
    .writeHead(status, { "Content-Type": "application/problem+json", "Content-Length": Buffer.byteLength(body) })
    .end(response.req.method === "HEAD" ? undefined : body);
}
