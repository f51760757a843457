/** A History that never answers at once, as a log behind a network: when the test says so, or soon. */

import type { History, LogEntry, Reader, ReadResult } from "../src/history.ts";

export interface LateHistoryOptions {
  /** When an append takes effect: the log has it at the call, or only when it answers. */
  readonly writes?: "at-call" | "at-answer";
  /** When it answers: the test calls `answer`, or by itself in a later turn. */
  readonly answers?: "when-told" | "soon";
}

export class LateHistory implements History {
  /** Thrown by the next append's answer. */
  failure: Error | undefined;
  private readonly log: History;
  private readonly options: LateHistoryOptions;
  /** Answers that wait, oldest first. */
  private readonly waiting: (() => void)[] = [];

  constructor(log: History, options: LateHistoryOptions = {}) {
    this.log = log;
    this.options = options;
  }

  get position(): string {
    return this.log.position;
  }

  get sessionAge(): number {
    return this.log.sessionAge;
  }

  append(batch: readonly LogEntry[]): Promise<readonly string[]> {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) return this.later(() => Promise.reject(failure));
    if (this.options.writes === "at-answer") return this.later(() => this.log.append(batch));
    const ids = this.log.append(batch);
    return this.later(() => ids);
  }

  read(after: string, reader: Reader): Promise<ReadResult> {
    return this.later(() => this.log.read(after, reader));
  }

  compare(a: string, b: string): number {
    return this.log.compare(a, b);
  }

  close(): void | Promise<void> {
    return this.log.close();
  }

  /** Answers one call, the oldest unless said otherwise (0 is the oldest, and so is the one after the newest). @returns whether one was waiting */
  answer(index = 0): boolean {
    const [give] = this.waiting.splice(index % Math.max(this.waiting.length, 1), 1);
    give?.();
    return give !== undefined;
  }

  /** Answers all calls, and those that follow from them, until nothing happens any more. */
  async settle(): Promise<void> {
    do {
      while (this.answer()) {}
      await new Promise(setImmediate);
    } while (this.waiting.length > 0);
  }

  get size(): number {
    return this.waiting.length;
  }

  private later<T>(answer: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      const give = (): void => resolve(answer());
      if (this.options.answers === "soon") setImmediate(give);
      else this.waiting.push(give);
    });
  }
}
