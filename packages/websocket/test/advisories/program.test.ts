/** What programs gave to others, and peers then got: memory that nobody wrote. And a budget that many connections share. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { WebSocket } from "@anywire/websocket";
import { unfinishedMessages } from "../../src/shared.ts";
import { openSides, type Trial } from "../conformance/side.ts";
import { binary, bytesOn, close, more, ping, readFrames, rest, sayFrame } from "../conformance/wire.ts";
import { clientFrame, ping as pingOpcode, serverFrame, text } from "../frames.ts";
import { openPeer, RawPeer, serve } from "../served.ts";

const wide: [name: string, reason: ArrayBufferView | ArrayBuffer][] = [
  ["Uint16Array", new Uint16Array(8)],
  ["Uint32Array", new Uint32Array(8)],
  ["Float64Array", new Float64Array(8)],
  ["BigInt64Array", new BigInt64Array(8)],
  ["Int8Array", new Int8Array(8)],
  ["DataView", new DataView(new ArrayBuffer(8))],
  ["ArrayBuffer", new ArrayBuffer(8)],
];

for (const [name, reason] of wide) {
  test(`a close reason that is a ${name} is refused: no byte leaves that nobody wrote (CVE-2026-45736)`, async (t) => {
    const [peer, socket] = await openPeer(t, await serve(t));
    assert.throws(() => Reflect.apply(socket.close, socket, [1000, reason]), TypeError);
    const closed = once(peer, "close");
    socket.close(1000, Uint8Array.of(0x6f, 0x6b));
    assert.deepEqual(await closed, [1000, Buffer.from("ok")]);
  });
}

/** CVE-2016-10518: `ping(number)` was so many bytes of memory. */
test("a number as ping, pong or message is its digits (CVE-2016-10518)", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  socket.ping(60);
  socket.pong(61);
  socket.send(62);
  socket.close();
  peer.socket.write(clientFrame(8));
  assert.deepEqual(readFrames(await peer.all(), false).map(sayFrame), ["ping 60", "pong 61", "text 62", "close"]);
});

test("a peer's ping comes back as it came, though the chunk is used again meanwhile (CVE-2016-10518)", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const socket = await accepted;
  socket.on("ping", (data) => data.fill(0x2a)); // the program's own doing, behind the answer
  peer.socket.write(Buffer.concat([clientFrame(pingOpcode, "one"), clientFrame(pingOpcode, "two"), clientFrame(8)]));
  assert.deepEqual(readFrames(await peer.all(), false).map(sayFrame), ["pong one", "pong two", "close"]);
});

/** All connections of a process together: each is below its own limit. */
test("messages that do not end share one budget; who goes over it is closed with 1013, and all of it comes back", async (t) => {
  const all = await openSides();
  const sides = all.filter(({ ours }) => ours);
  const { maxUnfinishedBytes: limit } = WebSocket;
  t.after(() => {
    WebSocket.maxUnfinishedBytes = limit;
    for (const side of all) side.close();
  });
  assert.equal(limit, 1024 ** 3);
  assert.equal(unfinishedMessages.used, 0);
  assert.throws(() => Reflect.set(WebSocket, "maxUnfinishedBytes", -1), TypeError);
  WebSocket.maxUnfinishedBytes = 1_000_000;
  for (const side of sides) {
    const trials: Trial[] = [];
    for (let n = 0; n < 10; n++) {
      const trial = await side.open();
      trials.push(trial);
      const part = bytesOn(!side.masks, [binary(Buffer.alloc(100_000), more), ping("read")]);
      trial.wire.socket.write(part);
      while (trial.told.length === 0) await new Promise(setImmediate);
    }
    assert.ok(unfinishedMessages.used <= 1_000_000);
    const refused = trials.filter(({ told }) => told[0] !== "ping read");
    assert.ok(refused.length > 0 && refused.length < 10);
    for (const { wire, told, closed } of refused) {
      assert.deepEqual(readFrames(await wire.all(), side.masks).map(sayFrame), ["close 1013 "]);
      await closed;
      assert.deepEqual(told, ["error WS_ERR_MEMORY_BUDGET", "close 1006 "]);
    }
    const others = trials.filter((trial) => !refused.includes(trial));
    for (const [at, { wire, told, closed, program }] of others.entries()) {
      if (at % 3 === 0) wire.socket.write(bytesOn(!side.masks, [rest("end"), close(1000)]));
      else if (at % 3 === 1) wire.socket.destroy();
      else program.terminate();
      await closed;
      if (at % 3 === 0) assert.match(told[1] ?? "", /^binary of 100003 bytes/);
    }
    assert.equal(unfinishedMessages.used, 0);
  }
});

test("a listener of errors that is missing does not end the process, on either side (CVE-2022-39386)", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const client = new WebSocket(`ws://127.0.0.1:${served.port}/`);
  const socket = await accepted;
  await once(client, "open");
  const closed = Promise.all([client, socket].map((each) => new Promise((resolve) => each.on("close", resolve))));
  const stream: unknown = Reflect.get(client, "_socket");
  assert.ok(stream instanceof Object && "write" in stream && typeof stream.write === "function");
  stream.write(serverFrame(text, "no mask"));
  await closed;
});
