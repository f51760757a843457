import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "@anywire/websocket";
import { Messages } from "../../src/engine/messages.ts";

const bytes = Uint8Array.of(1, 2, 3);

function framesOf(messages: Messages, protocol: 3 | 4): [payload: string, isBinary: boolean, compresses: boolean][] {
  return messages
    .frames(protocol)
    .parts.map(({ payload, binary, compress }) => [payload.toString("latin1"), binary, compress]);
}

test("are a text frame with their digit, and in EIO 4 bytes alone", () => {
  const messages = new Messages(["51-[…]", bytes]);
  const text = Buffer.from("451-[…]").toString("latin1");
  assert.deepEqual(framesOf(messages, 4), [
    [text, false, false],
    ["\x01\x02\x03", true, false],
  ]);
  assert.deepEqual(framesOf(messages, 3), [
    [text, false, false],
    ["\x04\x01\x02\x03", true, false],
  ]);
});

test("are framed once for each protocol", () => {
  const messages = new Messages(["2[]"]);
  assert.equal(messages.frames(4), messages.frames(4));
  assert.equal(messages.frames(3), messages.frames(3));
  assert.notEqual(messages.frames(3), messages.frames(4));
});

/** Writes down what it is given. */
function takerOf(taken: unknown[]): WebSocket {
  const socket = new WebSocket(null);
  socket.send = (data: unknown, options?: unknown) => void taken.push(data, options);
  return socket;
}

test("go to the first WebSocket one by one, and to all others in frames that they share", () => {
  const messages = new Messages(["51-[…]", bytes], { compress: false });
  const takers: unknown[][] = [[], [], []];
  for (const taken of takers) messages.sendOn(takerOf(taken), 4);
  const [first, second, third] = takers;
  assert.deepEqual(first, ["451-[…]", { compress: false }, bytes, { compress: false }]);
  assert.equal(second?.[0], messages.frames(4));
  assert.equal(third?.[0], messages.frames(4));
});

test("joined, go to the first WebSocket one by one unless they were taken before", () => {
  const [known, unknown] = [new Messages(["a"]), new Messages(["b"])];
  known.sendOn(takerOf([]), 3);
  const taken: unknown[] = [];
  Messages.join([known, unknown]).sendOn(takerOf(taken), 3);
  assert.deepEqual(taken, [known.frames(3), undefined, "4b", {}]);
});

test("that are long are framed for the first WebSocket too, for the program may change its bytes afterwards", () => {
  const messages = new Messages([new Uint8Array(20_000)]);
  const taken: unknown[] = [];
  messages.sendOn(takerOf(taken), 4);
  assert.deepEqual(taken, [messages.frames(4), undefined]);
});

test("are packets for those who take them one by one, made once", () => {
  const messages = new Messages(["2[]", bytes], { compress: false });
  assert.deepEqual(messages.packets, [
    { type: "message", data: "2[]", options: { compress: false } },
    { type: "message", data: bytes, options: { compress: false } },
  ]);
  assert.equal(messages.packets, messages.packets);
});

test("are compressed from a kilobyte on, unless that is not wanted", () => {
  const long = "x".repeat(2_000);
  assert.equal(new Messages([long]).frames(4).parts[0]?.compress, true);
  assert.equal(new Messages([long], { compress: false }).frames(4).parts[0]?.compress, false);
  assert.equal(new Messages(["x"], { compress: true }).frames(4).parts[0]?.compress, false);
});

test("joined, are one after the other, each with its options, in frames that were made before", () => {
  const long = "x".repeat(2_000);
  const parts = [new Messages([long], { compress: false }), new Messages([long, bytes]), new Messages(["c"])];
  for (const part of parts) part.frames(4);
  const joined = Messages.join(parts);
  assert.deepEqual(joined.messages, [long, long, bytes, "c"]);
  assert.deepEqual(
    joined.frames(4).parts.map(({ compress }) => compress),
    [false, true, false, false],
  );
  assert.deepEqual(joined.frames(4).frames, Buffer.concat(parts.map((part) => part.frames(4).frames)));
  assert.deepEqual(
    joined.packets.map(({ options }) => options.compress),
    [false, true, true, true],
  );
  assert.equal(
    joined.bytes,
    parts.reduce((sum, part) => sum + part.bytes, 0),
  );
});

test("joined alone, are what they were", () => {
  const alone = new Messages(["a"]);
  assert.equal(Messages.join([alone]), alone);
});
