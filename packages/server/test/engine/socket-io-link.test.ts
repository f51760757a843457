/** A socket on its link, in exact packets: what is sent, what is answered, and how it ends. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ServerOptions } from "../../src/index.ts";
import type { Socket } from "../../src/socket.ts";
import type { RawClient } from "../raw-client.ts";
import { patience, RawHouse, socketsOf, until } from "../raw-house.ts";

interface Pair {
  readonly house: RawHouse;
  readonly client: RawClient;
  readonly socket: Socket;
}

async function pair(t: TestContext, options: Partial<ServerOptions> = {}, query = "EIO=4"): Promise<Pair> {
  const house = await RawHouse.open(t, options);
  const client = await house.client(query);
  const [socket] = socketsOf(house);
  assert.ok(socket !== undefined);
  return { house, client, socket };
}

test("what is sent to it, to its room and to all leaves in that order", patience, async (t) => {
  const { house, client, socket } = await pair(t);
  socket.emit("1");
  house.io.emit("2");
  socket.emit("3", Buffer.from([1]));
  house.io.to(socket.id).emit("4");
  socket.compress(false).emit("5");
  assert.deepEqual(await client.several(6), [
    '42["1"]',
    '42["2"]',
    '451-["3",{"_placeholder":true,"num":0}]',
    Buffer.from([1]),
    '42["4"]',
    '42["5"]',
  ]);
});

test(
  "with recovery, each event that wants no answer carries an offset, and what has none the newest",
  patience,
  async (t) => {
    const { house, client, socket } = await pair(t, { connectionStateRecovery: {} });
    house.io.emit("a");
    await until(() => true);
    const first = String(await client.next());
    const offset = /^42\["a","([^"]+)"\]$/.exec(first)?.[1];
    assert.ok(offset !== undefined, first);
    socket.volatile.emit("b");
    assert.equal(await client.next(), `42["b","${offset}"]`);
    socket.emit("c", () => {});
    assert.match(String(await client.next()), /^42\d+\["c"\]$/);
  },
);

test("a foreign client's ack is answered, or hears nothing; one of ours hears errors", patience, async (t) => {
  for (const [query, told] of [
    ["EIO=4", []],
    ["EIO=4&anywire=1", ['442{"code":"handler-error","message":"no"}']],
  ] as const) {
    const { house, client, socket } = await pair(t, {}, query);
    socket.on("good", (answer) => answer("a", Buffer.from([1])));
    socket.on("bad", () => Promise.reject(new Error("no")));
    client.send('421["good"]');
    assert.deepEqual(await client.several(2), ['461-1["a",{"_placeholder":true,"num":0}]', Buffer.from([1])]);
    client.send('422["bad"]');
    await until(() => house.reports.length > 0);
    client.send('423["good"]');
    const rest = await client.several(told.length + 1);
    assert.deepEqual(rest.slice(0, -1), told);
  }
});

test(
  "disconnected by the program, the client hears so behind all that was sent, and no late answer",
  patience,
  async (t) => {
    const { client, socket } = await pair(t);
    let late = (): void => {};
    socket.on("ask", (answer) => {
      late = answer;
      socket.emit("last");
      socket.disconnect();
      socket.emit("too late");
      late();
    });
    client.send('421["ask"]', "40");
    assert.deepEqual(await client.several(2), ['42["last"]', "41"]);
    assert.match(String(await client.next()), /^40/);
  },
);

test("the end of the server is the end of the session, for all its sockets", patience, async (t) => {
  const { house, client, socket } = await pair(t);
  house.io.of("/a");
  await client.enter("/a");
  const reasons: string[] = [];
  for (const each of [socket, ...socketsOf(house, "/a")]) each.on("disconnect", (reason) => reasons.push(reason));
  await house.io.close();
  await client.closed;
  assert.deepEqual(reasons, ["server shutting down", "server shutting down"]);
});

test("a volatile event is dropped for who cannot take it now", patience, async (t) => {
  const house = await RawHouse.open(t);
  const query = `EIO=4&transport=polling&sid=${await house.poll()}`;
  await house.ask(query, { method: "POST", body: "40" });
  const [socket] = socketsOf(house);
  socket?.volatile.emit("lost");
  house.io.volatile.emit("lost too");
  await new Promise(setImmediate);
  socket?.emit("kept");
  const { text } = await house.ask(query);
  assert.deepEqual(text.split("\x1e").slice(1), ['42["kept"]']);
});
