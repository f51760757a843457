/** Ends an answer that was given before the body of its request was there (RFC 9112 §9.6). */

import type { IncomingMessage, ServerResponse } from "node:http";

/** Milliseconds that a refused body may still take. */
const discardTimeout = 5_000;

/**
 * To be called when the answer is written. The rest of the body is read first: a connection closed with unread data is
 * reset, and the client might never see the answer. Who is not done in time is cut off.
 */
export function endOnceRead(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) {
    response.end();
    return;
  }
  const timer = setTimeout(() => response.destroy(), discardTimeout);
  response.once("close", () => clearTimeout(timer));
  request.once("end", () => response.end());
  request.resume();
}
