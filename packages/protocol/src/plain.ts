/** The codec of the plain wire: `@anywire/protocol/plain`. Pure, for servers and clients alike. */

export { type Base64, base64 } from "./base64.ts";
export { PlainError, type PlainErrorCode } from "./errors.ts";
export {
  type AckEnvelope,
  type Answer,
  type Envelope,
  formatAnswer,
  formatEnvelope,
  parseEnvelope,
  parseFrame,
  readsAsEnvelope,
} from "./plain/envelope.ts";
export { assertEventName, isReservedEvent } from "./plain/event-name.ts";
export { type PlainRules, plainRules } from "./plain/rules.ts";
export { type StreamEvent, toStreamEvent } from "./plain/stream-event.ts";
