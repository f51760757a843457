/** Sessions in memory, whose readers take as much as a test says. */

import assert from "node:assert/strict";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { createParser } from "eventsource-parser";
import { Heartbeats, systemClock } from "../src/heartbeats.ts";
import { resolveSessionOptions, type SessionOptions } from "../src/options.ts";
import type { EventSink, EventSinkHandler } from "../src/protocol/event-sink.ts";
import { Session } from "../src/session.ts";
import type { ParsedEvent } from "./reference-parser.ts";

export class PacedSink implements EventSink {
  closed = false;
  bufferedBytes = 0;
  /** Takes nothing by itself. */
  isPaused = false;
  /** The most that ever waited. */
  peak = 0;
  private readonly handler: EventSinkHandler;
  private readonly taken: Uint8Array[] = [];
  private waiting: Uint8Array[] = [];
  private isEnding = false;

  constructor(handler: EventSinkHandler) {
    this.handler = handler;
  }

  /** What the client has. */
  get text(): string {
    return Buffer.concat(this.taken).toString();
  }

  /** By npm's parser. */
  get events(): ParsedEvent[] {
    const events: ParsedEvent[] = [];
    let lastEventId = "";
    const parser = createParser({
      onEvent: ({ event = "message", data, id = lastEventId }) => {
        lastEventId = id;
        events.push({ type: event, data, lastEventId });
      },
    });
    parser.feed(this.text);
    return events;
  }

  get pieces(): readonly Uint8Array[] {
    return this.taken;
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.closed) return false;
    if (!this.isPaused && this.bufferedBytes === 0) {
      this.taken.push(...pieces);
      return true;
    }
    this.waiting.push(...pieces);
    for (const piece of pieces) this.bufferedBytes += piece.length;
    this.peak = Math.max(this.peak, this.bufferedBytes);
    return false;
  }

  /** The client reads so many pieces of what waits. */
  read(count = Number.POSITIVE_INFINITY): void {
    if (this.bufferedBytes === 0) return;
    for (const piece of this.waiting.splice(0, count)) {
      this.taken.push(piece);
      this.bufferedBytes -= piece.length;
    }
    if (this.bufferedBytes > 0) return;
    if (this.isEnding) this.over();
    else this.handler.drained();
  }

  /** The client goes away. What it has not read is lost. */
  cut(): void {
    this.destroy();
  }

  end(): void {
    this.closed = true;
    this.isEnding = true;
    if (this.bufferedBytes === 0) this.over();
  }

  destroy(): void {
    this.closed = true;
    this.waiting = [];
    this.bufferedBytes = 0;
    this.over();
  }

  private over(): void {
    queueMicrotask(() => this.handler.closed());
  }
}

export interface PacedSession<State> {
  readonly session: Session<State>;
  readonly sink: PacedSink;
  /** The data of the events that the client has. */
  readonly heard: () => string[];
}

interface PacedOptions<State> extends SessionOptions<State> {
  readonly lastEventId?: string;
  readonly heartbeats?: Heartbeats;
}

const sharedHeartbeats = new Heartbeats(systemClock);

export function openPaced<State = undefined>(options: PacedOptions<State> = {}): PacedSession<State> {
  let sink: PacedSink | undefined;
  const session = new Session<State>({
    open: (handler) => {
      sink = new PacedSink(handler);
      return sink;
    },
    lastEventId: options.lastEventId ?? "",
    heartbeats: options.heartbeats ?? sharedHeartbeats,
    options: resolveSessionOptions({ heartbeat: false, retry: false, ...options }),
  });
  assert.ok(sink);
  const opened = sink;
  return { session, sink: opened, heard: () => opened.events.map(({ data }) => data) };
}

/** What was sent in this tick has left. */
export async function endOfTick(): Promise<void> {
  await endOfTurn();
}
