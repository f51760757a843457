/** The order of a fan-out: so many messages are published at once, every subscriber gets them, then comes the next burst. */

import type { ConnectionHandler } from "./connection.ts";
import { Exchange } from "./exchange.ts";
import { defaultPatience, type LoadOptions } from "./load.ts";
import type { Checker } from "./reply-checker.ts";

export interface BurstOptions extends LoadOptions {
  readonly burst: number;
}

/** Has the server send `count` messages to all, the `first`th of the run and those behind it. */
export type Publish = (first: number, count: number) => void;

export class Bursts {
  private readonly options: BurstOptions;
  private readonly send: Publish;
  private readonly checkers: Checker[] = [];
  private current: Exchange | undefined;
  private published = 0;
  private publishedAt = 0;
  /** Deliveries that the burst under way still owes, and the exchange after it. */
  private due = 0;
  private left = 0;

  constructor(options: BurstOptions, send: Publish) {
    this.options = options;
    this.send = send;
  }

  /** @returns what handles the connection of one more subscriber */
  subscribe(checker: Checker): ConnectionHandler {
    this.checkers.push(checker);
    return {
      received: (bytes) => this.delivered(checker.take(bytes)),
      lost: (error) => this.fail(error),
    };
  }

  /** @param messages counted as delivered, in whole bursts: rounded up */
  async exchange(messages: number): Promise<Float64Array> {
    const burst = this.checkers.length * this.options.burst;
    this.left = Math.ceil(messages / burst) * burst;
    this.current = new Exchange(this.left, this.options.patience ?? defaultPatience);
    this.publish();
    await this.current.done;
    return this.current.latencies;
  }

  fail(error: unknown): void {
    this.current?.fail(error);
  }

  private delivered(messages: number): void {
    if (messages === 0) return;
    this.current?.record(messages, performance.now() - this.publishedAt);
    this.due -= messages;
    if (this.due === 0) this.publish();
  }

  private publish(): void {
    if (this.left === 0) return;
    const { burst } = this.options;
    for (const checker of this.checkers) checker.ask(burst);
    this.due = this.checkers.length * burst;
    this.left -= this.due;
    this.publishedAt = performance.now();
    this.send(this.published, burst);
    this.published += burst;
  }
}
