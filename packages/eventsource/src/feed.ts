/** A source into a session: one item after the other, as fast as the client takes them, until either of them is over. */

import type { Outlet } from "./outlet.ts";
import type { Source } from "./sources.ts";

/** @param push sends one item; false if there is no room for another just now */
export async function feed(outlet: Outlet, source: Source, push: (item: unknown) => boolean): Promise<void> {
  const pause = new Pause();
  const forget = outlet.whenOver(() => pause.end());
  let isExhausted = false;
  try {
    while (!outlet.isClosed) {
      const next = await pause.until(source.next());
      isExhausted = next?.done === true;
      if (next === undefined || isExhausted || outlet.isClosed) break;
      if (!push(next.value) && !outlet.isClosed) await pause.until(outlet.drain());
    }
  } finally {
    forget();
    if (!isExhausted) source.stop();
  }
}

/** A wait that can be cut short: the stream may end while its source has nothing, or its client reads nothing. */
class Pause {
  /** Cuts the wait of this moment short. */
  end: () => void = () => {};

  /** @returns undefined if it was cut short */
  until<Value>(promise: Promise<Value>): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      this.end = () => resolve(undefined);
      promise.then(resolve, reject);
    });
  }
}
