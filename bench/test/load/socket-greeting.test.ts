import assert from "node:assert/strict";
import { test } from "node:test";
import type { Greeting } from "../../src/load/entry.ts";
import { clientFrame, serverFrame } from "../../src/load/frame.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";
import { socketEntry } from "../../src/load/socket-greeting.ts";

const packetOf = (text: string): Uint8Array => serverFrame(1, Buffer.from(text));
const open = packetOf('0{"sid":"aaaa","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
const connected = packetOf('40{"sid":"bbbb"}');

function greeting(): Greeting {
  const created = socketEntry.createGreeting();
  assert.ok(created);
  return created;
}

test("a client asks for Engine.IO 4 over WebSocket", () => {
  const { request } = socketEntry.opening({ port: 80, path: "/socket.io/" });
  assert.match(request, /^GET \/socket\.io\/\?EIO=4&transport=websocket HTTP\/1\.1\r\n/);
});

test("the open packet is answered with CONNECT, and the answer to that ends the greeting, wherever the bytes are cut", () => {
  for (let cut = 0; cut < open.length; cut++) {
    const own = greeting();
    assert.equal(own.take(open.subarray(0, cut)), undefined);
    const said = own.take(open.subarray(cut));
    assert.deepEqual(said, clientFrame(1, Buffer.from("40"), 0x12345678));
    assert.equal(own.isOver, false);
    assert.equal(own.take(connected), undefined);
    assert.equal(own.isOver, true);
  }
});

const lies: [name: string, frames: readonly Uint8Array[], reason: RegExp][] = [
  ["opens without an id", [packetOf("0{}")], /for a packet 0 with an id/],
  ["opens with something else", [packetOf("6")], /for a packet 0/],
  ["opens with what is not JSON", [packetOf("0{")], /for a packet 0/],
  ["opens with bytes", [serverFrame(2, Buffer.from("0{}"))], /reply 0 begins with 130/],
  ["refuses", [open, packetOf('44{"message":"no"}')], /for a packet 40 with an id/],
  ["lets in without an id", [open, packetOf('40{"sid":""}')], /for a packet 40/],
  ["answers before it is asked", [Buffer.concat([open, connected, connected])], /reply 2 came unasked/],
  ["says more than that", [open, connected, packetOf("2")], /reply 2 came unasked/],
];
for (const [name, frames, reason] of lies) {
  test(`a server that ${name} is disqualified`, () => {
    const own = greeting();
    assert.throws(
      () => frames.map((frame) => own.take(frame)),
      (error) => error instanceof Disqualified && reason.test(error.message),
    );
  });
}
