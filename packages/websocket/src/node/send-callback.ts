/** The callbacks of what was sent: in the order of sending, never inside it, each once. */

import type { Duplex } from "node:stream";
import { throwLater } from "./throw-later.ts";

/**
 * Called once the bytes have left the process, or never will: then with the error. A method, of which TypeScript takes one
 * that counts on an error too, as types of ws have it for `ping`.
 */
export type SendCallback = { callback(error?: Error): void }["callback"];

/** What a stream calls, and what a SendCallback is called as: without an error Node gives null. */
export type WriteCallback = { callback(error?: Error | null): void }["callback"];

/** One of theirs that throws does not keep the others from being called. */
export function settle(callbacks: readonly WriteCallback[], error: Error | null | undefined): void {
  for (const callback of callbacks) {
    try {
      callback(error);
    } catch (thrown) {
      throwLater(thrown);
    }
  }
}

/** What those are told whose frames did not leave, or not whole. */
export function unsent(): Error {
  return new Error("The socket was closed before all was sent");
}

/** The callbacks of all frames of one write. */
export class Settlement {
  private readonly callbacks: readonly SendCallback[];
  private readonly stream: Duplex;
  private partial = false;

  constructor(callbacks: readonly SendCallback[], stream: Duplex) {
    this.callbacks = callbacks;
    this.stream = stream;
  }

  /** To be asked right behind the write: of a stream that is destroyed with a write under way, Node reports no error. */
  look(): void {
    this.partial = this.stream.writableLength !== 0;
  }

  readonly done: WriteCallback = (error) => {
    const lost = this.partial && this.stream.destroyed;
    settle(this.callbacks, error ?? (lost ? unsent() : error));
  };
}
