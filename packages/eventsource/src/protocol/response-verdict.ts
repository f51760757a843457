/** What an answer means for an EventSource (WHATWG HTML §9.2.2, the constructor's `processResponse`). Pure. */

import { extractEssence } from "./media-type.ts";

/**
 * - `open`: a stream follows
 * - `stop`: the server wants the client to come back no more
 * - `wrong-status`, `wrong-type`: the connection fails, for good by the standard
 */
export type Verdict = "open" | "stop" | "wrong-status" | "wrong-type";

/** @param contentType the header's value, several joined with commas; null if there is none */
export function judgeResponse(status: number, contentType: string | null): Verdict {
  if (status === 204) return "stop"; // §9.2.1
  if (status !== 200) return "wrong-status"; // §9.2.2
  return isEventStream(contentType) ? "open" : "wrong-type"; // §9.2.2
}

/** Parameters do not matter, not even a charset: a stream is UTF-8 (§9.2.5). */
function isEventStream(contentType: string | null): boolean {
  return contentType !== null && extractEssence(contentType) === "text/event-stream";
}
