/** Our client, with what socket.io-client has not, as a guest of the contract's houses. */

import type { TestContext } from "node:test";
import { io, type LookupOptions, type Socket } from "../../src/node.ts";

const restless: LookupOptions = { reconnectionDelay: 1, reconnectionDelayMax: 1, randomizationFactor: 0 };

/** A client that is on its way, and that leaves when its test ends. */
export function call(t: TestContext, url: string, options: LookupOptions = {}): Socket {
  const socket = io(url, { forceNew: true, transports: ["websocket"], ...restless, ...options });
  t.after(() => socket.io._close());
  return socket;
}
