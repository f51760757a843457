import assert from "node:assert/strict";
import { test } from "node:test";
import { ChunkReader } from "../../src/load/chunk-reader.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";

test("the data of chunks of any length is read at every split", () => {
  const pieces = ["one", "\r\n", "x".repeat(300), "7\r\ntwo\r\n"];
  const stream = Buffer.from(pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join(""), "latin1");
  for (let first = 0; first <= stream.length; first++) {
    for (const second of [first, Math.min(first + 1, stream.length), Math.min(first + 7, stream.length)]) {
      const reader = new ChunkReader();
      const cuts = [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)];
      assert.equal(cuts.map((cut) => reader.read(cut)).join(""), pieces.join(""));
    }
  }
});

test("sizes may be written in capitals and with zeros in front", () => {
  assert.equal(new ChunkReader().read(Buffer.from("00A\r\n0123456789\r\n")), "0123456789");
});

const lies: [name: string, stream: string, reason: RegExp][] = [
  ["no framing at all", "data: one\n\n", /"data: one" stands where a chunk begins/],
  ["no size", "\r\none\r\n", /"\\r" stands where a chunk begins/],
  ["a negative size", "-1\r\n", /where a chunk begins/],
  ["a line end that is LF alone", "3\none", /"3" stands where a chunk begins/],
  ["a chunk that is longer than its size", "3\r\nones\r\n", /"s\\r" stands where a chunk ends/],
  ["an end of the stream", "3\r\none\r\n0\r\n\r\n", /the server ended the stream/],
];
for (const [name, stream, reason] of lies) {
  test(`${name} disqualifies`, () => {
    assert.throws(
      () => new ChunkReader().read(Buffer.from(stream)),
      (error) => error instanceof Disqualified && reason.test(error.message),
    );
  });
}
