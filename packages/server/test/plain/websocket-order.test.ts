/** In which order frames reach a WebSocket, and in how many writes. */

import assert from "node:assert/strict";
import { Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { outgoing } from "./fake-gate.ts";
import { type House, openHouse } from "./house.ts";
import { type Client, connected } from "./websocket-client.ts";

/** A client that is not told who it is until `tell` is called. */
async function untold(t: TestContext, house: House): Promise<{ client: Client; tell: () => void }> {
  let tell = (): void => {};
  house.gate.greet = (open) => {
    tell = open;
  };
  const client = await connected(t, house, "anywire.v1");
  return { client, tell: () => tell() };
}

test("an answer does not overtake the first word", async (t) => {
  const house = await openHouse(t);
  const { client, tell } = await untold(t, house);
  client.ws.send('{"event":"a","data":1,"ack":5}');
  client.ws.send('{"event":"a","data":2,"ack":6}');
  await house.gate.socket.until(({ received }) => received.length === 2);
  tell();
  house.gate.socket.send(outgoing("b"));
  const [open, ...rest] = await client.messages(4);
  assert.equal(JSON.parse(String(open)).event, "anywire:open");
  assert.deepEqual(rest, ['{"ack":5,"data":1}', '{"ack":6,"data":2}', '{"event":"b","args":[]}']);
  client.ws.send('{"event":"a","data":3,"ack":7}');
  assert.deepEqual(await client.messages(1), ['{"ack":7,"data":3}']);
});

const floods: [says: string, count: number, size: number][] = [
  ["too many", 1_001, 1],
  ["too long", 3, 500],
];

for (const [says, count, size] of floods) {
  test(`answers that are ${says} to be kept until then end the link`, async (t) => {
    const house = await openHouse(t, { maxBufferedBytes: size === 1 ? 1_000_000 : 1_000 });
    const { client } = await untold(t, house);
    const request = JSON.stringify({ event: "a", data: "x".repeat(size), ack: 1 });
    for (let n = 0; n < count; n++) client.ws.send(request);
    assert.deepEqual(await client.closed, [1013, "slow-consumer"]);
    assert.deepEqual(house.gate.socket.closings, ["slow consumer"]);
  });
}

test("a run leaves at once, what else is sent in the same turn follows as one write", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  const write = t.mock.method(Socket.prototype, "write");
  const written = (): number =>
    write.mock.calls.filter((call) => call.this instanceof Socket && call.this.localPort === house.port).length;
  const { socket } = house.gate;
  socket.send(outgoing("message", "1"));
  assert.equal(written(), 1);
  socket.send(outgoing("message", "2"), outgoing("message", "3"));
  socket.send(outgoing("message", "4"));
  assert.equal(written(), 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(written(), 2);
  await new Promise((resolve) => setImmediate(resolve));
  socket.send(outgoing("message", "5"));
  assert.equal(written(), 3);
  assert.deepEqual(await client.messages(5), ["1", "2", "3", "4", "5"]);
});

test("a connection that throws is ended, and nobody else hears of it", async (t) => {
  const house = await openHouse(t);
  await connected(t, house);
  const { socket } = house.gate;
  const write = t.mock.method(Socket.prototype, "write", () => {
    throw new Error("broken");
  });
  socket.send(outgoing("message", "1"));
  write.mock.restore();
  await socket.until(({ closings }) => closings.length === 1);
  assert.deepEqual(socket.closings, ["transport error"]);
  assert.deepEqual(house.errors, []);
});
