/** Every way the server refuses: code → HTTP status, WebSocket close code, message (design: "What bad input gets"). */

const rules = {
  "bad-request": [400, 1008, "the request is malformed"],
  "bad-host": [400, 1008, "the Host header is missing or malformed"],
  "bad-origin": [400, 1008, "the Origin header is malformed"],
  "bad-json": [400, 1008, "the body is not valid JSON"],
  "bad-form": [400, 1008, "the form needs the fields event and data"],
  "bad-envelope": [400, 1008, "the envelope is malformed"],
  "reserved-event": [400, 1008, "this event name is reserved"],
  "session-required": [400, 1008, "a POST needs a session"],
  "not-authenticated": [401, 1008, "credentials are missing or wrong"],
  "origin-not-allowed": [403, 1008, "this origin may not connect"],
  "not-authorised": [403, 1008, "the rooms asked for were refused"],
  refused: [403, 1008, "the connection was refused"],
  "session-not-yours": [403, 1008, "the session belongs to another principal"],
  "not-found": [404, 1008, "there is nothing at this path"],
  "method-not-allowed": [405, 1008, "this method is not allowed here"],
  "not-acceptable": [406, 1008, "offer text/event-stream or application/json"],
  "body-too-slow": [408, 1008, "the body did not arrive in time"],
  "unknown-session": [410, 1008, "the session is unknown or has ended: start anew"],
  "too-large": [413, 1009, "the message is over the limit"],
  "unsupported-media-type": [415, 1008, "send JSON or a form"],
  "upgrade-required": [426, 1008, "this handshake is not understood: ask for WebSocket version 13"],
  "too-many-headers": [431, 1008, "the request has too many header fields"],
  "too-many": [429, 1008, "too many messages"],
  "shutting-down": [503, 1012, "the server is shutting down"],
  overloaded: [503, 1013, "the server is overloaded"],
} as const satisfies Record<string, readonly [status: number, closeCode: number, message: string]>;

export type RefusalCode = keyof typeof rules;

/** The other end asked for what it may not have, or asked badly: an HTTP status before the link is open, a close code after. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** HTTP status. */
  readonly status: number;
  /** WebSocket close code (RFC 6455 §7.4). */
  readonly closeCode: number;
  /** Seconds after which trying again makes sense (`Retry-After`), where it does. */
  readonly retryAfter: number | undefined;

  constructor(code: RefusalCode, options: { message?: string; retryAfter?: number; cause?: unknown } = {}) {
    const [status, closeCode, message] = rules[code];
    super(options.message ?? message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.closeCode = closeCode;
    this.retryAfter = options.retryAfter;
  }
}
