/** What every kind of load does: open connections, and exchange a counted number of messages on them. */

import type { Target } from "./opening.ts";

export interface Load {
  /** Opens so many more connections. */
  open(count: number): Promise<void>;
  /**
   * Exchanges so many messages and returns when the last byte of the last reply was checked.
   * @returns the latency of each, in milliseconds
   * @throws {Disqualified} if a reply was wrong, short or missing
   */
  exchange(messages: number): Promise<Float64Array>;
  close(): void;
}

/** Where clients are measured: they come to it. `open` waits until so many more have. */
export interface ClientLoad extends Load {
  readonly target: Target;
}

export interface LoadOptions {
  /** Milliseconds without any reply after which a server counts as silent. @default 10_000 */
  readonly patience?: number;
}
export const defaultPatience = 10_000;
