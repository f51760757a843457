/** Messages out of frames: fragmentation, UTF-8, and what a message may hold in memory while it grows. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { platform } from "../../src/node/platform.ts";
import { FrameHeader } from "../../src/protocol/frame.ts";
import { MessageAssembler } from "../../src/protocol/message-assembler.ts";
import { binary, continuation, text } from "../frames.ts";

const mebibyte = 0x10_0000;

/** Counts what it is given, and holds. */
function assembler(maxPayload = 100 * mebibyte): { assembler: MessageAssembler<Buffer>; allocated: number[] } {
  const allocated: number[] = [];
  const allocate = (size: number): Buffer => {
    allocated.push(size);
    return platform.allocate(size);
  };
  return { assembler: new MessageAssembler({ ...platform, allocate }, maxPayload), allocated };
}

function header(opcode: number, fin: boolean, length: number): FrameHeader {
  const made = new FrameHeader({ masked: true, compression: false, maxPayload: Number.MAX_SAFE_INTEGER });
  return Object.assign(made, { opcode, fin, length });
}

function frame(
  into: MessageAssembler<Buffer>,
  [opcode, fin]: readonly [opcode: number, fin: boolean],
  payload: string | Buffer,
): Buffer | undefined {
  const bytes = Buffer.from(payload);
  into.begin(header(opcode, fin, bytes.length));
  return into.add(
    bytes,
    0,
    bytes.every((byte) => byte < 0x80),
  );
}

test("a message in one frame is handed on without a copy", () => {
  const { assembler: messages, allocated } = assembler();
  const payload = Buffer.from("Hello");
  messages.begin(header(binary, true, 5));
  assert.equal(messages.add(payload, 0, true), payload);
  assert.equal(messages.binary, true);
  assert.deepEqual(allocated, []);
});

test("fragments are put together, empty ones among them", () => {
  const { assembler: messages } = assembler();
  assert.equal(frame(messages, [text, false], ""), undefined);
  assert.equal(frame(messages, [continuation, false], "Hel"), undefined);
  assert.equal(frame(messages, [continuation, false], ""), undefined);
  assert.equal(frame(messages, [continuation, true], "lo")?.toString(), "Hello");
  assert.equal(messages.binary, false);
});

test("only empty fragments are an empty message", () => {
  const { assembler: messages } = assembler();
  frame(messages, [binary, false], "");
  assert.equal(frame(messages, [continuation, true], "")?.length, 0);
});

const outOfOrder: [name: string, frames: [opcode: number, fin: boolean][]][] = [
  ["a continuation without a start", [[continuation, true]]],
  [
    "a continuation of a finished message",
    [
      [text, true],
      [continuation, true],
    ],
  ],
  [
    "a text between the fragments of a text",
    [
      [text, false],
      [text, false],
    ],
  ],
  [
    "a binary between the fragments of a text",
    [
      [text, false],
      [binary, true],
    ],
  ],
];

for (const [name, frames] of outOfOrder) {
  test(`refuses ${name}, with its header`, () => {
    const { assembler: messages } = assembler();
    const last = frames.pop()!;
    for (const [opcode, fin] of frames) frame(messages, [opcode, fin], "x");
    assert.throws(() => messages.begin(header(last[0], last[1], 1)), { code: "WS_ERR_INVALID_OPCODE" });
  });
}

test("a character may be cut between fragments, and within a frame", () => {
  const { assembler: messages } = assembler();
  const euro = Buffer.from("€");
  frame(messages, [text, false], euro.subarray(0, 1));
  messages.begin(header(continuation, true, 2));
  assert.equal(messages.add(euro.subarray(1, 2), 1, false), undefined);
  assert.equal(messages.add(euro.subarray(2, 3), 0, false)?.toString(), "€");
});

const badTexts: [name: string, run: (messages: MessageAssembler<Buffer>) => unknown][] = [
  ["a bad byte in a whole message", (messages) => frame(messages, [text, true], Buffer.of(0xff))],
  [
    "a bad byte in a fragment that is not the last",
    (messages) => frame(messages, [text, false], Buffer.of(0x41, 0xff)),
  ],
  [
    "a bad byte in a part of a frame that has not ended",
    (messages) => {
      messages.begin(header(text, false, 1000));
      messages.add(Buffer.of(0x41, 0xed, 0xa0), 997, false);
    },
  ],
  ["a message that ends within a character", (messages) => frame(messages, [text, true], Buffer.of(0xe2, 0x82))],
  [
    "fragments that end within a character",
    (messages) => {
      frame(messages, [text, false], "a");
      frame(messages, [continuation, true], Buffer.of(0xe2, 0x82));
    },
  ],
  [
    "ASCII where a character must go on",
    (messages) => {
      frame(messages, [text, false], Buffer.of(0xe2));
      frame(messages, [continuation, false], "a");
    },
  ],
  [
    "an end where a character must go on",
    (messages) => {
      frame(messages, [text, false], Buffer.of(0xe2));
      frame(messages, [continuation, true], "");
    },
  ],
];

for (const [name, run] of badTexts) {
  test(`refuses ${name}`, () => {
    assert.throws(() => run(assembler().assembler), { code: "WS_ERR_INVALID_UTF8" });
  });
}

test("binary messages may hold anything, and one text leaves nothing behind for the next", () => {
  const { assembler: messages } = assembler();
  assert.ok(frame(messages, [binary, true], Buffer.of(0xff)));
  frame(messages, [text, false], "é");
  assert.ok(frame(messages, [continuation, true], "é"));
  assert.equal(frame(messages, [text, true], "é")?.toString(), "é");
});

test("the sum of the fragments is limited, and the one that goes over is refused with its header", () => {
  const { assembler: messages } = assembler(10);
  frame(messages, [binary, false], "123456");
  frame(messages, [continuation, false], "1234");
  assert.throws(() => messages.begin(header(continuation, false, 1)), { code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" });
});

test("an announcement alone reserves nothing, and a first byte little", () => {
  const { assembler: messages, allocated } = assembler();
  messages.begin(header(binary, true, 100 * mebibyte));
  assert.deepEqual(allocated, []);
  messages.add(Buffer.alloc(1), 100 * mebibyte - 1, false);
  assert.deepEqual(allocated, [0x4000]);
});

test("no more than a mebibyte is reserved at first, and a buffer never twice as large as what came", () => {
  const { assembler: messages, allocated } = assembler();
  const size = 10 * mebibyte;
  messages.begin(header(binary, true, size));
  let message: Buffer | undefined;
  for (let left = size; left > 0; left -= 0x1_0000) {
    const came = size - left;
    message = messages.add(Buffer.alloc(0x1_0000, 1), left - 0x1_0000, false);
    assert.ok(allocated.at(-1)! <= Math.max(mebibyte, 2 * (came + 0x1_0000)));
  }
  assert.equal(allocated[0], mebibyte);
  assert.equal(allocated.at(-1), size);
  assert.equal(message?.length, size);
  assert.ok(message?.every((byte) => byte === 1));
});

test("4 MiB in fragments of 64 bytes cost their bytes, not their number", () => {
  const { assembler: messages, allocated } = assembler();
  const fragment = Buffer.alloc(64, 7);
  frame(messages, [binary, false], fragment);
  for (let n = 2; n < 65_536; n++) frame(messages, [continuation, false], fragment);
  const message = frame(messages, [continuation, true], fragment);
  assert.equal(message?.length, 4 * mebibyte);
  assert.ok(message?.every((byte) => byte === 7));
  assert.ok(allocated.at(-1)! <= 8 * mebibyte && allocated.length < 32);
});

test("a million fragments, empty or of one byte, pin what they carry", () => {
  const { assembler: messages, allocated } = assembler();
  frame(messages, [binary, false], "");
  for (let n = 0; n < 1_000_000; n++) frame(messages, [continuation, false], n % 10 === 0 ? "x" : "");
  assert.ok(allocated.at(-1)! <= 2 * 100_000);
});
