/** Every way an event stream refuses what the program gives it, or where a redirect leads: code → message. */

const rules = {
  "bad-event": "the name of an event is a string without CR, LF and NUL",
  "bad-id": "the id of an event is a string without CR, LF and NUL",
  "bad-data": "the data of an event is a string",
  "bad-retry": "a retry time is a whole number of milliseconds, 0 or more",
  "bad-comment": "a comment is a string",
  "bad-status": "the status of a stream is an integer from 200 to 599 that allows a body",
  "bad-heartbeat": "a heartbeat interval is a whole number of milliseconds from 1 to 2^31 - 1, or false",
  "bad-buffered-bytes": "a limit of waiting bytes is a whole number, 1 or more, or false",
  "bad-buffered-age": "a limit of waiting time is a whole number of milliseconds from 1 to 2^31 - 1, or false",
  "bad-header": "a header has a token as its name, and a value without CR, LF, NUL and what Latin-1 does not have",
  "unsendable-id": "the id of the last event has what no header can carry, so that nobody could come back with it",
  "bad-history": "a history is a boolean, or limits that are whole numbers, 1 or more",
  "bad-slow": 'what is done for a slow session is "close" or "conflate"',
  "bad-conflation": "the limits of what waits conflated are whole numbers, 1 or more",
  "bad-options": "options are an object",
  "bad-bytes": "events that are encoded already are a Uint8Array or a string",
  "bad-callback": "a response is made with a function that takes its session",
  "bad-filter": "a filter is a function that answers at once",
  "bad-key": "a key is a string",
  "bad-buffer-size": "a buffer size is a number of characters, 0 or more",
  "bad-fetch": "a fetch is a function",
  "bad-signal": "a signal is an AbortSignal",
  "bad-method": "a method is a token, and neither CONNECT, TRACE nor TRACK",
  "bad-body": "a request with a body is neither a GET nor a HEAD",
  "body-used": "the body was a stream, which can be sent once only: a function gives another for each attempt",
  "bad-heartbeat-timeout": "a heartbeat timeout is a number of milliseconds from 0, which is none, to 2^31 - 1",
  "bad-backoff":
    "a back-off has a factor of 1 or more, a maxDelay from 0 to 2^31 - 1 milliseconds, and a jitter from 0 to 1",
  "bad-max-retries": "a number of retries is 0 or more",
  "bad-source": "a session is fed from an iterable, or from a readable stream",
  "headers-sent": "the response has begun already",
  "redirect-location": "the Location of a redirect is no URL",
  "redirect-scheme": "a redirect leads to a URL that is neither http nor https",
  "redirect-credentials": "a redirect leads to a URL with a user name or a password",
  "redirect-body": "a redirect asks for the body again, which was a stream",
  "too-many-redirects": "there were more than 20 redirects",
} as const satisfies Record<string, string>;

export type EventStreamErrorCode = keyof typeof rules;

/** The program misused the API: thrown at the call, before a byte is written. Or a redirect led where no client goes. */
export class EventStreamError extends TypeError {
  override readonly name = "EventStreamError";
  readonly code: EventStreamErrorCode;

  constructor(code: EventStreamErrorCode) {
    super(rules[code]);
    this.code = code;
  }
}

/** One rule on one line: throws `code` unless it holds. */
export function must(holds: boolean, code: EventStreamErrorCode): asserts holds {
  if (!holds) throw new EventStreamError(code);
}

/** Anything else, as the name alone that better-sse takes, would be lost without a word. */
export function mustBeOptions(options: unknown): void {
  must(typeof options === "object" && options !== null, "bad-options");
}

/** More of a line or an event came without its end than is kept; thrown by the parser of event streams. */
export class BufferLimitError extends RangeError {
  override readonly name = "BufferLimitError";
  readonly code = "max-buffer-size-exceeded";

  constructor(maxBufferSize: number) {
    super(`Buffered data exceeded max buffer size of ${maxBufferSize} characters`);
  }
}
