/** Limits, and messages of all lengths, in frames and in chunks of all sizes (RFC 6455 §5.4, §10.4). Bounded in time. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import { judge, type Row, sendCut } from "./judge.ts";
import { openSides, type Side, type Trial } from "./side.ts";
import { binary, bytesOn, close, type Frame, more, ping, readFrames, rest, say, sayFrame, text } from "./wire.ts";

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
const timeout = 30_000;
/** Random, with a period that is no length of ours. */
const bytes = Buffer.alloc(16 * mebibyte, new Random(9).bytes(7919));
const letters = Buffer.alloc(16 * mebibyte, "The quick brown fox jumps over the lazy dog 0123456789. ");

const sides: Side[] = [];
before(async () => void sides.push(...(await openSides())));
after(() => {
  for (const side of sides) side.close();
});

/** A message in frames of `size` bytes. */
function message(opcode: 1 | 2, payload: Buffer, size: number): Frame[] {
  const count = Math.max(1, Math.ceil(payload.length / size));
  return Array.from({ length: count }, (_, at) => [
    at === 0 ? opcode : 0,
    payload.subarray(at * size, (at + 1) * size),
    { fin: at === count - 1 },
  ]);
}

/** Sends, reads what comes back, and closes. */
async function echoed(side: Side, send: (trial: Trial) => Promise<void>): Promise<string[]> {
  const trial = await side.open();
  const { program, wire } = trial;
  program.on("message", (data: Buffer, isBinary: boolean) => program.send(data, { binary: isBinary }));
  await send(trial);
  wire.socket.write(bytesOn(!side.masks, [close(1000)]));
  return readFrames(await wire.all(), side.masks).map(sayFrame);
}

const ourSides = (): Side[] => sides.filter(({ ours }) => ours);

const inOneFrame: [kind: string, frame: (payload: Buffer) => Frame, content: Buffer, length: number][] = [
  ["text", text, letters, 64 * kibibyte],
  ["binary", binary, bytes, 256 * kibibyte],
  ["text", text, letters, mebibyte],
  ["binary", binary, bytes, 4 * mebibyte],
  ["text", text, letters, 16 * mebibyte],
];

for (const [kind, frame, content, length] of inOneFrame) {
  test(`a ${kind} message of ${length} bytes in one frame comes back as it was sent`, { timeout }, async () => {
    const payload = content.subarray(0, length);
    for (const side of length > mebibyte ? ourSides() : sides) {
      const heard = await echoed(side, async ({ wire }) => {
        wire.socket.write(bytesOn(!side.masks, [frame(payload)]));
      });
      assert.deepEqual(heard, [say(kind, payload), "close 1000 "], side.name);
    }
  });
}

for (const size of [64, 256, kibibyte, 4 * kibibyte, 64 * kibibyte, mebibyte]) {
  test(`4 MiB in frames of ${size} bytes are one message, of text and of bytes`, { timeout }, async () => {
    const [some, few] = [bytes.subarray(0, 4 * mebibyte), letters.subarray(0, 4 * mebibyte)];
    for (const side of ourSides()) {
      const heard = await echoed(side, async ({ wire }) => {
        wire.socket.write(bytesOn(!side.masks, [...message(2, some, size), ...message(1, few, size)]));
      });
      assert.deepEqual(heard, [say("binary", some), say("text", few), "close 1000 "], side.name);
    }
  });
}

for (const size of [64, 128, 256, 512, kibibyte, 2 * kibibyte]) {
  test(`512 KiB that come in chunks of ${size} bytes are one message`, { timeout }, async () => {
    const payload = letters.subarray(0, 512 * kibibyte);
    for (const side of ourSides()) {
      const frame = bytesOn(!side.masks, [[1, payload]]);
      const cuts = Array.from({ length: Math.floor((frame.length - 1) / size) }, (_, at) => (at + 1) * size);
      const heard = await echoed(side, (trial) => sendCut(trial, frame, cuts));
      assert.deepEqual(heard, [say("text", payload), "close 1000 "], side.name);
    }
  });
}

for (const length of [0, 16, 125, 126, kibibyte, 16 * kibibyte]) {
  test(`300 messages of ${length} bytes come back in order`, { timeout }, async () => {
    const payloads = Array.from({ length: 300 }, (_, at) => bytes.subarray(at, at + length));
    for (const side of sides) {
      const heard = await echoed(side, async ({ wire }) => {
        wire.socket.write(
          bytesOn(
            !side.masks,
            payloads.map((payload) => binary(payload)),
          ),
        );
      });
      assert.deepEqual(heard, [...payloads.map((payload) => say("binary", payload)), "close 1000 "], side.name);
    }
  });
}

test("64 KiB in frames of 1,300 bytes, with the header of each apart from its payload", { timeout }, async () => {
  const payload = letters.subarray(0, 64 * kibibyte);
  for (const side of ourSides()) {
    const frames = message(1, payload, 1300).map((frame) => bytesOn(!side.masks, [frame]));
    const cuts: number[] = [];
    let at = 0;
    for (const frame of frames) {
      cuts.push(at + (side.masks ? 4 : 8));
      at += frame.length;
      if (at < frame.length * frames.length) cuts.push(at);
    }
    const all = Buffer.concat(frames);
    const heard = await echoed(side, (trial) =>
      sendCut(
        trial,
        all,
        cuts.filter((cut) => cut < all.length),
      ),
    );
    assert.deepEqual(heard, [say("text", payload), "close 1000 "], side.name);
  }
});

const tooLong = { fails: [1009, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"] } as const;
const thousand = "*".repeat(1000);
const half = thousand.slice(500);

const limited: Row[] = [
  ["as long as maxPayload", [text(thousand), binary(thousand)], [say("text", thousand), say("binary", thousand)]],
  ["one byte more than maxPayload", [text(`${thousand}*`)], [], tooLong],
  ["more than maxPayload announced, of which nothing comes", [binary("", { length: 1001 })], [], tooLong],
  [
    "fragments that are as long as maxPayload together",
    [text(half, more), rest("", more), rest(half)],
    [say("text", thousand)],
  ],
  ["a fragment that goes over maxPayload", [text(half, more), rest(half, more), rest("*")], [], tooLong],
  [
    "a fragment that would go over maxPayload, of which nothing comes",
    [text(half, more), rest("", { length: 501 })],
    [],
    tooLong,
  ],
  [
    "control frames do not count",
    [text(half, more), ping("p".repeat(125)), rest(half)],
    [say("ping", "p".repeat(125)), say("text", thousand)],
  ],
  [
    "a control frame is never too long for maxPayload, but for the protocol",
    [ping("*".repeat(126))],
    [],
    { fails: [1002, "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"] },
  ],
];

judge(limited, { maxPayload: 1000 });
judge([["a ping is longer than maxPayload, and may be", [ping("12345")], ["ping 12345"]]], { maxPayload: 1 });
