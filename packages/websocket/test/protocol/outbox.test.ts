/** The outbox: what is taken is what was added, in order, in as few pieces as can be. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { platform } from "../../src/node/platform.ts";
import { firstByte } from "../../src/protocol/frame.ts";
import { copiedUpTo, Outbox } from "../../src/protocol/outbox.ts";
import { Slab } from "../../src/protocol/slab.ts";
import { binary, clientFrame, serverFrame, text } from "../frames.ts";
import { piecesOf } from "./world.ts";

const key = [0x37, 0xfa, 0x21, 0x3d] as const;

function outboxOf(slab: Slab<Buffer>): Outbox<Buffer> {
  return new Outbox(slab, () => Buffer.from(key).readInt32LE(0));
}

function taken(outbox: Outbox<Buffer>): Buffer {
  const bytes = Buffer.concat(piecesOf(outbox));
  outbox.written(false);
  return bytes;
}

test("frames that follow each other are one piece", () => {
  const outbox = outboxOf(new Slab(platform));
  outbox.add(firstByte(text, true, false), "Hello", false);
  outbox.add(firstByte(text, true, false), "hällo", false);
  outbox.add(firstByte(binary, false, false), Buffer.of(1, 2, 3), false);
  const expected = [
    serverFrame(text, "Hello"),
    serverFrame(text, "hällo"),
    serverFrame(binary, Buffer.of(1, 2, 3), { fin: false }),
  ];
  assert.equal(outbox.bytes, Buffer.concat(expected).length);
  assert.deepEqual(outbox.take(), Buffer.concat(expected));
  assert.equal(outbox.bytes, 0);
  assert.deepEqual(outbox.take(), []);
});

test("frames of two connections in turn stay apart, and in order", () => {
  const slab = new Slab(platform);
  const [one, two] = [outboxOf(slab), outboxOf(slab)];
  for (const letter of ["a", "b", "c"]) {
    one.add(firstByte(text, true, false), letter, false);
    two.add(firstByte(text, true, false), letter.toUpperCase(), false);
  }
  assert.deepEqual(taken(one), Buffer.concat(["a", "b", "c"].map((letter) => serverFrame(text, letter))));
  assert.deepEqual(taken(two), Buffer.concat(["A", "B", "C"].map((letter) => serverFrame(text, letter))));
});

test("a small payload may change once it was added, a prepared frame is shared", () => {
  const outbox = outboxOf(new Slab(platform));
  const payload = Buffer.from("before");
  outbox.add(firstByte(binary, true, false), payload, false);
  payload.fill(0);
  const prepared = serverFrame(text, "shared");
  outbox.addFrames(prepared);
  outbox.addFrames(prepared);
  const [own, ...shared] = piecesOf(outbox);
  assert.deepEqual(own, serverFrame(binary, "before"));
  assert.deepEqual(shared, [prepared, prepared]);
  assert.equal(shared[0], prepared);
});

test("a large payload is not copied", () => {
  const outbox = outboxOf(new Slab(platform));
  const payload = Buffer.alloc(copiedUpTo + 1, 5);
  outbox.add(firstByte(binary, true, false), payload, false);
  const pieces = piecesOf(outbox);
  assert.equal(pieces[1], payload);
  assert.deepEqual(Buffer.concat(pieces), serverFrame(binary, payload));
});

test("a masked payload is the outbox's own, of any length: the program's is not touched", () => {
  for (const length of [5, copiedUpTo, copiedUpTo + 1]) {
    const outbox = outboxOf(new Slab(platform));
    const payload = Buffer.alloc(length, 5);
    outbox.add(firstByte(binary, true, false), payload, true);
    assert.ok(payload.every((byte) => byte === 5));
    payload.fill(6);
    assert.deepEqual(taken(outbox), clientFrame(binary, Buffer.alloc(length, 5), { key }));
  }
});

test("memory that may still be read is not written to", () => {
  const slab = new Slab(platform);
  const outbox = outboxOf(slab);
  outbox.add(firstByte(text, true, false), "kept", false);
  const [kept] = piecesOf(outbox);
  outbox.written(true);
  outbox.add(firstByte(text, true, false), "xxxx", false);
  outbox.take();
  assert.deepEqual(kept, serverFrame(text, "kept"));
});

test("any sequence of payloads, of any number of connections, comes out as it went in", () => {
  const size = fc.oneof(fc.nat(200), fc.constantFrom(125, 126, copiedUpTo, copiedUpTo + 1, 40_000));
  const step = fc.record({
    who: fc.nat(2),
    size,
    asText: fc.boolean(),
    masked: fc.boolean(),
    take: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const slab = new Slab(platform);
      const boxes = [0, 1, 2].map(() => ({ outbox: outboxOf(slab), expected: [] as Buffer[] }));
      for (const [at, { who, size: length, asText, masked, take }] of steps.entries()) {
        const { outbox, expected } = boxes[who]!;
        const letter = String.fromCharCode(97 + (at % 26));
        const payload = asText ? `é${letter.repeat(length)}` : Buffer.alloc(length, letter);
        outbox.add(firstByte(asText ? text : binary, true, false), payload, masked);
        expected.push(clientFrame(asText ? text : binary, payload, { key: masked ? key : undefined }));
        if (take) assert.ok(taken(outbox).equals(Buffer.concat(expected.splice(0))));
      }
      for (const { outbox, expected } of boxes) assert.ok(taken(outbox).equals(Buffer.concat(expected)));
      assert.equal(slab.end, 0);
    }),
  );
});
