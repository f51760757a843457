/** What a parser tells, in the shape in which the reference reader remembers it; and the ways to cut and to end lines. */

import { EventParser, type EventStreamHandler } from "../src/protocol/event-parser.ts";
import type { ParsedEvent } from "./reference-parser.ts";

export class StreamRecorder implements EventStreamHandler {
  readonly events: ParsedEvent[] = [];
  readonly comments: string[] = [];
  readonly unknown: [field: string, value: string, line: string][] = [];
  readonly invalidRetries: [value: string, line: string][] = [];
  reconnectionTime: number | undefined;
  lastEventId = "";

  event(name: string, data: string, _id: string | undefined): void {
    this.events.push({ type: name || "message", data, lastEventId: this.lastEventId });
  }

  id(id: string): void {
    this.lastEventId = id;
  }

  retry(milliseconds: number): void {
    this.reconnectionTime = milliseconds;
  }

  comment(text: string): void {
    this.comments.push(text);
  }

  unknownField(field: string, value: string, line: string): void {
    this.unknown.push([field, value, line]);
  }

  invalidRetry(value: string, line: string): void {
    this.invalidRetries.push([value, line]);
  }
}

export function recordStream(...pieces: readonly string[]): StreamRecorder {
  const recorder = new StreamRecorder();
  const parser = new EventParser(recorder, 1_000_000);
  for (const piece of pieces) parser.receive(piece);
  return recorder;
}

/** The stream whole, in two at every place, and character by character. */
export function waysToCut(stream: string): string[][] {
  const halves = Array.from(stream, (_, at) => [stream.slice(0, at), stream.slice(at)]);
  return [[stream], ...halves, stream.split("")];
}

/** A stream written with LF, with each of the three line ends. */
export function inAllLineEnds(stream: string): string[] {
  return ["\n", "\r", "\r\n"].map((end) => stream.replaceAll("\n", end));
}

/** Cut after so many characters each time; the rest is one piece. */
export function piecesOf(text: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return [...pieces, text.slice(at)];
}
