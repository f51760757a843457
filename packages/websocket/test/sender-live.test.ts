/** The Sender of a live connection: all leaves in the order in which it was sent. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, type ConnectionEvents } from "../src/node/connection.ts";
import { resolveConnection } from "../src/options.ts";
import { Sender, senderOf } from "../src/sender.ts";
import { clientFrame, close, closePayload, ping, pong, serverFrame, text } from "./frames.ts";
import { messages } from "./messages.ts";
import { openPeer, serve } from "./served.ts";
import { Sink } from "./sink.ts";

const nobody: ConnectionEvents = {
  message() {},
  ping() {},
  pong() {},
  failed: assert.fail,
  closed() {},
  drained() {},
  backpressure() {},
};

/** A live connection over a stream that remembers what is written, and its Sender. */
function live(side: "server" | "client"): { sink: Sink; connection: Connection; sender: Sender } {
  const sink = new Sink();
  const options = resolveConnection({ generateMask: (mask) => mask.set([1, 2, 3, 4]) }, side);
  const connection = new Connection(sink, options, nobody);
  connection.start(Buffer.alloc(0));
  return { sink, connection, sender: senderOf(connection) };
}

test("on a live socket frames leave in the order in which they were sent, on either way", async () => {
  const { sink, connection, sender } = live("server");
  const form = { binary: false, compress: false, fin: true, masked: false };
  connection.send("a", form, undefined);
  sender.sendFrame(Sender.frame(Buffer.from("b"), { opcode: 1, fin: true }));
  connection.sendBlob(new Blob(["c"]), form, undefined);
  sender.sendFrame([serverFrame(text, "d")]);
  sender.send("e", { fin: true });
  sender.ping("f");
  sender.send(new Blob(["g"]), { fin: true });
  sender.pong(new Blob(["h"]));
  const called: unknown[] = [];
  await new Promise<void>((resolve) => {
    sender.sendFrame([serverFrame(text, "i")], (error) => {
      called.push(error ?? "sent");
      resolve();
    });
  });
  sender.close(1000, "", false, () => called.push("close"));
  await new Promise(setImmediate);
  const sent = [..."abcde"].map((letter) => serverFrame(text, letter));
  const rest = [serverFrame(ping, "f"), serverFrame(text, "g"), serverFrame(pong, "h"), serverFrame(text, "i")];
  assert.deepEqual(sink.bytes, Buffer.concat([...sent, ...rest, serverFrame(close, closePayload(1000))]));
  assert.deepEqual(called, ["sent", "close"]);
  assert.equal(sender._socket, sink);
  connection.terminate();
});

test("a client's live socket sends what is masked already as it is, and masks the rest when it is asked to", async () => {
  const { sink, connection, sender } = live("client");
  const key = [1, 2, 3, 4];
  const generateMask = (mask: Buffer): void => mask.set(key);
  sender.sendFrame(Sender.frame(Buffer.from("made"), { opcode: 1, fin: true, mask: true, generateMask }));
  sender.send("text", { fin: true, mask: true });
  sender.ping("now", true);
  await new Promise(setImmediate);
  const frames = [
    clientFrame(text, "made", { key }),
    clientFrame(text, "text", { key }),
    clientFrame(ping, "now", { key }),
  ];
  assert.deepEqual(sink.bytes, Buffer.concat(frames));
  connection.terminate();
});

test("engine.io's way: frames made once go through _sender of many sockets, in turn with what they send", async (t) => {
  const served = await serve(t);
  const pieces = Sender.frame(Buffer.from("made once"), { fin: true, opcode: 1 });
  const pairs = [await openPeer(t, served), await openPeer(t, served)];
  const got = pairs.map(([peer]) => messages(peer, 3));
  for (const [, socket] of pairs) {
    socket.send("before");
    const sender = socket._sender;
    assert.ok(sender);
    assert.equal(sender, socket._sender);
    await new Promise<unknown>((sent) => {
      sender.sendFrame(pieces, sent);
      socket.send("behind");
    });
  }
  assert.deepEqual(await Promise.all(got), Array(2).fill(["before", "made once", "behind"]));
});
