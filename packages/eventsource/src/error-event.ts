/** The event `error` of an event source, with what the standard's own does not tell. */

export interface ErrorEventInit {
  readonly message?: string | undefined;
  readonly code?: number | undefined;
  readonly statusText?: string | undefined;
  readonly headers?: ResponseHeaders | undefined;
  readonly body?: string | undefined;
  readonly error?: unknown;
}

/** What is read of an answer's headers: a `Headers` has it. */
export interface ResponseHeaders {
  get(name: string): string | null;
}

/** Whether the source comes back is told by its `readyState`: CONNECTING, or CLOSED for good. */
export class ErrorEvent extends Event {
  /** HTTP status of the answer, if there was one and it was the reason. */
  code?: number | undefined;
  /** The same as `code`, by the name that answers have for it. */
  status?: number | undefined;
  /** What went wrong, in words; none where a stream just ended. */
  message?: string | undefined;
  /** The text beside the status. */
  statusText?: string | undefined;
  /** The headers of the answer. */
  headers?: ResponseHeaders | undefined;
  /** The beginning of the answer's body as text: what came within a second, 64 Ki characters at most. */
  body?: string | undefined;
  /** What was thrown or rejected with, by `fetch` or by a function of the program's. */
  error?: unknown;

  constructor(type: string, init: ErrorEventInit = {}) {
    super(type);
    this.code = init.code;
    this.status = init.code;
    this.message = init.message;
    this.statusText = init.statusText;
    this.headers = init.headers;
    this.body = init.body;
    this.error = init.error;
  }

  /** What `console.log` of Node and Bun shows. */
  [Symbol.for("nodejs.util.inspect.custom")](_depth: number, options: object, inspect: Inspect): string {
    return inspect(fieldsOf(this), options);
  }

  /** What `console.log` of Deno shows. */
  [Symbol.for("Deno.customInspect")](inspect: Inspect, options: object): string {
    return inspect(fieldsOf(this), options);
  }
}

type Inspect = (value: unknown, options: object) => string;

function fieldsOf(event: ErrorEvent): object {
  const { type, code, message, statusText, body, error, timeStamp } = event;
  return { type, code, message, statusText, body, error, timeStamp };
}

/** An answer, or its absence, as a program without events meets it: what `for await` throws. */
export class EventSourceError extends Error {
  override readonly name = "EventSourceError";
  /** HTTP status of the answer, if there was one. */
  readonly status: number | undefined;
  readonly headers: ResponseHeaders | undefined;
  readonly body: string | undefined;

  constructor({ message, code, headers, body, error }: ErrorEventInit) {
    super(message, { cause: error });
    this.status = code;
    this.headers = headers;
    this.body = body;
  }
}

/** The words of an error and of all that lies below it. Anything may be thrown, and there are words for all. */
export function describeError(error: unknown): string {
  try {
    return wordsOf(error, 0) || "an error without words";
  } catch {
    return "an error that cannot be put in words";
  }
}

/** What lies deeper is not told: an error may lie below itself. */
const deepest = 8;

function wordsOf(error: unknown, depth: number): string {
  if (!(error instanceof Error)) return String(error);
  if (depth < deepest) {
    const below = (each: unknown): string => wordsOf(each, depth + 1);
    if ("errors" in error && isFilled(error.errors)) return error.errors.map(below).join(", ");
    if (error.cause instanceof Error) return `${error}: ${below(error.cause)}`;
  }
  return error.message || String(error);
}

function isFilled(list: unknown): list is readonly unknown[] {
  return Array.isArray(list) && list.length > 0;
}
