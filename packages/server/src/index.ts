/** `@anywire/server`: rooms where every realtime client meets. */

export type { DefaultEventsMap } from "@anywire/protocol/emitter";
export { AckError } from "./acks.ts";
export type { Adapter, AdapterConstructor } from "./adapter.ts";
export type { Authorize, Grant, RoomGrant } from "./authorization.ts";
export { BroadcastOperator } from "./broadcast.ts";
export type { CookieOptions } from "./engine/cookie.ts";
export type { CorsOptions, CorsOptionsDelegate, CustomOrigin, StaticOrigin } from "./engine/engine-cors.ts";
export type { AllowRequest, HttpCompressionOptions } from "./engine/engine-options.ts";
export type { ConnectionError, EngineServer } from "./engine/engine-server.ts";
export type { Parser } from "./engine/packet-reader.ts";
export { Refusal, type RefusalCode } from "./errors.ts";
export type { Handshake } from "./handshake.ts";
export type { GapReason, History, LogEntry, LoggedEvent, Reader, ReadResult, Stay } from "./history.ts";
export type { Answer, Wire } from "./link.ts";
export { type HistoryLimits, MemoryHistory, type MemoryHistoryOptions } from "./memory-history.ts";
export type { Middleware } from "./middleware.ts";
export { Namespace } from "./namespace.ts";
export type { RecoveryOptions, ServerOptions } from "./options.ts";
export type { JudgeOrigin, Origins } from "./origins.ts";
export type { PlainCorsOptions } from "./plain/cors.ts";
export type { HeartbeatOptions, PlainOptions, RateOptions } from "./plain/options.ts";
export type { Authenticate } from "./principal.ts";
export type { RemoteSocket } from "./remote-socket.ts";
export type { DisconnectReason, Event, ExtendedError } from "./reserved-events.ts";
export { type CloseOptions, Server, Server as default } from "./server.ts";
export { Socket } from "./socket.ts";
