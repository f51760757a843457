import assert from "node:assert/strict";
import { test } from "node:test";
import { Messages } from "../../src/engine/messages.ts";
import { type Outgoing, OutgoingQueue, packetsOf, sizeOf } from "../../src/engine/outgoing-queue.ts";

const bytes = Buffer.from([1, 2, 3]);
const messages = new Messages(["ab", bytes]);

const sizes: readonly [name: string, item: Outgoing, size: number][] = [
  ["a packet without data", { type: "ping" }, 1],
  ["a text, with its type", { type: "message", data: "ab" }, 3],
  ["bytes", { type: "message", data: bytes }, 4],
  ["messages", messages, messages.bytes],
];

for (const [name, item, size] of sizes) test(`the size of ${name}`, () => assert.equal(sizeOf(item), size));

test("what waits is taken all at once, in order", () => {
  const queue = new OutgoingQueue();
  assert.deepEqual([queue.isEmpty, queue.bytes, queue.packets], [true, 0, []]);
  for (const [, item] of sizes) queue.push(item);
  const items = sizes.map(([, item]) => item);
  assert.deepEqual([queue.isEmpty, queue.bytes], [false, items.reduce((sum, item) => sum + sizeOf(item), 0)]);
  assert.deepEqual(queue.packets, packetsOf(items));
  assert.deepEqual(queue.take(), items);
  assert.deepEqual([queue.isEmpty, queue.bytes, queue.take()], [true, 0, []]);
});

test("listeners see messages as packets", () => {
  const packets = packetsOf([{ type: "noop" }, messages]);
  assert.deepEqual(
    packets.map(({ type, data }) => [type, data]),
    [
      ["noop", undefined],
      ["message", "ab"],
      ["message", bytes],
    ],
  );
});
