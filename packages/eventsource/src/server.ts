/** The server side: `@anywire/eventsource/server`. */

import { heartbeats } from "./heartbeats.ts";
import { lastEventIdOf, type NodeRequest } from "./node/last-event-id.ts";
import { type NodeResponse, openResponse } from "./node/response.ts";
import { resolveSessionOptions, type SessionOptions } from "./options.ts";
import { Session } from "./session.ts";

export type {
  BroadcastOptions,
  Channel,
  ChannelEvents,
  CloseOptions,
  Registration,
} from "./channel.ts";
export type { ChannelOptions, HistoryOptions } from "./channel-options.ts";
export { createChannel } from "./create-channel.ts";
export { createResponse, type FetchRequest, type SessionCallback } from "./create-response.ts";
export type { NodeRequest } from "./node/last-event-id.ts";
export type { NodeResponse } from "./node/response.ts";
export type { SessionOptions } from "./options.ts";
export { EventStreamError, type EventStreamErrorCode } from "./protocol/errors.ts";
export { type EventFields, encodeComment, encodeEvent, encodeRetry } from "./protocol/event-encoder.ts";
export type { CloseReason, FeedOptions, PushOptions, Session, SessionEvents } from "./session.ts";

/**
 * Makes the response an event stream.
 * @throws {EventStreamError} headers-sent, bad-status, bad-header, bad-heartbeat, bad-retry, bad-buffered-bytes,
 * bad-buffered-age
 */
export function createSession<State = undefined>(
  request: NodeRequest,
  response: NodeResponse,
  options: SessionOptions<State> = {},
): Session<State> {
  const resolved = resolveSessionOptions(options);
  const session = new Session({
    open: (handler) => openResponse(response, resolved, handler),
    lastEventId: lastEventIdOf(request),
    heartbeats,
    options: resolved,
  });
  if (request.method === "HEAD") session.close(); // its answer is the head alone (RFC 9110 §9.3.2)
  return session;
}
