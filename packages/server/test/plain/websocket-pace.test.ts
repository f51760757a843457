/** A WebSocket whose client is early, gone, or too slow. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { outgoing } from "./fake-gate.ts";
import { clientFrame, openHouse, upgradeRequest } from "./house.ts";
import { connected } from "./websocket-client.ts";

test("frames that arrive during the admission are kept", async (t) => {
  const house = await openHouse(t);
  let letIn = (): void => {};
  house.gate.before = () =>
    new Promise((resolve) => {
      letIn = resolve;
    });
  const socket = connect(house.port, "127.0.0.1");
  t.after(() => socket.destroy());
  const asked = once(house.gate, "asked");
  socket.write(Buffer.concat([Buffer.from(upgradeRequest()), clientFrame(1, "in the head")]));
  await asked;
  socket.write(clientFrame(1, "meanwhile"));
  const opened = once(house.gate, "opened");
  letIn();
  await opened;
  await house.gate.socket.until(({ received }) => received.length === 2);
  assert.deepEqual(
    house.gate.socket.received.map(({ args }) => args[0]),
    ["in the head", "meanwhile"],
  );
});

for (const [says, leave] of [
  ["reset", (socket: import("node:net").Socket) => socket.resetAndDestroy()],
  ["ended", (socket: import("node:net").Socket) => socket.end()],
] as const) {
  test(`a connection that is ${says} during the admission is abandoned, or closed at once`, async (t) => {
    const house = await openHouse(t);
    let letIn = (): void => {};
    house.gate.before = () =>
      new Promise((resolve) => {
        letIn = resolve;
      });
    const socket = connect(house.port, "127.0.0.1");
    socket.on("error", () => {});
    const asked = once(house.gate, "asked");
    socket.write(upgradeRequest());
    await asked;
    const left = once(socket.resume(), "close");
    leave(socket);
    if (says === "reset") await left;
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve)); // the server learns of it
    letIn();
    await Promise.race([once(house.gate, "abandoned"), once(house.gate, "opened")]);
    if (house.gate.abandoned === 0) await house.gate.socket.until(({ closings }) => closings.length === 1);
    await left;
    assert.deepEqual(house.errors, []);
  });
}

test("a client that does not read is closed as a slow consumer, and volatile events to it are dropped", async (t) => {
  const house = await openHouse(t, { maxBufferedBytes: 4_000_000 });
  const client = await connected(t, house, "anywire.v1");
  client.ws.pause();
  const { socket } = house.gate;
  const chunk = "x".repeat(500_000);
  for (let sent = 0; socket.link?.bufferedBytes === 0 && sent < 100; sent++) {
    socket.send(outgoing("chunk", chunk));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.sendVolatile(outgoing("volatile"));
  for (let sent = 0; socket.closings.length === 0 && sent < 100; sent++) {
    socket.send(outgoing("chunk", chunk));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(socket.closings, ["slow consumer"]);
  client.ws.resume();
  assert.deepEqual(await client.closed, [1013, "slow-consumer"]);
  assert.equal(client.got.at(-1), '{"event":"anywire:close","data":{"reason":"slow-consumer"}}');
  assert.ok(!client.got.some((text) => String(text).includes("volatile")));
});

test("a client that asks for answers and reads none is a slow consumer too", async (t) => {
  const house = await openHouse(t, { maxBufferedBytes: 1_000_000, rate: { burst: 1_000_000 } });
  const client = await connected(t, house);
  client.ws.pause();
  const { socket } = house.gate;
  const request = JSON.stringify({ event: "echo", data: "x".repeat(100_000), ack: 1 });
  for (let sent = 0; socket.closings.length === 0 && sent < 1_000; sent++) {
    await new Promise<void>((resolve) => client.ws.send(request, () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(socket.closings, ["slow consumer"]);
});

test("bytes that wait too long close the link too", async (t) => {
  const house = await openHouse(t, { maxBufferedAge: 1 });
  const client = await connected(t, house);
  client.ws.pause();
  const { socket } = house.gate;
  for (let sent = 0; socket.closings.length === 0 && sent < 20; sent++) {
    socket.send(outgoing("chunk", "x".repeat(500_000)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await socket.until(({ closings }) => closings.length === 1);
  assert.deepEqual(socket.closings, ["slow consumer"]);
});

test("a client that catches up is told to the socket", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  client.ws.pause();
  const { socket } = house.gate;
  while (socket.link?.bufferedBytes === 0) {
    socket.send(outgoing("chunk", "x".repeat(500_000)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.ws.resume();
  await socket.until(({ drains }) => drains > 0);
  assert.equal(socket.link?.bufferedBytes, 0);
});
