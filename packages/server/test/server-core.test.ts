import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { EngineServer } from "../src/engine/engine-server.ts";
import { Server } from "../src/server.ts";
import { portOf } from "../src/server-core.ts";
import { patience, RawHouse } from "./raw-house.ts";

const ports: readonly [given: unknown, port: number | undefined][] = [
  [0, 0],
  [3000, 3000],
  ["3000", 3000],
  ["", undefined],
  ["3000a", undefined],
  [undefined, undefined],
  [createServer(), undefined],
];

for (const [given, port] of ports) {
  test(`${typeof given} ${typeof given === "object" ? "" : given} is port ${port}`, () =>
    assert.equal(portOf(given), port));
}

test("there is an engine before there is an HTTP server, and it stays", () => {
  const io = new Server({ pingInterval: 1_234 });
  const { engine } = io;
  assert.equal(engine.opts.pingInterval, 1_234);
  io.attach(createServer());
  assert.deepEqual([io.engine === engine, io.eio === engine], [true, true]);
});

test("sessions of another engine come in by bind", patience, async (t) => {
  const house = await RawHouse.open(t);
  const engine = new EngineServer({ path: "/other" });
  engine.attach(house.http);
  house.io.bind(engine);
  assert.equal(house.io.engine, engine);
  const { text } = await fetch(`http://127.0.0.1:${house.port}/other/?EIO=4&transport=polling`).then(
    async (answer) => ({
      text: await answer.text(),
    }),
  );
  assert.match(text, /^0\{"sid"/);
  assert.deepEqual([house.io.stats().sessions, house.io.stats().deadlines], [1, 1]);
  engine.close();
});

test("sessions that poll end with the last HTTP server that could be asked", patience, async (t) => {
  const io = new Server();
  const [first, second] = [createServer(), createServer()];
  for (const http of [first, second]) io.attach(http.listen(0, "127.0.0.1"));
  await Promise.all([once(first, "listening"), once(second, "listening")]);
  t.after(() => io.close());
  const { port } = first.address() as AddressInfo;
  const headers = { Connection: "close" };
  await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`, { headers }).then((answer) =>
    answer.text(),
  );
  const counts = [];
  for (const http of [first, second]) {
    await new Promise((resolve) => http.close(resolve));
    counts.push(io.engine.clientsCount);
  }
  assert.deepEqual(counts, [1, 0]);
});

test("options that attach is given go behind those of the server", patience, async (t) => {
  const http = createServer();
  const io = new Server({ pingInterval: 1 });
  t.after(() => io.close());
  io.attach(http, { pingInterval: 2, pingTimeout: 3 });
  assert.deepEqual([io.engine.opts.pingInterval, io.engine.opts.pingTimeout], [1, 3]);
  assert.equal(io.httpServer, http);
});

for (const [what, given] of [
  ["a function", () => {}],
  ["nothing", null],
  ["an object", {}],
] as const) {
  test(`it attaches to no ${what}`, () => {
    assert.throws(() => new Server().attach(given as unknown as number), TypeError);
  });
}
