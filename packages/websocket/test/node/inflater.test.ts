/** Reading compressed messages: what the RFC allows is read, what is broken or too much is refused cheaply. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { Random } from "../../../../scripts/test/random.ts";
import { Deflate, deflateShared } from "../../src/node/deflate.ts";
import { closeCodeOf, isProtocolError } from "../../src/protocol/errors.ts";
import { fresh, inflated } from "./deflate-answers.ts";

const tail = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** The examples of RFC 7692 §7.2.3 and more. */
const readable: [name: string, messages: [hex: string, text: string][]][] = [
  ["one block (§7.2.3.1)", [["f2 48 cd c9 c9 07 00", "Hello"]]],
  [
    "the window again (§7.2.3.2)",
    [
      ["f2 48 cd c9 c9 07 00", "Hello"],
      ["f2 00 11 00 00", "Hello"],
    ],
  ],
  ["a block that is not compressed (§7.2.3.3)", [["00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"]]],
  ["a final block (§7.2.3.4)", [["f3 48 cd c9 c9 07 00 00", "Hello"]]],
  ["a final block and nothing behind it", [["f3 48 cd c9 c9 07 00", "Hello"]]],
  [
    "the window before a final block",
    [
      ["f3 48 cd c9 c9 07 00 00", "Hello"],
      ["f2 00 11 00 00", "Hello"],
    ],
  ],
  ["final blocks between", [["f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 f2 00 11 00 00", "HelloHelloHello"]]],
  ["two blocks (§7.2.3.5)", [["f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"]]],
  [
    "an empty message (§7.2.3.6)",
    [
      ["00", ""],
      ["f2 48 cd c9 c9 07 00", "Hello"],
    ],
  ],
  [
    "not a single block",
    [
      ["", ""],
      ["f2 48 cd c9 c9 07 00", "Hello"],
    ],
  ],
];

for (const [name, messages] of readable) {
  test(`reads ${name}`, async () => {
    const deflate = fresh();
    for (const [hex, text] of messages) {
      const { error, data } = await inflated(deflate, Buffer.from(hex.replaceAll(" ", ""), "hex"));
      assert.equal(error, undefined);
      assert.equal(data.toString(), text);
    }
  });
}

/** A fixed block (RFC 1951 §3.2.6) that copies three bytes from so far back. */
function copyFrom(distance: number): Buffer {
  const bits: number[] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]; // not final, fixed, length 3
  const extra = distance <= 4 ? 0 : Math.floor(Math.log2(distance - 1)) - 1;
  const symbol = extra === 0 ? distance - 1 : 2 * extra + ((distance - 1) >> extra);
  for (let n = 4; n >= 0; n--) bits.push((symbol >> n) & 1);
  for (let n = 0; n < extra; n++) bits.push(((distance - 1) >> n) & 1);
  bits.push(0, 0, 0, 0, 0, 0, 0, 0, 0, 0); // end of block, header of the stored block
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => {
    bytes[at >> 3]! |= bit << (at & 7);
  });
  return bytes;
}

for (const bits of [8, 9, 12, 15]) {
  test(`a peer may point back ${2 ** bits} bytes, which is all of a window of ${bits} bits`, async () => {
    const size = 2 ** bits;
    const deflate = new Deflate({ client_max_window_bits: bits }, {}, true);
    const plain = new Random(bits).bytes(size + 100);
    for (const part of [plain.subarray(0, 70), plain.subarray(70)]) await inflated(deflate, deflateShared(part, 15));
    const { error, data } = await inflated(deflate, copyFrom(size));
    assert.equal(error, undefined);
    assert.deepEqual(data, plain.subarray(100, 103));
    if (bits === 15) return; // DEFLATE has no longer distance
    assert.equal((await inflated(deflate, copyFrom(size + 4))).error?.message, "invalid distance too far back");
  });
}

const whole = deflateShared(Buffer.from("a message of which the end is missing"), 15);
const refused: [name: string, compressed: Buffer, code: string][] = [
  ["a block of no type", Buffer.from("ff", "hex"), "Z_DATA_ERROR"],
  ["text", Buffer.from("something invalid"), "Z_DATA_ERROR"],
  ["a stored block with a wrong length", Buffer.from("000500fffa48656c6c6f00", "hex"), "Z_DATA_ERROR"],
  ["a distance before the first byte", Buffer.from("f200110000", "hex"), "Z_DATA_ERROR"],
  ["a stored block without its end", Buffer.from("002000dfff48656c", "hex"), "Z_BUF_ERROR"],
  ["garbage behind a final block", Buffer.from("f348cdc9c90700ff", "hex"), "Z_DATA_ERROR"],
];

for (const [name, compressed, code] of refused) {
  test(`refuses ${name}, at once and in a thread`, async () => {
    for (const padding of [0, 40_000]) {
      const long = Buffer.concat([...Array(padding / 5).fill(Buffer.from("000000ffff", "hex")), compressed]);
      const { error, data } = await inflated(fresh(), long);
      assert.ok(isProtocolError(error), name);
      assert.equal(error.code, code);
      assert.equal(closeCodeOf(error), 1007);
      assert.equal(data.length, 0);
    }
  });
}

test("wherever a message is cut off, it is refused or ends in a whole block", async () => {
  for (let end = 1; end < whole.length; end++) {
    const { error } = await inflated(fresh(), whole.subarray(0, end));
    assert.ok(isProtocolError(error), `cut at ${end}`);
    assert.equal(closeCodeOf(error), 1007);
  }
});

const zeros = deflateRawSync(Buffer.alloc(0x100_0000), { finishFlush: constants.Z_SYNC_FLUSH });
const bombs: [name: string, compressed: Buffer, maxPayload: number][] = [
  ["16 KiB for 16 MiB", zeros, 1_000_000],
  ["16 KiB for 16 MiB, with a limit that is looked at at once", zeros, 100_000],
  ["one MiB for one GiB", Buffer.concat(Array(64).fill(zeros)), 1_000_000],
  [
    "final blocks, each below the limit",
    Buffer.concat(Array(9).fill(deflateRawSync(Buffer.alloc(200_000)))),
    1_000_000,
  ],
];

for (const [name, compressed, maxPayload] of bombs) {
  test(`a bomb fails with 1009 and takes little memory: ${name}`, async () => {
    const before = process.resourceUsage().maxRSS;
    const { error, data } = await inflated(fresh(), compressed, maxPayload);
    assert.ok(isProtocolError(error));
    assert.equal(error.code, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH");
    assert.equal(closeCodeOf(error), 1009);
    assert.equal(data.length, 0);
    assert.ok(process.resourceUsage().maxRSS - before < 30_000, "KiB");
  });
}

test("a message as long as the limit is taken, one byte more is not", async () => {
  for (const length of [1, 1000, 262_144, 262_145, 500_000]) {
    const compressed = deflateShared(Buffer.alloc(length, "x"), 15);
    assert.equal((await inflated(fresh(), compressed, length)).data.length, length);
    if (length > 1) assert.ok(isProtocolError((await inflated(fresh(), compressed, length - 1)).error));
    for (const unlimited of [0, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) {
      assert.equal((await inflated(fresh(), compressed, unlimited)).data.length, length);
    }
  }
});

test("final blocks without end are refused before they cost much", async () => {
  for (const count of [10_000, 100_000]) {
    const { error } = await inflated(fresh(), Buffer.alloc(2 * count, Buffer.from([3, 0])));
    assert.ok(isProtocolError(error));
    assert.equal(error.code, "WS_ERR_TOO_MANY_BUFFERED_PARTS");
    assert.equal(closeCodeOf(error), 1008);
  }
});

test("a long message of many final blocks points back over all of them", async () => {
  const parts = Array.from({ length: 100 }, (_, n) => new Random(n).bytes(400));
  const plain = Buffer.concat(parts);
  const blocks = parts.map((part, at) => deflateRawSync(part, { dictionary: Buffer.concat(parts.slice(0, at)) }));
  const { error, data } = await inflated(fresh(), Buffer.concat([...blocks, copyFrom(32_768)]));
  assert.equal(error, undefined);
  assert.deepEqual(data, Buffer.concat([plain, plain.subarray(-32_768).subarray(0, 3)]));
});

test("a message does not hold much more memory than its length", async () => {
  for (const length of [10, 3000, 20_000, 100_000]) {
    const plain = new Random(length).bytes(length);
    const { data } = await inflated(fresh(), deflateShared(plain, 15));
    assert.ok(data.equals(plain));
    assert.ok(data.buffer.byteLength <= 2 * Math.max(length, Buffer.poolSize), `${data.buffer.byteLength}`);
  }
});

test("of damaged data it reads what zlib reads, or fails with an error that is documented", async () => {
  const random = new Random(2026);
  const codes = new Set<unknown>();
  for (let n = 0; n < 2000; n++) {
    const compressed = deflateShared(Buffer.alloc(random.below(3000), `${random.below(1000)} words of it, `), 15);
    for (let damages = random.below(3); damages >= 0; damages--)
      compressed[random.below(compressed.length)] = random.below(256);
    const { error, data } = await inflated(fresh(), compressed, 2500);
    if (error === undefined) {
      const upToFinalBlock = inflateRawSync(Buffer.concat([compressed, tail]), { finishFlush: constants.Z_SYNC_FLUSH });
      assert.deepEqual(data.subarray(0, upToFinalBlock.length), upToFinalBlock);
    } else {
      assert.ok(isProtocolError(error));
      codes.add(error.code);
    }
  }
  assert.deepEqual([...codes].sort(), ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", "Z_BUF_ERROR", "Z_DATA_ERROR"]);
});
