/** Damaged frames on both sides, with and without compression: documented errors, good frames back, nothing left open or held. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { unfinishedMessages } from "../../src/shared.ts";
import { openSides, type Side } from "../conformance/side.ts";
import { bytesOn, close, type Frame, readFrames, sayFrame } from "../conformance/wire.ts";
import { heldBytes } from "./held-bytes.ts";

const timeout = 60_000;
const mebibyte = 0x10_0000;
const maxPayload = 5000;
const runs = 500;

/** All that a peer's frames can come to. */
const documented = new Map([
  ["WS_ERR_UNEXPECTED_RSV_1", 1002],
  ["WS_ERR_UNEXPECTED_RSV_2_3", 1002],
  ["WS_ERR_INVALID_OPCODE", 1002],
  ["WS_ERR_EXPECTED_FIN", 1002],
  ["WS_ERR_EXPECTED_MASK", 1002],
  ["WS_ERR_UNEXPECTED_MASK", 1002],
  ["WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", 1002],
  ["WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH", 1002],
  ["WS_ERR_INVALID_CLOSE_CODE", 1002],
  ["WS_ERR_INVALID_UTF8", 1007],
  ["WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", 1009],
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", 1009],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", 1008],
  ["Z_DATA_ERROR", 1007],
  ["Z_BUF_ERROR", 1007],
]);

/** A session that breaks no rule. */
function session(random: Random, compression: boolean): Frame[] {
  const frames: Frame[] = [];
  for (let n = 1 + random.below(8); n > 0; n--) frames.push(...message(random, compression));
  if (random.below(2) === 0) frames.push(close(1000 + random.below(4), "because"));
  return frames;
}

function message(random: Random, compression: boolean): Frame[] {
  const kind = random.below(5);
  if (kind === 0) return [[random.pick([9, 10]), random.bytes(random.below(126))]];
  const text = kind < 3;
  const plain = text ? Buffer.from("héllo 𝄞 ".repeat(1 + random.below(60))) : random.bytes(random.below(1200));
  const compressed = compression && random.below(2) === 0;
  const payload = compressed ? deflateRawSync(plain, { finishFlush: 2 }).subarray(0, -4) : plain;
  const cut = random.below(payload.length + 1);
  const reserved = compressed ? 0x40 : 0;
  const opcode = text ? 1 : 2;
  if (random.below(2) === 0) return [[opcode, payload, { reserved }]];
  return [
    [opcode, payload.subarray(0, cut), { reserved, fin: false }],
    [9, "between"],
    [0, payload.subarray(cut)],
  ];
}

async function run(side: Side, random: Random, compression: boolean): Promise<void> {
  const { wire, program, told, closed } = await side.open(compression ? "permessage-deflate" : undefined);
  program.on("message", (data: Buffer, binary: boolean) => program.send(data, { binary }));
  const good = bytesOn(!side.masks, session(random, compression));
  const bytes = random.below(12) === 0 ? random.bytes(1 + random.below(200)) : mutate(random, good);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + random.below(400));
    wire.socket.write(bytes.subarray(at, end));
    at = end;
  }
  wire.socket.end();
  const heard = readFrames(await wire.all(), side.masks).map(sayFrame); // whatever came is made of good frames
  await closed;
  const error = told.find((line) => line.startsWith("error "))?.slice("error ".length);
  if (error === undefined) return;
  assert.ok(documented.has(error), error);
  assert.equal(told.at(-1), "close 1006 ");
  const last = heard.at(-1) ?? "";
  if (last.startsWith("close")) assert.equal(last, `close ${documented.get(error)} `); // unless our words met a closed door
}

for (const compression of [false, true]) {
  for (const which of [0, 1]) {
    const name = `a ${["server", "client"][which]} ${compression ? "with" : "without"} compression`;
    test(`${name} is sent ${runs} damaged sessions`, { timeout }, async (t) => {
      const sides = await openSides({ perMessageDeflate: compression, maxPayload });
      t.after(() => {
        for (const each of sides) each.close();
      });
      const side = sides[which]!;
      const random = new Random(6455 + 2 * which + Number(compression));
      for (let n = 0; n < 100; n++) await run(side, random, compression);
      const before = heldBytes();
      for (let n = 0; n < runs; n += 10) {
        await Promise.all(Array.from({ length: 10 }, () => run(side, random, compression)));
        if (n % 100 === 0) assert.ok(heldBytes() - before < 24 * mebibyte);
      }
      assert.ok(heldBytes() - before < 8 * mebibyte, `${heldBytes() - before} bytes`);
      assert.equal(unfinishedMessages.used, 0);
    });
  }
}
