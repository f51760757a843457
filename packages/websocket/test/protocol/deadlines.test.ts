/** The connection's deadlines: heartbeat and closing handshake, by the caller's clock. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { binary, clientFrame, closePayload, ping, pong, serverFrame } from "../frames.ts";
import { world } from "./world.ts";

const beating = { heartbeat: { interval: 100, timeout: 50 } };

test("without heartbeat there is nothing to wait for", () => {
  assert.equal(world().connection.tick(5), Infinity);
});

test("silence is asked about after the interval, and the end after the timeout", () => {
  const { connection, sent } = world(beating);
  assert.equal(connection.tick(1000), 1100);
  assert.equal(sent().length, 0);
  assert.equal(connection.tick(1100), 1150);
  assert.deepEqual(sent(), serverFrame(ping));
  assert.equal(connection.tick(1149), 1150);
  assert.equal(connection.expired, false);
  assert.equal(connection.tick(1150), Infinity);
  assert.equal(connection.expired, true);
});

test("any byte is a sign of life, part of a frame too", () => {
  const { connection, sent } = world(beating);
  connection.tick(1000);
  connection.tick(1100);
  sent();
  connection.receive(clientFrame(binary, "long").subarray(0, 3), 1120);
  assert.equal(connection.tick(1150), 1220);
  assert.equal(connection.tick(1220), 1270);
  assert.deepEqual(sent(), serverFrame(ping));
});

test("an answer within the same look at the clock is a sign of life", () => {
  const { connection, sent } = world(beating);
  connection.tick(1000);
  connection.tick(1100);
  connection.receive(clientFrame(pong), 1100);
  sent();
  assert.equal(connection.tick(1200), 1250);
  assert.deepEqual([connection.expired, sent()], [false, serverFrame(ping)]);
});

test("nobody is given up while we do not listen", () => {
  const { connection, sent } = world(beating);
  connection.tick(1000);
  connection.pause();
  for (let now = 1100; now < 3000; now += 100) assert.equal(connection.tick(now), now + 100);
  assert.equal(sent().length, 0);
});

test("the closing handshake has its time, from the first tick in it", () => {
  const { connection } = world(beating);
  connection.close(closePayload(1000));
  assert.equal(connection.tick(5000), 6000);
  assert.equal(connection.tick(5999), 6000);
  assert.equal(connection.tick(6000), Infinity);
  assert.equal(connection.expired, true);
});
