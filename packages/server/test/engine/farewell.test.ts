/** A planned end: clients of ours are told when to come back, on every transport; others see what they always saw. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { io as connect, type ManagerOptions } from "socket.io-client";
import type { ServerOptions } from "../../src/index.ts";
import { patience, RawHouse, until } from "../raw-house.ts";
import { post } from "./asking.ts";
import { StreamClient } from "./stream-client.ts";
import { WebTransportClient } from "./webtransport-client.ts";

const ours = "EIO=4&anywire=1";
const theirs = "EIO=4";

/** @returns the milliseconds that the packet tells */
function retryOf(packet: unknown): number {
  const [, ms] = /^1\{"retry":(\d+)\}$/.exec(String(packet)) ?? [];
  assert.ok(ms !== undefined, `${packet}`);
  return Number(ms);
}

/** A session that polls and is in the namespace. @returns the query of its polls */
async function enterByPolling(house: RawHouse, query: string): Promise<string> {
  const session = `${query}&transport=polling&sid=${await house.poll(query)}`;
  await post(house.url(session), "40");
  assert.match((await house.ask(session)).text, /^40/);
  return session;
}

test("over WebSocket, the close packet comes before the end", patience, async (t) => {
  const house = await RawHouse.open(t);
  const [own, foreign] = [await house.client(ours), await house.client(theirs)];
  const closed = house.io.close({ drain: 10 });
  const retry = retryOf(await own.next());
  assert.ok(retry >= 1_000 && retry <= 2_000, `${retry}`);
  assert.equal(await own.next(), "closed");
  assert.equal(await foreign.next(), "closed");
  await closed;
});

test("who drains longer, tells clients to stay away for longer", patience, async (t) => {
  t.mock.method(Math, "random", () => 1);
  const house = await RawHouse.open(t);
  const client = await house.client(ours);
  const closed = house.io.close({ drain: 60_000 });
  assert.equal(retryOf(await client.next()), 61_000);
  await closed;
});

test("so does a session that has asked for no namespace", patience, async (t) => {
  const house = await RawHouse.open(t);
  const [own, foreign] = [await house.session(ours), await house.session(theirs)];
  const closed = house.io.close();
  retryOf(await own.next());
  assert.deepEqual([await own.next(), await foreign.next()], ["closed", "closed"]);
  await closed;
});

for (const [who, query, isTold] of [
  ["a client of ours", ours, (text: string) => retryOf(text) > 0],
  ["a foreign one", theirs, (text: string) => text === "1"],
] as const) {
  test(`the poll of ${who} that waits is answered`, patience, async (t) => {
    const house = await RawHouse.open(t);
    const session = await enterByPolling(house, query);
    const poll = house.ask(session);
    await until(() => Object.values(house.io.engine.clients).every(({ transport }) => transport.writable));
    const closed = house.io.close();
    assert.ok(isTold((await poll).text));
    await closed;
  });

  test(`the next poll of ${who} is answered`, patience, async (t) => {
    const house = await RawHouse.open(t);
    const session = await enterByPolling(house, query);
    const closed = house.io.close();
    await until(() => Object.values(house.io.engine.clients).every(({ readyState }) => readyState === "closing"));
    assert.ok(isTold((await house.ask(session)).text));
    await closed;
  });

  for (const name of ["eventsource", "iframe"] as const) {
    test(`the ${name} of ${who} ends with it`, patience, async (t) => {
      const house = await RawHouse.open(t);
      const stream = await StreamClient.open(name, house.url(`${query}&transport=${name}`));
      const [opened = ""] = await stream.until(1);
      await post(house.url(`${query}&transport=${name}&sid=${JSON.parse(opened.slice(1)).sid}`), "40");
      await stream.until(2);
      const closed = house.io.close();
      await stream.ended;
      assert.ok(isTold(String(stream.packets.at(-1))));
      assert.equal(stream.packets.length, 3);
      await closed;
    });
  }
}

for (const [who, query, isTold] of [
  ["of ours", ours, true],
  ["that is foreign", theirs, false],
] as const) {
  test(`over WebTransport, a client ${who} hears ${isTold ? "it" : "nothing"} before the end`, patience, async (t) => {
    const house = await RawHouse.open(t, { transports: ["polling", "webtransport"] });
    const sid = await house.poll(query);
    const { engine } = house.io;
    const client = await WebTransportClient.open((end) => void engine.onWebTransportSession(end));
    await client.send(`0{"sid":"${sid}"}`, "2probe");
    assert.equal(await client.next(), "3probe");
    await client.send("5", "40");
    assert.match(String(await client.next()), /^40/);
    const closed = house.io.close();
    const last = await client.next();
    if (isTold) retryOf(last);
    else assert.equal(last, undefined);
    await closed;
  });
}

test("a client that is one too many is told when to try again, too", patience, async (t) => {
  const house = await RawHouse.open(t, { maxSockets: 1 });
  await house.client();
  const [own, foreign] = [await house.session(ours), await house.session(theirs)];
  assert.equal(await own.enter(), '1{"retry":5000}');
  assert.deepEqual([await own.next(), await foreign.enter()], ["closed", "closed"]);
});

test("whom the program disconnects is told nothing of it", patience, async (t) => {
  const house = await RawHouse.open(t);
  const client = await house.client(ours);
  house.io.disconnectSockets(true);
  assert.deepEqual(await client.several(2), ["41", "closed"]);
});

async function answerTo(t: TestContext, query: string, options: Partial<ServerOptions>): Promise<unknown> {
  const house = await RawHouse.open(t, options);
  house.io.engine.isRetiring = true;
  const { status, headers } = await house.ask(`${query}&transport=polling`, {
    headers: { Origin: "https://a.example" },
  });
  return [status, headers["retry-after"], headers["access-control-expose-headers"]];
}

test(
  "who comes while the server closes is told by Retry-After, which browsers show to clients of ours",
  patience,
  async (t) => {
    const cors = { origin: true };
    assert.deepEqual(await answerTo(t, ours, { cors }), [503, "1", "Retry-After"]);
    assert.deepEqual(await answerTo(t, theirs, { cors }), [503, "1", undefined]);
    assert.deepEqual(await answerTo(t, ours, {}), [503, "1", undefined]);
  },
);

const transports: readonly NonNullable<ManagerOptions["transports"]>[] = [["polling"], ["websocket"]];

for (const names of transports) {
  test(`socket.io-client says "transport close" over ${names}, as ever`, patience, async (t) => {
    const house = await RawHouse.open(t);
    const client = connect(`http://127.0.0.1:${house.port}`, {
      transports: names,
      reconnection: false,
      forceNew: true,
    });
    t.after(() => client.disconnect());
    await new Promise<void>((resolve) => client.on("connect", resolve));
    const over = new Promise((resolve) => client.on("disconnect", resolve));
    const closed = house.io.close();
    assert.equal(await over, "transport close");
    await closed;
  });
}
