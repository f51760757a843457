/** The callbacks of what was sent: in the order of sending, never inside it, each once. */

/**
 * Called once the bytes have left the process, or never will: then with the error. A method, of which TypeScript takes one
 * that counts on an error too, as types of ws have it for `ping`.
 */
export type SendCallback = { callback(error?: Error): void }["callback"];

/** What a stream calls. */
export type WriteCallback = (error: Error | null | undefined) => void;

/** One callback for one write of many frames. One of theirs that throws does not keep the others from being called. */
export function settlementOf(callbacks: readonly SendCallback[] | undefined): WriteCallback | undefined {
  if (callbacks === undefined) return undefined;
  return (error) => {
    for (const callback of callbacks) {
      try {
        callback(error ?? undefined);
      } catch (thrown) {
        process.nextTick(rethrow, thrown);
      }
    }
  };
}

function rethrow(thrown: unknown): never {
  throw thrown;
}
