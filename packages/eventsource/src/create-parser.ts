/** A parser of event streams by callbacks, WHATWG HTML §9.2.5 and §9.2.6; the API of `eventsource-parser`. */

import { invalidRetry, ParseError, unknownField } from "./parse-error.ts";
import { BufferLimitError, must } from "./protocol/errors.ts";
import { defaultMaxBufferSize, EventParser, type EventStreamHandler } from "./protocol/event-parser.ts";

/** An event, as its block ended. */
export interface EventSourceMessage {
  /** What `event` says; undefined without it, which an `EventSource` calls `message`. */
  event?: string | undefined;
  /** What an `id` field of this event says; undefined without one. */
  id?: string | undefined;
  /** The lines of data, with an LF between two. */
  data: string;
}

export interface ParserCallbacks {
  /** An event has ended. */
  onEvent?: ((event: EventSourceMessage) => void) | undefined;
  /** A block with an `id` field has ended, with or without data: what to name as `Last-Event-ID`. Called before `onEvent`. */
  onId?: ((id: string) => void) | undefined;
  /** Milliseconds after which to come back once the stream has ended: at most `Number.MAX_SAFE_INTEGER`, whatever the digits say. */
  onRetry?: ((retry: number) => void) | undefined;
  /** A comment, without the colon and one space behind it. */
  onComment?: ((comment: string) => void) | undefined;
  /** A line that the standard ignores, or more text than `maxBufferSize` without an end. */
  onError?: ((error: ParseError) => void) | undefined;
}

export interface ParserConfig extends ParserCallbacks {
  /**
   * Characters kept for a line and an event whose end has not come, together. When a chunk leaves more, `onError` is told of
   * `max-buffer-size-exceeded`, all is forgotten, and `feed` throws until `reset`. `Infinity` is no limit.
   * @default 104_857_600
   */
  maxBufferSize?: number | undefined;
}

export interface EventSourceParser {
  /**
   * Takes the next piece of the stream, decoded, cut anywhere. What a callback throws is thrown when the piece has been read to its end,
   * the first of several; a callback that calls `reset` ends the reading at once.
   * @throws {Error} after `max-buffer-size-exceeded`, until `reset`
   */
  feed(chunk: string): void;
  /**
   * Begins a new stream. What was unfinished is dropped, as at the end of a stream (§9.2.6); with `consume`, an unfinished line is read
   * first as if it had ended, for the sake of `onError` where a server sends something else than an event stream.
   */
  reset(options?: { consume?: boolean }): void;
}

/**
 * A parser of one stream after another.
 * @throws {TypeError} for a function instead of an object
 * @throws {EventStreamError} bad-buffer-size
 */
export function createParser(config: ParserConfig): EventSourceParser {
  if (typeof config === "function") {
    throw new TypeError(
      "`config` must be an object, got a function instead. Did you mean `createParser({onEvent: fn})`?",
    );
  }
  const { maxBufferSize = defaultMaxBufferSize, onError } = config;
  must(typeof maxBufferSize === "number" && maxBufferSize >= 0, "bad-buffer-size");
  const parser = new EventParser(new CallbackHandler(config), maxBufferSize);
  let begun = false;
  let overflowTold = false;

  function feed(chunk: string): void {
    try {
      parser.receive(begun ? chunk : beginning(chunk));
    } catch (error) {
      report(error);
    }
  }

  function beginning(chunk: string): string {
    begun = chunk !== "";
    return withoutRawMark(chunk);
  }

  function report(error: unknown): void {
    if (!(error instanceof BufferLimitError && parser.overflowed)) throw error; // a callback's own
    if (overflowTold) throw new Error(terminated);
    overflowTold = true;
    onError?.(new ParseError(error.message, { type: error.code }));
  }

  function reset({ consume = false }: { consume?: boolean } = {}): void {
    try {
      if (consume && parser.inLine) parser.receive("\n");
    } finally {
      begun = false;
      overflowTold = false;
      parser.reset();
    }
  }

  return { feed, reset };
}

const terminated =
  "Cannot feed parser: it was terminated after exceeding the configured max buffer size. Call `reset()` to resume parsing.";

/** A class, so that engines know its `event` and put it in its place. Callbacks that are not there: nothing is cut out for them. */
class CallbackHandler implements EventStreamHandler {
  readonly id: EventStreamHandler["id"];
  readonly retry: EventStreamHandler["retry"];
  readonly comment: EventStreamHandler["comment"];
  readonly unknownField: EventStreamHandler["unknownField"];
  readonly invalidRetry: EventStreamHandler["invalidRetry"];
  private readonly onEvent: ParserCallbacks["onEvent"];

  constructor({ onEvent, onId, onRetry, onComment, onError }: ParserCallbacks) {
    this.onEvent = onEvent;
    this.id = onId && ((id) => onId(id));
    this.retry = onRetry && ((milliseconds) => onRetry(milliseconds));
    this.comment = onComment && ((text) => onComment(text));
    this.unknownField = onError && ((field, value, line) => onError(unknownField(field, value, line)));
    this.invalidRetry = onError && ((value, line) => onError(invalidRetry(value, line)));
  }

  event(name: string, data: string, id: string | undefined): void {
    const { onEvent } = this; // a function of its own: `this` is not for it
    onEvent?.({ id, event: name || undefined, data });
  }
}

/** `eventsource-parser` knows a byte order mark also as three characters, as it comes when bytes were taken for Latin-1. */
function withoutRawMark(chunk: string): string {
  return chunk.startsWith("\u00ef\u00bb\u00bf") ? `\ufeff${chunk.slice(3)}` : chunk;
}
