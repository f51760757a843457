/** Frames that crashed others, though nobody listens for errors; and lengths that others could not count. On both sides. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openSides, type Side } from "../conformance/side.ts";
import { binary, bytesOn, close, type Frame, more, readFrames, rest, sayFrame, text } from "../conformance/wire.ts";
import { closePayload } from "../frames.ts";

const timeout = 30_000;
const sides: Side[] = [];
const others: Side[] = [];
before(async () => {
  for (const side of await openSides()) (side.ours ? sides : others).push(side);
});
after(() => {
  for (const side of [...sides, ...others]) side.close();
});

/** What the side says to these bytes before it ends the stream, though its program listens to nothing. */
async function lastWords(side: Side, bytes: Uint8Array): Promise<string[]> {
  const { wire, program } = await side.open();
  program.removeAllListeners();
  const closed = new Promise((resolve) => program.on("close", resolve));
  wire.socket.write(bytes);
  const heard = readFrames(await wire.all(), side.masks).map(sayFrame);
  await closed;
  return heard;
}

/** Whatever came before, the next connection works. */
async function lives(side: Side): Promise<void> {
  const { wire, program } = await side.open();
  program.on("message", (data: Buffer, isBinary: boolean) => program.send(data, { binary: isBinary }));
  wire.socket.write(bytesOn(!side.masks, [text("alive"), close(1000)]));
  assert.deepEqual(readFrames(await wire.all(), side.masks).map(sayFrame), ["text alive", "close 1000 "]);
}

/** CVE-2022-39386: a malformed frame, no listener, and the process was gone. */
const malformed: [name: string, frames: Frame[], code: number][] = [
  ["RSV1 without an extension", [text("x", { reserved: 0x40 })], 1002],
  ["RSV2", [text("x", { reserved: 0x20 })], 1002],
  ["RSV3", [text("x", { reserved: 0x10 })], 1002],
  ["opcode 3", [[3, "x"]], 1002],
  ["opcode 11", [[11, "x"]], 1002],
  ["a fragmented close", [[8, "", more]], 1002],
  ["a ping of 126 bytes", [[9, Buffer.alloc(126)]], 1002],
  ["a close of one byte", [[8, "x"]], 1002],
  ["close code 1005", [close(1005)], 1002],
  ["close code 0", [close(0)], 1002],
  ["close code 65,535", [close(65_535)], 1002],
  ["a close reason of bad UTF-8", [[8, closePayload(1000, Buffer.of(0xc3))]], 1007],
  ["a continuation without a start", [rest("x")], 1002],
  ["a text in a text", [text("x", more), text("y")], 1002],
  ["bad UTF-8", [text(Buffer.of(0x61, 0xed, 0xa0, 0x80))], 1007],
  [
    "the sum of fragments above the limit (CVE-2026-12151)",
    [binary("", more), rest("", { length: 104_857_601 })],
    1009,
  ],
];

for (const [name, frames, code] of malformed) {
  test(`${name}: closed with ${code}, and the process lives (CVE-2022-39386)`, { timeout }, async () => {
    for (const side of sides) {
      assert.deepEqual(await lastWords(side, bytesOn(!side.masks, frames)), [`close ${code} `], side.name);
      await lives(side);
    }
  });
}

test("the mask of the wrong side: closed with 1002, and the process lives (CVE-2022-39386)", { timeout }, async () => {
  for (const side of sides) {
    assert.deepEqual(await lastWords(side, bytesOn(side.masks, [text("x")])), ["close 1002 "], side.name);
    await lives(side);
  }
});

/** GHSA-6663-c963-2gqg, CVE-2026-1528: lengths of 64 bits. */
const announced: [name: string, length: string, code: number][] = [
  ["5 bytes, in eight", "0000000000000005", 1002],
  ["one more than maxPayload", "0000000006400001", 1009],
  ["2^31 bytes", "0000000080000000", 1009],
  ["2^32 bytes", "0000000100000000", 1009],
  ["2^53 - 1 bytes", "001fffffffffffff", 1009],
  ["2^53 bytes", "0020000000000000", 1009],
  ["2^63 - 1 bytes", "7fffffffffffffff", 1009],
  ["2^63 bytes", "8000000000000000", 1009],
  ["2^64 - 1 bytes", "ffffffffffffffff", 1009],
];

for (const [name, length, code] of announced) {
  test(`${name} announced: ${code} before any payload comes (CVE-2026-1528)`, { timeout }, async () => {
    for (const side of sides) {
      for (const opcode of ["82", "81", "02"]) {
        const head = side.masks ? `${opcode}7f${length}` : `${opcode}ff${length}00000000`;
        assert.deepEqual(await lastWords(side, Buffer.from(head, "hex")), [`close ${code} `], side.name);
      }
      await lives(side);
    }
  });
}
