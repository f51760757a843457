/** What a page tells the client: it dials at once when the network or the reader is back, but not before a server wants it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { Socket } from "../../src/node.ts";
import { heard } from "../contract/library.ts";

const page = new EventTarget();
Object.assign(globalThis, {
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
  document: { hidden: false },
});
const { io } = await import("../../src/node.ts"); // it listens when it is loaded

interface Refused {
  readonly socket: Socket;
  readonly attempts: readonly number[];
}

async function refusedClient(t: TestContext, fields: Readonly<Record<string, string>>): Promise<Refused> {
  const server = createServer((_request, response) => response.writeHead(503, fields).end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const socket = io(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    forceNew: true,
    transports: ["polling"],
  });
  t.after(() => socket.io._close());
  const attempts: number[] = [];
  socket.io.on("reconnect_attempt", (attempt) => attempts.push(attempt));
  await heard(socket, "connect_error");
  return { socket, attempts };
}

for (const event of ["online", "visibilitychange"]) {
  test(`${event}: it dials at once`, async (t) => {
    const { socket, attempts } = await refusedClient(t, {});
    const again = heard(socket, "connect_error");
    page.dispatchEvent(new Event(event));
    assert.deepEqual(attempts, [1]);
    await again;
  });

  test(`${event}: it waits as long as the server has said`, async (t) => {
    const { attempts } = await refusedClient(t, { "Retry-After": "30" });
    page.dispatchEvent(new Event(event));
    assert.deepEqual(attempts, []);
    t.mock.timers.tick(60_000);
    assert.deepEqual(attempts, [1]);
  });
}
