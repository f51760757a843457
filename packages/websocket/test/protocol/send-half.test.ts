/** What a connection sends: frames in order, and what waits its turn. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { binary, clientFrame, close, closePayload, continuation, ping, pong, serverFrame, text } from "../frames.ts";
import { form, world } from "./world.ts";

test("what is sent leaves in order, fragments with the right opcodes", () => {
  const { connection, sent } = world();
  connection.send("a", form(false, false));
  connection.ping("p");
  connection.send(Buffer.from("b"), form(true, false));
  connection.send("c", form(false, true));
  connection.send(Buffer.from("d"), form(true, true));
  connection.pong("q");
  const expected = [
    serverFrame(text, "a", { fin: false }),
    serverFrame(ping, "p"),
    serverFrame(continuation, "b", { fin: false }),
    serverFrame(continuation, "c"),
    serverFrame(binary, "d"),
    serverFrame(pong, "q"),
  ];
  assert.deepEqual(sent(), Buffer.concat(expected));
});

test("whole messages are refused between the fragments of one, though these may not have been sent yet", () => {
  const { connection } = world();
  connection.ask(false);
  assert.throws(() => connection.askWhole(), /in fragments/);
  connection.ask(true);
  connection.askWhole();
});

test("nothing leaves behind what is lost; the peer's messages are read, and its close frame ends it, not cleanly", () => {
  const { connection, events, sent } = world();
  connection.silence();
  connection.send("a", form(false, true));
  connection.receive(clientFrame(ping, "p"), 0);
  connection.receive(clientFrame(text, "b"), 0);
  connection.receive(clientFrame(close, closePayload(1000)), 0);
  assert.deepEqual(events, [
    ["ping", "p"],
    ["text", "b"],
  ]);
  assert.equal(sent().length, 0);
  assert.deepEqual([connection.state, connection.clean, connection.maySend], ["closed", false, false]);
});

test("RSV1 is set on the first frame of a compressed message alone", () => {
  const { connection, sent } = world();
  connection.send("a", { ...form(false, false), compressed: true });
  connection.send("b", { ...form(false, true), compressed: true });
  const first = serverFrame(text, "a", { fin: false, reserved: 0x40 });
  assert.deepEqual(sent(), Buffer.concat([first, serverFrame(continuation, "b")]));
});

test("while messages are not ready, the answer to a close waits behind them", () => {
  const { connection, sent } = world();
  connection.wait(() => {});
  connection.receive(clientFrame(close, closePayload(1000)), 0);
  assert.equal(connection.state, "remoteClosing");
  assert.equal(connection.clean, false);
  connection.send("ready", form(false, true));
  connection.ready();
  assert.deepEqual(sent(), Buffer.concat([serverFrame(text, "ready"), serverFrame(close, closePayload(1000))]));
  assert.equal(connection.state, "closed");
  assert.equal(connection.clean, true);
});

test("while messages are not ready, a flood of pings has one pong wait, for the latest", () => {
  const { connection, sent } = world();
  let waiting = 0;
  connection.wait(() => waiting++);
  for (const payload of ["a", "b", "c"]) connection.receive(clientFrame(ping, payload), 0);
  assert.equal(sent().length, 0);
  assert.equal(waiting, 1);
  connection.sendPong();
  connection.sendPong();
  assert.deepEqual(sent(), serverFrame(pong, "c"));
});

test("what was taken once is not taken again, and the next frames are other ones", () => {
  const { connection, sent } = world();
  assert.deepEqual([connection.untaken, sent().length], [0, 0]);
  connection.ping("a");
  assert.equal(connection.untaken, 3);
  assert.deepEqual(sent(), serverFrame(ping, "a"));
  assert.equal(connection.untaken, 0);
  connection.ping("b");
  assert.deepEqual(sent(), serverFrame(ping, "b"));
});

test("more waiting pings than may wait are the end, where that was asked for", () => {
  const { connection } = world({ maxPendingPings: 2 });
  connection.congestion(true);
  for (const expired of [false, false, true]) {
    connection.receive(clientFrame(ping, "p"), 0);
    assert.equal(connection.expired, expired);
  }
});
