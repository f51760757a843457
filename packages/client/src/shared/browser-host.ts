/** What tabs need, of the browser: BroadcastChannel, Web Locks, and the page's coming and going. */

import { createNonce } from "../nonce.ts";
import type { TabHost } from "./channel.ts";

/** @returns undefined where tabs cannot find each other */
export function browserHost(): TabHost | undefined {
  const { navigator, BroadcastChannel, origin } = globalThis;
  const locks = navigator?.locks;
  if (locks === undefined || BroadcastChannel === undefined || origin === "null") return undefined;
  return {
    locks: { request: (name, signal, held) => locks.request(name, { signal }, held) },
    openChannel: (name) => new BroadcastChannel(name),
    createName: createNonce,
    onPage: (type, listener) => globalThis.addEventListener?.(type, listener),
  };
}
