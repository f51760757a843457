/** The chunked transfer coding, byte for byte. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { frameChunk } from "../../src/protocol/chunk.ts";
import { copiedUpTo } from "../../src/protocol/joined-pieces.ts";
import { dechunk } from "../dechunk.ts";

const allocate = (size: number): Uint8Array => new Uint8Array(size).fill(0xff);
const framed = (...pieces: readonly Uint8Array[]): Buffer => Buffer.concat(frameChunk(pieces, allocate));

const chunks: [name: string, pieces: readonly string[], bytes: string][] = [
  ["one byte", ["a"], "1\r\na\r\n"],
  ["ten bytes: digits are hexadecimal", ["0123456789"], "a\r\n0123456789\r\n"],
  ["several pieces are one chunk", ["ab", "c", "", "def"], "6\r\nabcdef\r\n"],
  ["sixteen bytes", ["0123456789abcdef"], "10\r\n0123456789abcdef\r\n"],
  ["line ends within", ["data: a\n\n", "\r\n"], "b\r\ndata: a\n\n\r\n\r\n"],
];

for (const [name, pieces, bytes] of chunks) {
  test(name, () => assert.equal(framed(...pieces.map((piece) => Buffer.from(piece))).toString(), bytes));
}

test("nothing is no chunk: an empty one would end the body", () => {
  assert.deepEqual(frameChunk([], allocate), []);
  assert.deepEqual(frameChunk([new Uint8Array(0), new Uint8Array(0)], allocate), []);
});

test("small ones are one piece, large ones are not copied", () => {
  const large = new Uint8Array(copiedUpTo + 1);
  assert.equal(frameChunk([new Uint8Array(100), new Uint8Array(100)], allocate).length, 1);
  const pieces = frameChunk([new Uint8Array(9), large, new Uint8Array(7)], allocate);
  assert.deepEqual(
    pieces.map(({ length }) => length),
    ["4011\r\n".length + 9, large.length, 7 + 2],
  );
  assert.equal(pieces[1], large);
});

test("what a reader takes apart is what went in", () => {
  const list = fc.array(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1 }));
  fc.assert(
    fc.property(list, (ticks) => {
      const stream = Buffer.concat([...ticks.map((pieces) => framed(...pieces)), Buffer.from("0\r\n\r\n")]);
      const { body, isOver } = dechunk(stream);
      assert.equal(isOver, true);
      assert.deepEqual(body, Buffer.concat(ticks.flat()));
    }),
  );
});
