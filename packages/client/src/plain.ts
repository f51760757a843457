/** `@anywire/client/plain`: a small client of the plain wire that comes back by itself, and goes on where it was. */

export type { CodedError } from "./plain/coded.ts";
export { connect } from "./plain/connect.ts";
export type { PlainTransport, SourceLike } from "./plain/link.ts";
export type { PlainOptions } from "./plain/options.ts";
export type { PlainReservedEvents, PlainSocket } from "./plain/plain-socket.ts";
