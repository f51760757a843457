/** The plain wire as a long poll, over HTTP. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { outgoing } from "./fake-gate.ts";
import { type House, openHouse } from "./house.ts";

interface Batch {
  readonly events: readonly {
    readonly event: string;
    readonly data?: unknown;
    readonly args?: unknown;
    readonly id?: string;
  }[];
  readonly next: string;
  readonly session: string;
}

const headers = { Accept: "application/json" };

async function poll(house: House, query: Record<string, string> = {}): Promise<Batch> {
  const response = await fetch(`${house.url}?${new URLSearchParams(query)}`, { headers });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.equal(response.headers.get("cache-control"), "no-store");
  return (await response.json()) as Batch;
}

function names({ events }: Batch): string[] {
  return events.map(({ event }) => event);
}

test("first who it is, then what was sent, each event an envelope", async (t) => {
  const house = await openHouse(t);
  const first = await poll(house);
  assert.deepEqual(names(first), ["anywire:open"]);
  assert.equal(first.session, house.gate.socket.session);
  house.gate.socket.send(
    outgoing("message", "hi"),
    { ...outgoing("price", { AAPL: 1 }), id: "e-1" },
    outgoing("message", Buffer.from([1, 2])),
    { ...outgoing("ask", 1, 2), ack: 3 },
  );
  const second = await poll(house, { session: first.session, since: first.next });
  assert.deepEqual(second.events, [
    { event: "message", data: "hi" },
    { event: "price", data: { AAPL: 1 }, id: "e-1" },
    { event: "message", data: { $bytes: "AQI=" } },
    { event: "ask", args: [1, 2], ack: 3 },
  ]);
});

test("who goes on from an event's id gets what came after it, once", async (t) => {
  const house = await openHouse(t);
  const { session, next } = await poll(house);
  house.gate.socket.send({ ...outgoing("a"), id: "e-1" }, outgoing("b"));
  assert.deepEqual(names(await poll(house, { session, since: next })), ["a", "b"]);
  assert.deepEqual(names(await poll(house, { session, since: "e-1" })), ["b"]);
});

test("a held poll is answered when something is sent", async (t) => {
  const house = await openHouse(t);
  const { session, next } = await poll(house);
  const held = poll(house, { session, since: next });
  const { socket } = house.gate;
  await socket.until(({ drains }) => drains === 1); // it has arrived, and confirmed the first batch
  socket.send(outgoing("a"));
  assert.deepEqual(names(await held), ["a"]);
});

test("a wait that runs out ends in an empty batch; 0 does not wait, and a long one is cut", async (t) => {
  const house = await openHouse(t, { pollWait: 1, maxPollWait: 2 });
  const { session, next: since } = await poll(house);
  for (const wait of [undefined, "0", "0.001", "3600"]) {
    const batch = await poll(house, { session, since, ...(wait === undefined ? {} : { wait }) });
    assert.deepEqual(batch, { events: [], next: since, session });
  }
});

test("a batch whose answer was lost is given again", async (t) => {
  const house = await openHouse(t);
  const { session, next: since } = await poll(house);
  house.gate.socket.send(outgoing("a"));
  await poll(house, { session, since });
  house.gate.socket.send(outgoing("b"));
  const again = await poll(house, { session, since });
  assert.deepEqual(names(again), ["a", "b"]);
  assert.deepEqual(names(await poll(house, { session, since: again.next, wait: "0" })), []);
});

test("a second poll of one session ends the first with an empty batch", async (t) => {
  const house = await openHouse(t);
  const { session, next: since } = await poll(house);
  const first = poll(house, { session, since });
  await house.gate.socket.until(({ drains }) => drains === 1);
  const second = poll(house, { session, since });
  assert.deepEqual(await first, { events: [], next: since, session });
  house.gate.socket.send(outgoing("a"));
  assert.deepEqual(names(await second), ["a"]);
});

test("a poll that is cut off loses nothing", async (t) => {
  const house = await openHouse(t);
  const { session, next: since } = await poll(house);
  const query = new URLSearchParams({ session, since });
  const socket = connect(house.port, "127.0.0.1");
  socket.write(`GET /anywire?${query} HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n`);
  await house.gate.socket.until(({ drains }) => drains === 1);
  socket.destroy();
  await once(socket, "close");
  house.gate.socket.send(outgoing("a"));
  assert.deepEqual(names(await poll(house, { session, since })), ["a"]);
});

test("acks go up by POST, both ways", async (t) => {
  const house = await openHouse(t);
  const { session } = await poll(house);
  const post = (body: unknown): Promise<Response> =>
    fetch(`${house.url}?session=${session}`, {
      method: "POST",
      headers: { "Content-Type": "application/json; charset=utf-8" },
      body: JSON.stringify(body),
    });
  assert.equal(house.gate.socket.link?.canAck, true);
  assert.deepEqual(await (await post({ event: "echo", args: [], ack: 1 })).json(), { ack: 1, args: [] });
  assert.equal((await post({ ack: 9, args: [1, 2] })).status, 204);
  assert.deepEqual(house.gate.socket.answers, [[9, { args: [1, 2] }]]);
});

test("text that looks like an envelope stays text, both ways", async (t) => {
  const house = await openHouse(t);
  const { session, next: since } = await poll(house);
  house.gate.socket.send(outgoing("message", '{"event":"admin"}'));
  const { events } = await poll(house, { session, since });
  assert.deepEqual(events, [{ event: "message", data: '{"event":"admin"}' }]);
  const body = new URLSearchParams({ event: "chat", data: '{"ack":1}', session });
  await fetch(house.url, { method: "POST", body });
  assert.deepEqual(house.gate.socket.received, [{ name: "chat", args: ['{"ack":1}'], id: undefined }]);
});

test("a session that nobody polls ends: 410, start anew", async (t) => {
  const house = await openHouse(t, { pollSessionTimeout: 1 });
  const { session, next } = await poll(house);
  await house.gate.socket.until(({ closings }) => closings.length === 1);
  assert.deepEqual(house.gate.socket.closings, ["ping timeout"]);
  const response = await fetch(`${house.url}?${new URLSearchParams({ session, since: next })}`, { headers });
  assert.equal(response.status, 410);
  assert.deepEqual(names(await poll(house)), ["anywire:open"]);
});

test("a disconnected client fetches what was sent before, then 410; a POST of its session gets 410 at once", async (t) => {
  const house = await openHouse(t);
  const { session, next } = await poll(house);
  house.gate.socket.send(outgoing("bye"));
  house.gate.socket.link?.close("disconnected");
  await house.gate.socket.until(({ closings }) => closings.length === 1);
  const form = new URLSearchParams({ event: "a", data: "b", session });
  assert.equal((await fetch(house.url, { method: "POST", body: form })).status, 410);
  const last = await poll(house, { session, since: next });
  assert.deepEqual(names(last), ["bye", "anywire:close"]);
  for (let n = 0; n < 2; n++) {
    const query = new URLSearchParams({ session, since: last.next });
    assert.equal((await fetch(`${house.url}?${query}`, { headers })).status, 410);
  }
});

test("what is left of an ended session is its own principal's", async (t) => {
  const house = await openHouse(t, {
    authenticate: ({ auth }) => (typeof auth.token === "string" ? auth.token : undefined),
  });
  const { session, next } = await poll(house, { token: "kim" });
  house.gate.socket.link?.close("disconnected");
  await house.gate.socket.until(({ closings }) => closings.length === 1);
  const query = new URLSearchParams({ session, since: next, token: "eve" });
  assert.equal((await fetch(`${house.url}?${query}`, { headers })).status, 403);
  assert.deepEqual(names(await poll(house, { session, since: next, token: "kim" })), ["anywire:close"]);
});

test("a session that lives on another wire is asked for at the gate, with the id out of the cursor", async (t) => {
  const house = await openHouse(t);
  const stream = await fetch(house.url);
  t.after(() => stream.body?.cancel().catch(() => {}));
  const { session } = house.gate.socket;
  await poll(house, { session, since: "Qx_-1234.17~e-4" });
  const request = house.gate.requests[1];
  assert.deepEqual([request?.wire, request?.session, request?.since], ["poll", session, "e-4"]);
});
