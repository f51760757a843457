/** One attempt of an event source: a request that can be given up, by the program or by the watchdog. */

import type { BodyText } from "./web/body-text.ts";

export class Attempt {
  private body: BodyText | undefined;
  private readonly controller = new AbortController();
  private readonly patience: number;
  private readonly silent: () => void;
  private watchdog: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param patience milliseconds that may pass without a sign of life; 0 is for ever
   * @param silent called when they have passed
   */
  constructor(patience: number, silent: () => void) {
    this.patience = patience;
    this.silent = silent;
    this.alive();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The answer is there, and its body ends with the attempt: a fetch of the program's may not know the signal. */
  answered(body: BodyText | undefined): void {
    if (this.signal.aborted) body?.cancel();
    else this.body = body;
  }

  /** A sign of life came. */
  alive(): void {
    this.rest();
    if (this.patience > 0 && !this.signal.aborted) this.watchdog = setTimeout(this.silent, this.patience);
  }

  /** None is expected for now. */
  rest(): void {
    clearTimeout(this.watchdog);
  }

  /** Idempotent. */
  end(): void {
    this.rest();
    this.controller.abort();
    this.body?.cancel();
    this.body = undefined;
  }
}
