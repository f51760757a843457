/** The official adapter for node:cluster, between workers that run socket.io's server and ours. */

import assert from "node:assert/strict";
import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { setupPrimary } from "@socket.io/cluster-adapter";
import { pairs } from "./cluster.ts";
import { type Guest, plainWays, type SocketIoGuest, socketIo } from "./guests.ts";
import { hasPlainWire, type ServerName, Stage } from "./servers.ts";

cluster.setupPrimary({
  exec: join(import.meta.dirname, "cluster-worker.ts"),
  execArgv: ["--conditions=anywire-source", "--import", "tsx"],
});
setupPrimary();

/** @returns the URL of a worker that runs the server of that name */
async function start(stage: Stage, name: ServerName): Promise<string> {
  const worker: Worker = cluster.fork({ SERVER: name });
  stage.defer(async () => {
    const ended = once(worker, "exit");
    worker.process.kill("SIGKILL");
    await ended;
  });
  return new Promise((resolve) =>
    worker.on("message", (message: { url?: string }) => {
      if (message.url !== undefined) resolve(message.url);
    }),
  );
}

for (const pair of pairs) {
  test(`${pair.join(" and ")}: workers of one cluster`, { timeout: 60_000 }, async (t) => {
    const stage = new Stage(t);
    const guests = new Map<string, Guest>();
    const visitors: SocketIoGuest[] = [];
    for (const [at, name] of pair.entries()) {
      const url = await start(stage, name);
      const visitor = socketIo()(url, { name: `v4 on ${at}` });
      visitors.push(visitor);
      guests.set(`v4 on ${at}`, visitor);
      if (hasPlainWire(name))
        for (const [way, come] of Object.entries(plainWays))
          guests.set(`${way} on ${at}`, come(url, { name: `${way} on ${at}` }));
    }
    for (const guest of guests.values()) {
      stage.defer(() => guest.close());
      await guest.before("welcome");
    }
    const [one, other] = visitors as [SocketIoGuest, SocketIoGuest];
    const ask = (guest: SocketIoGuest, what: string): Promise<unknown> =>
      new Promise((resolve) => guest.socket.emit("ask", what, resolve));
    while ((await ask(one, "count")) !== 2 || (await ask(other, "count")) !== 2); // they find each other
    assert.deepEqual(await ask(one, "names"), [...guests.keys()].sort());
    assert.deepEqual(await ask(one, "servers"), [pair[1]]);
    await ask(one, "emit");
    await ask(other, "emit");
    for (const [name, guest] of guests) {
      const heard = [...(await guest.next("news")), ...(await guest.next("news"))];
      const sent = [pair[0], pair[1]].map((from) => ["01", { from }]);
      assert.deepEqual(
        new Set(heard.map((each) => JSON.stringify(each))),
        new Set(sent.flat().map((each) => JSON.stringify(each))),
        name,
      );
    }
    assert.deepEqual(await ask(other, "acks"), ["v4 on 0", "v4 on 1"]);
    one.socket.emit("ask", "put out", () => {});
    for (const guest of guests.values()) await guest.end();
  });
}
