/** The answer to a request that is refused, upgrades included: engine.io's number and message as JSON. */

import type { ServerResponse } from "node:http";
import { endOnceRead } from "../end-once-read.ts";
import type { EngineRefusal } from "./engine-errors.ts";

/** What a middleware has answered is left as it is, and ended. Headers that were set before (CORS) go with it. */
export function answerRefusal(response: ServerResponse, refusal: EngineRefusal): void {
  if (response.headersSent) {
    if (!response.writableEnded) response.end();
    return;
  }
  const { body } = refusal;
  response.writeHead(refusal.status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Cache-Control": "no-store",
    ...(refusal.status === 503 ? { "Retry-After": "1" } : {}),
  });
  response.write(body);
  endOnceRead(response.req, response);
}
