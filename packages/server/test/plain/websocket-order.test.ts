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

test("what is sent in one go leaves as one write, at the end of the tick", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  const write = t.mock.method(Socket.prototype, "write");
  const written = (): number =>
    write.mock.calls.filter((call) => call.this instanceof Socket && call.this.localPort === house.port).length;
  const { socket } = house.gate;
  socket.send(outgoing("message", "1"));
  socket.send(outgoing("message", "2"), outgoing("message", "3"));
  socket.send(outgoing("message", "4"));
  assert.equal(written(), 0);
  await new Promise<void>((resolve) => process.nextTick(resolve));
  assert.equal(written(), 1);
  socket.send(outgoing("message", "5"));
  await new Promise<void>((resolve) => process.nextTick(resolve));
  assert.equal(written(), 2);
  assert.deepEqual(await client.messages(5), ["1", "2", "3", "4", "5"]);
});

test("a connection that throws is ended, and the others get what they were sent", async (t) => {
  const house = await openHouse(t);
  await connected(t, house);
  const other = await connected(t, house);
  const [broken, fine] = house.gate.sockets;
  t.mock.method(
    Socket.prototype,
    "write",
    () => {
      throw new Error("broken");
    },
    { times: 1 },
  );
  broken?.send(outgoing("message", "1"));
  fine?.send(outgoing("message", "1"));
  await broken?.until(({ closings }) => closings.length === 1);
  assert.deepEqual(broken?.closings, ["transport error"]);
  assert.deepEqual(await other.messages(1), ["1"]);
  assert.deepEqual(house.errors, []);
});

test("a program that sends without end in one go is stopped at the budget", async (t) => {
  const house = await openHouse(t, { maxBufferedBytes: 1_000_000 });
  const client = await connected(t, house);
  client.ws.pause();
  const { socket } = house.gate;
  for (let sent = 0; sent < 1_000; sent++) socket.send(outgoing("chunk", "x".repeat(100_000)));
  assert.ok((socket.link?.bufferedBytes ?? 0) < 2_000_000);
  await socket.until(({ closings }) => closings.length === 1);
  assert.deepEqual(socket.closings, ["slow consumer"]);
});
