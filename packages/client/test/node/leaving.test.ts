/** Nothing is left of a session in Node.js: no connection, no listener. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent } from "node:http";
import { test } from "node:test";
import { promisify } from "node:util";
import type { Socket as Peer } from "engine.io";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { Session } from "../../src/engine/session.ts";
import { nodePlatform } from "../../src/node-platform.ts";
import { type Served, serve } from "./engine-server.ts";

function open({ port }: Served, options: EngineOptions): Session {
  return new Session(`http://127.0.0.1:${port}`, { path: "/engine.io", ...options }, nodePlatform);
}

/** Resolves when the server has no connection: some of those that were given up may only now reach it. */
async function connectionsEnd({ http }: Served): Promise<void> {
  const count = promisify(http.getConnections.bind(http));
  for (;;) {
    const gone = once(http, "gone");
    if ((await count()) === 0) return;
    await gone;
  }
}

/** Their number; the server tells "gone" for each that ends. */
function countConnections({ http }: Served): { made: number } {
  const count = { made: 0 };
  http.on("connection", (socket) => {
    count.made++;
    socket.on("error", () => {}).on("close", () => http.emit("gone"));
  });
  return count;
}

/** The server moves later than the client; to close it between the two takes engine.io half a minute. */
async function hasMoved(peer: Peer): Promise<void> {
  if (peer.transport.name === "polling") await once(peer, "upgrade");
}

const ways: readonly [name: string, options: EngineOptions, ready: "open" | "upgrade"][] = [
  ["polling", { transports: ["polling"] }, "open"],
  ["websocket", { transports: ["websocket"] }, "open"],
  ["polling and an upgrade", { transports: ["polling", "websocket"] }, "upgrade"],
];

for (const [name, options, ready] of ways) {
  for (const side of ["client", "server"] as const) {
    test(`${name}: 100 sessions that the ${side} closes leave no connection`, async (t) => {
      const served = await serve(t);
      const connections = countConnections(served);
      const peers: Peer[] = [];
      served.engine.on("connection", (peer) => peers.push(peer));
      const sessions = Array.from({ length: 100 }, () => open(served, options));
      await Promise.all(sessions.map((session) => new Promise((resolve) => session.once(ready, () => resolve(true)))));
      if (ready === "upgrade") await Promise.all(peers.map(hasMoved));
      const gone = [
        ...sessions.map((session) => new Promise((resolve) => session.once("close", resolve))),
        ...peers.map((peer) => new Promise((resolve) => peer.once("close", resolve))),
      ];
      for (const each of side === "client" ? sessions : peers) each.close();
      await Promise.all(gone);
      await connectionsEnd(served);
      assert.ok(connections.made >= 100);
    });
  }

  test(`${name}: 100 sessions, one after another, leave nothing with the program's agent`, async (t) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    t.after(() => agent.destroy());
    const served = await serve(t);
    for (let n = 0; n < 100; n++) {
      const accepted = served.accepted();
      const session = open(served, { ...options, agent });
      await new Promise((resolve) => session.once(ready, () => resolve(true)));
      const gone = once(await accepted, "close");
      session.close();
      await gone;
    }
    assert.deepEqual(Object.values(agent.requests), []);
    for (const kept of Object.values(agent.freeSockets).flat()) {
      for (const event of kept?.eventNames() ?? []) assert.ok((kept?.listenerCount(event) ?? 0) < 5, String(event));
    }
  });
}
