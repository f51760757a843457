/** A server of one test, behind a network of the test's own, and clients of ours that come through it. */

import type { TestContext } from "node:test";
import type { ServerOptions } from "socket.io";
import { type LookupOptions, io as lookup, type Socket } from "../../src/node.ts";
import { House } from "../contract/house.ts";
import type { ServerKind } from "../contract/server-kind.ts";

/** Comes back almost at once. */
const restless: LookupOptions = { reconnectionDelay: 1, reconnectionDelayMax: 10 };

export async function openHouse(
  t: TestContext,
  kind: ServerKind,
  options: Partial<ServerOptions> = {},
): Promise<House> {
  const house = new House(kind, options);
  house.io.engine.on("connection", ({ transport }: { transport: object }) => {
    if ("closeTimeout" in transport) transport.closeTimeout = 0; // npm's waits 30 s for a poll that does not come
  });
  await house.open();
  t.after(async () => {
    house.cut();
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate); // ws waits 30 s for who is closed before it knows
    await house.close();
  });
  return house;
}

/** A client that is sent home when its test ends. */
export function call(t: TestContext, url: string, options: LookupOptions = {}): Socket {
  const socket = lookup(url, { forceNew: true, ...restless, ...options });
  t.after(() => socket.io._close());
  return socket;
}

/** The name of the transport with which a client has come to be. */
export const carrier = (socket: Socket): string => socket.io.engine.transport.name;
