/** The outbox: what is taken is what was added, in order, in as few pieces as can be. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { platform } from "../../src/node/platform.ts";
import { copiedUpTo, Outbox } from "../../src/protocol/outbox.ts";
import { Slab } from "../../src/protocol/slab.ts";
import { binary, serverFrame, text } from "../frames.ts";
import { piecesOf } from "./world.ts";

function taken(outbox: Outbox<Buffer>): Buffer {
  const bytes = Buffer.concat(piecesOf(outbox));
  outbox.written(false);
  return bytes;
}

test("frames that follow each other are one piece", () => {
  const outbox = new Outbox(new Slab(platform));
  outbox.add(text, true, "Hello");
  outbox.add(text, true, "hällo");
  outbox.add(binary, false, Buffer.of(1, 2, 3));
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
  const [one, two] = [new Outbox(slab), new Outbox(slab)];
  for (const letter of ["a", "b", "c"]) {
    one.add(text, true, letter);
    two.add(text, true, letter.toUpperCase());
  }
  assert.deepEqual(taken(one), Buffer.concat(["a", "b", "c"].map((letter) => serverFrame(text, letter))));
  assert.deepEqual(taken(two), Buffer.concat(["A", "B", "C"].map((letter) => serverFrame(text, letter))));
});

test("a small payload may change once it was added, a prepared frame is shared", () => {
  const outbox = new Outbox(new Slab(platform));
  const payload = Buffer.from("before");
  outbox.add(binary, true, payload);
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
  const outbox = new Outbox(new Slab(platform));
  const payload = Buffer.alloc(copiedUpTo + 1, 5);
  outbox.add(binary, true, payload);
  const pieces = piecesOf(outbox);
  assert.equal(pieces[1], payload);
  assert.deepEqual(Buffer.concat(pieces), serverFrame(binary, payload));
});

test("memory that may still be read is not written to", () => {
  const slab = new Slab(platform);
  const outbox = new Outbox(slab);
  outbox.add(text, true, "kept");
  const [kept] = piecesOf(outbox);
  outbox.written(true);
  outbox.add(text, true, "xxxx");
  outbox.take();
  assert.deepEqual(kept, serverFrame(text, "kept"));
});

test("any sequence of payloads, of any number of connections, comes out as it went in", () => {
  const size = fc.oneof(fc.nat(200), fc.constantFrom(125, 126, copiedUpTo, copiedUpTo + 1, 40_000));
  const step = fc.record({ who: fc.nat(2), size, asText: fc.boolean(), take: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const slab = new Slab(platform);
      const boxes = [0, 1, 2].map(() => ({ outbox: new Outbox(slab), expected: [] as Buffer[] }));
      for (const [at, { who, size: length, asText, take }] of steps.entries()) {
        const { outbox, expected } = boxes[who]!;
        const letter = String.fromCharCode(97 + (at % 26));
        const payload = asText ? `é${letter.repeat(length)}` : Buffer.alloc(length, letter);
        outbox.add(asText ? text : binary, true, payload);
        expected.push(serverFrame(asText ? text : binary, payload));
        if (take) assert.ok(taken(outbox).equals(Buffer.concat(expected.splice(0))));
      }
      for (const { outbox, expected } of boxes) assert.ok(taken(outbox).equals(Buffer.concat(expected)));
      assert.equal(slab.end, 0);
    }),
  );
});
