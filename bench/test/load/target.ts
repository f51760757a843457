/** Where a server of npm's `ws` listens. */

import type { WebSocketServer } from "ws";
import type { Target } from "../../src/load/opening.ts";

export function targetOf(wss: WebSocketServer): Target {
  const address = wss.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, path: "/" };
}
