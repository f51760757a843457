/** The server side: `@anywire/eventsource/server`. */

import { Heartbeats, systemClock } from "./heartbeats.ts";
import { lastEventIdOf, type NodeRequest } from "./node/last-event-id.ts";
import { type NodeResponse, openResponse } from "./node/response.ts";
import { resolveSessionOptions, type SessionOptions } from "./options.ts";
import { Session } from "./session.ts";

export type { NodeRequest } from "./node/last-event-id.ts";
export type { NodeResponse } from "./node/response.ts";
export type { SessionOptions } from "./options.ts";
export { EventStreamError, type EventStreamErrorCode } from "./protocol/errors.ts";
export { type EventFields, encodeComment, encodeEvent, encodeRetry } from "./protocol/event-encoder.ts";
export type { PushOptions, Session, SessionEvents } from "./session.ts";

const heartbeats = new Heartbeats(systemClock);

/**
 * Makes the response an event stream.
 * @throws {EventStreamError} headers-sent, bad-status, bad-heartbeat, bad-retry
 */
export function createSession(request: NodeRequest, response: NodeResponse, options: SessionOptions = {}): Session {
  const { status, headers, heartbeat, retry } = resolveSessionOptions(options);
  const session = new Session({
    open: (handler) => openResponse(response, { status, headers }, handler),
    lastEventId: lastEventIdOf(request),
    heartbeats,
    heartbeat,
    retry,
  });
  if (request.method === "HEAD") session.close(); // its answer is the head alone (RFC 9110 §9.3.2)
  return session;
}
