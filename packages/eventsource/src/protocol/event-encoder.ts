/** Events and comments as text/event-stream (WHATWG HTML §9.2.5). Pure. What is let through cannot begin a field of its own. */

import { must } from "./errors.ts";

export interface EventFields {
  /** Name of the event; without it, it is a `message`. */
  readonly event?: string | undefined;
  /** Any text; CR and CRLF in it arrive as LF, for a stream has lines only (§9.2.6). */
  readonly data: string;
  /** What the client names in `Last-Event-ID` when it comes back; an empty one makes it forget the last. */
  readonly id?: string | undefined;
  /** Milliseconds after which the client comes back once the stream has ended. */
  readonly retry?: number | undefined;
}

const lineEnd = /\r\n|\r|\n/; // §9.2.5, `end-of-line`

/** @throws {EventStreamError} bad-event, bad-id, bad-data, bad-retry */
export function encodeEvent({ event, data, id, retry }: EventFields): string {
  must(event === undefined || isFieldValue(event), "bad-event");
  must(id === undefined || isFieldValue(id), "bad-id"); // a client ignores an id with NUL (§9.2.6)
  must(typeof data === "string", "bad-data");
  const eventLine = event === undefined ? "" : `event: ${event}\n`;
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  const retryLine = retry === undefined ? "" : encodeRetryLine(retry);
  return `${eventLine}${idLine}${retryLine}${encodeLines("data: ", data)}\n`;
}

/** A string as it is, anything else as JSON; what JSON has no form for as `null`. */
export function formatData(data: unknown): string {
  return typeof data === "string" ? data : (JSON.stringify(data) ?? "null");
}

/** @throws {EventStreamError} bad-comment */
export function encodeComment(text: string): string {
  must(typeof text === "string", "bad-comment");
  return `${encodeLines(": ", text)}\n`;
}

/** @throws {EventStreamError} bad-retry */
export function encodeRetry(milliseconds: number): string {
  return `${encodeRetryLine(milliseconds)}\n`;
}

/** Whether the text can be the value of one field. Of strings alone: an array has an `includes` that would say other things. */
export function isFieldValue(text: unknown): text is string {
  return typeof text === "string" && !text.includes("\n") && !text.includes("\r") && !text.includes("\0");
}

/** ASCII digits only (§9.2.6): no sign, no fraction, no exponent. */
export function isRetry(milliseconds: unknown): milliseconds is number {
  return Number.isSafeInteger(milliseconds) && Number(milliseconds) >= 0;
}

function encodeRetryLine(milliseconds: number): string {
  must(isRetry(milliseconds), "bad-retry");
  return `retry: ${milliseconds}\n`;
}

/** The space after the colon is the one that the client takes away, so that the text may begin with another. */
function encodeLines(prefix: string, text: string): string {
  if (!text.includes("\n") && !text.includes("\r")) return `${prefix}${text}\n`;
  return text
    .split(lineEnd)
    .map((line) => `${prefix}${line}\n`)
    .join("");
}
