/** Frame headers (RFC 6455 §5.2): read, refused and written. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ErrorCode } from "../../src/protocol/errors.ts";
import {
  FrameHeader,
  type FrameRules,
  firstByte,
  outgoingHeaderSize,
  writeFrameHeader,
} from "../../src/protocol/frame.ts";
import { bytesOf } from "../frames.ts";

const server: FrameRules = {
  masked: true,
  compression: false,
  maxPayload: Number.MAX_SAFE_INTEGER,
  maxBufferedChunks: Infinity,
};
const client: FrameRules = { ...server, masked: false };
const compressing: FrameRules = { ...server, compression: true };

type Fields = Pick<FrameHeader, "fin" | "compressed" | "opcode" | "length" | "key">;
type Accepted = [name: string, hex: string, rules: FrameRules, fields: Partial<Fields>];

const accepted: Accepted[] = [
  ["an empty text", "8180 00000000", server, { fin: true, opcode: 1, length: 0, key: 0 }],
  ["its masking key, lowest byte first", "8185 37fa213d", server, { length: 5, key: 0x3d21fa37 }],
  ["a first fragment", "0181 00000000", server, { fin: false, opcode: 1, length: 1 }],
  ["a continuation", "8083 00000000", server, { fin: true, opcode: 0, length: 3 }],
  ["the longest 7-bit length", "82fd 00000000", server, { opcode: 2, length: 125 }],
  ["the shortest 16-bit length", "82fe 007e 00000000", server, { length: 126 }],
  ["the longest 16-bit length", "82fe ffff 00000000", server, { length: 65_535 }],
  ["the shortest 64-bit length", "82ff 0000000000010000 00000000", server, { length: 65_536 }],
  ["the longest 64-bit length", "82ff 001fffffffffffff 00000000", server, { length: Number.MAX_SAFE_INTEGER }],
  ["a ping with the most it may carry", "89fd 00000000", server, { opcode: 9, length: 125 }],
  ["an empty close", "8880 00000000", server, { opcode: 8, length: 0 }],
  ["a server's frame, to a client", "8105", client, { opcode: 1, length: 5, key: 0 }],
  ["a compressed message", "c181 00000000", compressing, { compressed: true, opcode: 1 }],
];

const refused: [name: string, hex: string, rules: FrameRules, code: ErrorCode][] = [
  ["RSV2", "a180 00000000", server, "WS_ERR_UNEXPECTED_RSV_2_3"],
  ["RSV3", "9180 00000000", server, "WS_ERR_UNEXPECTED_RSV_2_3"],
  ["RSV1 without an extension", "c180 00000000", server, "WS_ERR_UNEXPECTED_RSV_1"],
  ["RSV1 on a control frame", "c980 00000000", compressing, "WS_ERR_UNEXPECTED_RSV_1"],
  ["RSV1 on a continuation", "c080 00000000", compressing, "WS_ERR_UNEXPECTED_RSV_1"],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, string, FrameRules, ErrorCode] => [
    `opcode ${opcode}`,
    `8${opcode.toString(16)}80 00000000`,
    server,
    "WS_ERR_INVALID_OPCODE",
  ]),
  ["a fragmented ping", "0980 00000000", server, "WS_ERR_EXPECTED_FIN"],
  ["a fragmented close", "0880 00000000", server, "WS_ERR_EXPECTED_FIN"],
  ["a ping of 126 bytes", "89fe 007e 00000000", server, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"],
  ["a pong of 64-bit length", "8aff 0000000000010000 00000000", server, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"],
  ["a close of one byte", "8881 00000000", server, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"],
  ["no mask, from a client", "8105", server, "WS_ERR_EXPECTED_MASK"],
  ["a mask, from a server", "8185 00000000", client, "WS_ERR_UNEXPECTED_MASK"],
  ["125 in 16 bits", "82fe 007d 00000000", server, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"],
  ["0 in 16 bits", "82fe 0000 00000000", server, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"],
  ["65,535 in 64 bits", "82ff 000000000000ffff 00000000", server, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"],
  ["0 in 64 bits", "82ff 0000000000000000 00000000", server, "WS_ERR_NON_MINIMAL_PAYLOAD_LENGTH"],
  ["2^53 bytes announced", "82ff 0020000000000000 00000000", server, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"],
  ["2^63 bytes announced", "82ff 8000000000000000 00000000", server, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"],
  ["2^64 - 1 bytes announced", "82ff ffffffffffffffff 00000000", server, "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"],
  ["more than maxPayload", "8183 00000000", { ...server, maxPayload: 2 }, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"],
];

for (const [name, hex, rules, fields] of accepted) {
  const bytes = bytesOf(hex);
  test(`reads ${name}`, () => {
    const header = new FrameHeader(rules);
    assert.equal(header.read(bytes, 0), bytes.length);
    for (const [field, value] of Object.entries(fields)) assert.equal(header[field as keyof Fields], value);
  });
  test(`reads ${name} behind other bytes, and leaves what follows`, () => {
    const header = new FrameHeader(rules);
    assert.equal(header.read(Buffer.concat([bytesOf("ffff"), bytes, bytesOf("ff")]), 2), bytes.length);
    assert.equal(header.length, fields.length ?? header.length);
  });
  test(`waits for the rest of ${name}`, () => {
    const header = new FrameHeader(rules);
    for (let n = 0; n < bytes.length; n++) assert.equal(header.read(bytes.subarray(0, n), 0), 0);
  });
}

for (const [name, hex, rules, code] of refused) {
  test(`refuses ${name}`, () => {
    assert.throws(() => new FrameHeader(rules).read(bytesOf(hex), 0), { code });
  });
}

const ofTwoBytes = refused.filter(([, , , code]) => !/LENGTH$/.test(code) || /CONTROL/.test(code));
for (const [name, hex, rules, code] of ofTwoBytes) {
  test(`refuses ${name} as soon as two bytes are there`, () => {
    assert.throws(() => new FrameHeader(rules).read(bytesOf(hex).subarray(0, 2), 0), { code });
  });
}

test("a control frame may be longer than maxPayload", () => {
  const header = new FrameHeader({ ...server, maxPayload: 2 });
  assert.equal(header.read(bytesOf("8983 00000000"), 0), 6);
});

const lengths = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER];

for (const length of lengths) {
  test(`a header for ${length} bytes is read as it was written`, () => {
    for (const masked of [false, true]) {
      const bytes = new Uint8Array(16);
      const end = writeFrameHeader(bytes, 2, { first: firstByte(2, true, false), length, masked, key: 0x3d21fa37 });
      assert.equal(end - 2, outgoingHeaderSize(length, masked));
      const header = new FrameHeader(masked ? server : client);
      assert.equal(header.read(bytes, 2), end - 2);
      assert.deepEqual(
        [header.fin, header.opcode, header.length, header.key],
        [true, 2, length, masked ? 0x3d21fa37 : 0],
      );
    }
  });
}

test("whatever is written is read, in as few bytes as it takes", () => {
  const frame = fc.record({
    fin: fc.boolean(),
    compressed: fc.boolean(),
    opcode: fc.constantFrom(1, 2),
    length: fc.maxSafeNat(),
    masked: fc.boolean(),
    key: fc.integer(),
  });
  fc.assert(
    fc.property(frame, ({ fin, compressed, opcode, length, masked, key }) => {
      const bytes = new Uint8Array(14);
      const end = writeFrameHeader(bytes, 0, { first: firstByte(opcode, fin, compressed), length, masked, key });
      const header = new FrameHeader({ ...compressing, masked });
      assert.equal(header.read(bytes.subarray(0, end), 0), end);
      const { fin: readFin, compressed: readCompressed, opcode: readOpcode, length: readLength, key: readKey } = header;
      assert.deepEqual(
        [readFin, readCompressed, readOpcode, readLength, readKey],
        [fin, compressed, opcode, length, masked ? key : 0],
      );
    }),
  );
});
