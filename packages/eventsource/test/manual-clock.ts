/** A clock that a test moves by hand. */

import type { Clock } from "../src/heartbeats.ts";

export class ManualClock implements Clock {
  private time = 0;
  private readonly waits = new Map<object, { readonly at: number; readonly then: () => void }>();

  get waiting(): number {
    return this.waits.size;
  }

  now(): number {
    return this.time;
  }

  wait(milliseconds: number, then: () => void): () => void {
    const key = {};
    this.waits.set(key, { at: this.time + milliseconds, then });
    return () => this.waits.delete(key);
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.waits].sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined || next[1].at > end) break;
      this.waits.delete(next[0]);
      this.time = next[1].at;
      next[1].then();
    }
    this.time = end;
  }
}
