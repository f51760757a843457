/** Messages out of frames: fragmentation, UTF-8, and what a message may hold in memory while it grows. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { platform } from "../../src/node/platform.ts";
import { FrameHeader } from "../../src/protocol/frame.ts";
import { MemoryBudget } from "../../src/protocol/memory-budget.ts";
import { MessageAssembler, type MessageRules } from "../../src/protocol/message-assembler.ts";
import { binary, continuation, text } from "../frames.ts";

const mebibyte = 0x10_0000;

interface Assembled {
  /** A data frame: the first begins a message. */
  begin(header: FrameHeader): void;
  add(part: Buffer, left: number, ascii: boolean): Buffer | undefined;
  /** What was allocated, in order. */
  readonly allocated: number[];
  readonly budget: MemoryBudget;
}

/** Message after message, as a connection puts them together. */
function assembler(changes: Partial<MessageRules> = {}): Assembled {
  const allocated: number[] = [];
  const allocate = (size: number): Buffer => {
    allocated.push(size);
    return platform.allocate(size);
  };
  const budget = new MemoryBudget(Number.MAX_SAFE_INTEGER);
  const rules = {
    maxPayload: 100 * mebibyte,
    maxFragments: Infinity,
    validateUtf8: true,
    assembled: true,
    budget,
    ...changes,
  };
  let open: MessageAssembler<Buffer> | undefined;
  return {
    allocated,
    budget: rules.budget,
    begin(header) {
      open ??= new MessageAssembler({ ...platform, allocate }, rules, header);
      open.begin(header);
    },
    add(part, left, ascii) {
      const room = open?.room(part.length, left);
      room?.set(part);
      const message = open?.add(room ?? part, left, ascii);
      if (message !== undefined && open?.last) open = undefined;
      return message;
    },
  };
}

function header(opcode: number, fin: boolean, length: number): FrameHeader {
  const rules = { masked: true, compression: true, maxPayload: Number.MAX_SAFE_INTEGER, maxBufferedChunks: Infinity };
  return Object.assign(new FrameHeader(rules), { opcode, fin, length });
}

function frame(
  into: Assembled,
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
  const messages = assembler();
  const { allocated } = messages;
  const payload = Buffer.from("Hello");
  messages.begin(header(binary, true, 5));
  assert.equal(messages.add(payload, 0, true), payload);
  assert.deepEqual(allocated, []);
});

test("fragments are put together, empty ones among them", () => {
  const messages = assembler();
  assert.equal(frame(messages, [text, false], ""), undefined);
  assert.equal(frame(messages, [continuation, false], "Hel"), undefined);
  assert.equal(frame(messages, [continuation, false], ""), undefined);
  assert.equal(frame(messages, [continuation, true], "lo")?.toString(), "Hello");
});

test("only empty fragments are an empty message", () => {
  const messages = assembler();
  frame(messages, [binary, false], "");
  assert.equal(frame(messages, [continuation, true], "")?.length, 0);
});

test("a character may be cut between fragments, and within a frame", () => {
  const messages = assembler();
  const euro = Buffer.from("€");
  frame(messages, [text, false], euro.subarray(0, 1));
  messages.begin(header(continuation, true, 2));
  assert.equal(messages.add(euro.subarray(1, 2), 1, false), undefined);
  assert.equal(messages.add(euro.subarray(2, 3), 0, false)?.toString(), "€");
});

const badTexts: [name: string, run: (messages: Assembled) => unknown][] = [
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
    assert.throws(() => run(assembler()), { code: "WS_ERR_INVALID_UTF8" });
  });
}

test("binary messages may hold anything, and one text leaves nothing behind for the next", () => {
  const messages = assembler();
  assert.ok(frame(messages, [binary, true], Buffer.of(0xff)));
  frame(messages, [text, false], "é");
  assert.ok(frame(messages, [continuation, true], "é"));
  assert.equal(frame(messages, [text, true], "é")?.toString(), "é");
});

test("the sum of the fragments is limited, and the one that goes over is refused with its header", () => {
  const messages = assembler({ maxPayload: 10 });
  frame(messages, [binary, false], "123456");
  frame(messages, [continuation, false], "1234");
  assert.throws(() => messages.begin(header(continuation, false, 1)), { code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" });
});

test("an announcement alone reserves nothing, and a first byte little", () => {
  const messages = assembler();
  const { allocated } = messages;
  messages.begin(header(binary, true, 100 * mebibyte));
  assert.deepEqual(allocated, []);
  messages.add(Buffer.alloc(1), 100 * mebibyte - 1, false);
  assert.deepEqual(allocated, [0x4000]);
});

test("no more than a mebibyte is reserved at first, and a buffer never twice as large as what came", () => {
  const messages = assembler();
  const { allocated } = messages;
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

for (const piece of [1_460, 4_096, 65_522]) {
  test(`a mebibyte that comes by ${piece} bytes is allocated at most twice`, () => {
    const messages = assembler();
    messages.begin(header(binary, true, mebibyte));
    for (let left = mebibyte; left > 0; ) {
      const size = Math.min(piece, left);
      left -= size;
      messages.add(Buffer.alloc(size), left, false);
    }
    assert.ok(messages.allocated.length <= 2);
    assert.equal(messages.allocated.at(-1), mebibyte);
  });
}

test("4 MiB in fragments of 64 bytes cost their bytes, not their number", () => {
  const messages = assembler();
  const { allocated } = messages;
  const fragment = Buffer.alloc(64, 7);
  frame(messages, [binary, false], fragment);
  for (let n = 2; n < 65_536; n++) frame(messages, [continuation, false], fragment);
  const message = frame(messages, [continuation, true], fragment);
  assert.equal(message?.length, 4 * mebibyte);
  assert.ok(message?.every((byte) => byte === 7));
  assert.ok(allocated.at(-1)! <= 8 * mebibyte && allocated.length < 32);
});

test("a million fragments, empty or of one byte, pin what they carry", () => {
  const messages = assembler();
  const { allocated } = messages;
  frame(messages, [binary, false], "");
  for (let n = 0; n < 1_000_000; n++) frame(messages, [continuation, false], n % 10 === 0 ? "x" : "");
  assert.ok(allocated.at(-1)! <= 2 * 100_000);
});

test("more fragments than maxFragments are refused, with the header of the first too many", () => {
  const messages = assembler({ maxFragments: 2 });
  frame(messages, [binary, false], "a");
  frame(messages, [continuation, false], "b");
  assert.throws(() => messages.begin(header(continuation, true, 1)), {
    code: "WS_ERR_TOO_MANY_BUFFERED_PARTS",
    message: "Too many message fragments",
  });
});

test("text is taken as it is where nobody wants it checked, or it is compressed", () => {
  const unchecked = assembler({ validateUtf8: false });
  assert.ok(frame(unchecked, [text, true], Buffer.of(0xff)));
  const messages = assembler();
  messages.begin(Object.assign(header(text, true, 1), { compressed: true }));
  assert.ok(messages.add(Buffer.of(0xff), 0, false));
});

test("what all messages hold together comes out of one budget, and goes back when one is complete", () => {
  const budget = new MemoryBudget(40_000);
  const [one, two] = [assembler({ budget }), assembler({ budget })];
  frame(one, [binary, false], Buffer.alloc(20_000));
  assert.equal(budget.used, 40_000);
  assert.throws(() => frame(two, [binary, false], "a"), { code: "WS_ERR_MEMORY_BUDGET" });
  assert.equal(frame(one, [continuation, true], "")?.length, 20_000);
  assert.equal(budget.used, 0);
  assert.equal(frame(assembler({ budget }), [binary, false], "a"), undefined);
});

test("a message that nobody will get gives back what it held", () => {
  const budget = new MemoryBudget(40_000);
  const rules = { maxPayload: mebibyte, maxFragments: Infinity, validateUtf8: true, assembled: true, budget };
  const first = header(binary, false, 100);
  const open = new MessageAssembler(platform, rules, first);
  open.begin(first);
  open.add(open.room(100, 0) ?? Buffer.alloc(0), 0, false);
  assert.ok(budget.used > 0);
  open.discard();
  assert.equal(budget.used, 0);
});

test("where messages are not put together, each frame is handed on, and judged as part of its message", () => {
  const messages = assembler({ assembled: false, maxPayload: 8 });
  const euro = Buffer.from("€");
  assert.deepEqual(frame(messages, [text, false], euro.subarray(0, 1)), euro.subarray(0, 1));
  messages.begin(header(continuation, false, 4));
  assert.equal(messages.add(euro.subarray(1, 2), 3, false), undefined);
  assert.deepEqual(
    messages.add(Buffer.concat([euro.subarray(2), Buffer.from("ab")]), 0, false)?.toString("latin1"),
    "\x82\xacab",
  );
  assert.equal(messages.budget.used, 0);
  assert.equal(frame(messages, [continuation, true], "cd")?.toString(), "cd");
  frame(messages, [text, false], euro.subarray(0, 1));
  assert.throws(() => frame(messages, [continuation, true], ""), { code: "WS_ERR_INVALID_UTF8" });
});

test("the sum of the frames is limited all the same", () => {
  const messages = assembler({ assembled: false, maxPayload: 8 });
  for (let n = 0; n < 2; n++) assert.ok(frame(messages, [n === 0 ? binary : continuation, false], "1234"));
  assert.throws(() => messages.begin(header(continuation, true, 1)), { code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" });
});
