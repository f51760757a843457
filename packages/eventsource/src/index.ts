/** The client: `EventSource`, as a browser has it, and more (WHATWG HTML §9.2). */

export type { EventSourceInit, PerAttempt, RequestBody } from "./client-options.ts";
export { ErrorEvent, type ErrorEventInit, EventSourceError, type ResponseHeaders } from "./error-event.ts";
export {
  EventSource,
  type EventSourceConstructor,
  type EventSourceEventMap,
  type EventStream,
} from "./event-source.ts";
export type {
  AddEventListenerOptions,
  EventListener,
  EventListenerObject,
  EventListenerOptions,
  EventListenerOrEventListenerObject,
} from "./listening.ts";
export { EventStreamError, type EventStreamErrorCode } from "./protocol/errors.ts";
export type { BackoffPolicy } from "./protocol/reconnection.ts";
export type { CookieJar } from "./web/cookie-jar.ts";
export type { RequestHeaders } from "./web/event-request.ts";
export type { EventSourceFetchInit, FetchLike, FetchLikeResponse, ReaderLike } from "./web/fetch-like.ts";
