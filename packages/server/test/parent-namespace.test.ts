import assert from "node:assert/strict";
import { test } from "node:test";
import { Server } from "../src/server.ts";
import { patience, RawHouse, until } from "./raw-house.ts";

test("children have the middlewares and the listeners that the parent has, and what it emits", patience, async (t) => {
  const house = await RawHouse.open(t);
  const told: unknown[] = [];
  const parent = house.io.of(/^\/\w$/);
  parent.use((socket, next) => {
    told.push(["middleware", socket.nsp.name]);
    next();
  });
  parent.on("connection", (socket) => told.push(["connection", socket.nsp.name]));
  const client = await house.client("EIO=4", "/a");
  await client.enter("/b");
  assert.deepEqual(told, [
    ["middleware", "/a"],
    ["connection", "/a"],
    ["middleware", "/b"],
    ["connection", "/b"],
  ]);
  parent.emit("hello");
  assert.deepEqual(await client.several(2), ['42/a,["hello"]', '42/b,["hello"]']);
  const answers = parent.timeout(10_000).emitWithAck("ask");
  const [one, other] = await client.several(2);
  assert.deepEqual(
    [String(one).replace(/\d+\[/, "["), String(other).replace(/\d+\[/, "[")],
    ['42/a,["ask"]', '42/b,["ask"]'],
  );
  client.send(
    String(one).replace("42", "43").replace('"ask"', "1"),
    String(other).replace("42", "43").replace('"ask"', "2"),
  );
  assert.ok(Array.isArray(await answers));
});

test("who is in is not asked of a parent", () => {
  assert.throws(() => new Server().of(/x/).fetchSockets(), /not supported/);
});

test(
  "with cleanupEmptyChildNamespaces, a child goes with its last socket, or with the last that is refused",
  patience,
  async (t) => {
    const house = await RawHouse.open(t, { cleanupEmptyChildNamespaces: true });
    const parent = house.io.of(/^\/\w$/).use((socket, next) => next(socket.handshake.auth.no && new Error("no")));
    const [one, other] = [await house.client("EIO=4", "/a"), await house.client("EIO=4", "/a")];
    one.send("41/a,");
    await until(() => house.io.of("/a").sockets.size === 1);
    assert.equal(parent.children.size, 1);
    other.socket.terminate();
    await until(() => parent.children.size === 0);
    const refused = await house.session();
    assert.equal(await refused.enter("/b", { no: true }), '44/b,{"message":"no"}');
    await until(() => parent.children.size === 0);
    assert.deepEqual([...house.io._nsps.keys()], ["/"]);
  },
);

test("without it, those that were empty last are kept, up to 10,000", () => {
  const io = new Server();
  const parent = io.of(/^\/\d+$/);
  for (let name = 0; name < 10_010; name++) {
    const child = parent.createChild(`/${name}`);
    child.leaveIfEmpty();
  }
  assert.equal(parent.children.size, 10_000);
  assert.equal(io._nsps.has("/9"), false);
  assert.equal(io._nsps.has("/10"), true);
});

test("each has a name of its own", () => {
  const io = new Server();
  assert.notEqual(io.of(/a/).name, io.of(/b/).name);
});
