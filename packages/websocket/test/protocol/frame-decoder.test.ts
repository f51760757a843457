/** The decoder: the same frames whatever the cuts, and a read position that is right whatever the handler does. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import { platform } from "../../src/node/platform.ts";
import { isProtocolError } from "../../src/protocol/errors.ts";
import type { FrameHeader } from "../../src/protocol/frame.ts";
import { FrameDecoder, type FrameHandler } from "../../src/protocol/frame-decoder.ts";
import { binary, clientFrame, close, continuation, type FrameForm, ping, pong, serverFrame, text } from "../frames.ts";

const server = { masked: true, compression: false, maxPayload: 0x10_0000, maxBufferedChunks: Infinity };

type Frame = [opcode: number, fin: boolean, payload: string];

/** Puts the parts of frames together again. */
class Recorder implements FrameHandler<Buffer> {
  readonly frames: Frame[] = [];
  /** How many bytes of the open frame have come. */
  partial = 0;
  onFrame: (frame: Frame) => void = () => {};
  private opcode = 0;
  private fin = true;
  private parts: Buffer[] = [];
  private asked = 0;

  whole(header: FrameHeader, payload: Buffer, ascii: boolean): void {
    this.begin(header);
    this.part(payload, 0, ascii);
  }

  begin({ opcode, fin }: FrameHeader): void {
    this.opcode = opcode;
    this.fin = fin;
  }

  /** For every other part. */
  room(length: number): Buffer | undefined {
    this.asked++;
    return this.asked % 2 === 0 ? undefined : Buffer.alloc(length);
  }

  part(bytes: Buffer, left: number, ascii: boolean): void {
    assert.ok(!ascii || bytes.every((byte) => byte < 0x80));
    this.parts.push(Buffer.from(bytes));
    this.partial += bytes.length;
    if (left > 0) return;
    const payload = Buffer.concat(this.parts).toString("latin1");
    this.parts = [];
    this.partial = 0;
    this.push([this.opcode, this.fin, payload]);
  }

  control(opcode: number, payload: Buffer): void {
    this.push([opcode, true, payload.toString("latin1")]);
  }

  private push(frame: Frame): void {
    this.frames.push(frame);
    this.onFrame(frame);
  }
}

function decode(chunks: readonly Uint8Array[], rules = server): Frame[] {
  const recorder = new Recorder();
  const decoder = new FrameDecoder(rules, platform, recorder);
  for (const chunk of chunks) decoder.receive(Buffer.from(chunk));
  return recorder.frames;
}

const samples: [name: string, opcode: number, payload: string | Uint8Array, form?: FrameForm][] = [
  ["an empty text", text, ""],
  ["a short text", text, "Hello"],
  ["a text that is not ASCII", text, "hällo wörld"],
  ["125 bytes", binary, Buffer.alloc(125, 0xfe)],
  ["126 bytes", binary, Buffer.alloc(126, 0xfe)],
  ["300 bytes", binary, Buffer.alloc(300, 0x7e)],
  ["a first fragment", text, "Hel", { fin: false }],
  ["a continuation", continuation, "lo"],
  ["an empty ping", ping, ""],
  ["a ping with 125 bytes", ping, Buffer.alloc(125, 1)],
  ["a pong", pong, "x"],
  ["a close", close, Buffer.from([3, 232])],
  ["a key of zeros", text, "Hello", { key: [0, 0, 0, 0] }],
];

function frameOf([, opcode, payload, form]: (typeof samples)[number]): Frame {
  return [opcode, form?.fin ?? true, Buffer.from(payload).toString("latin1")];
}

for (const sample of samples) {
  const [name, opcode, payload, form] = sample;
  test(`reads ${name} at every split`, () => {
    const bytes = clientFrame(opcode, payload, form);
    for (let cut = 0; cut <= bytes.length; cut++) {
      assert.deepEqual(decode([bytes.subarray(0, cut), bytes.subarray(cut)]), [frameOf(sample)]);
    }
  });
}

const stream = Buffer.concat(samples.map(([, opcode, payload, form]) => clientFrame(opcode, payload, form)));

test("reads a stream of all of them, whole and byte by byte", () => {
  const expected = samples.map(frameOf);
  assert.deepEqual(decode([stream]), expected);
  assert.deepEqual(decode([...stream].map((byte) => Uint8Array.of(byte))), expected);
});

test("reads it in pieces of any size, empty ones among them", () => {
  const expected = samples.map(frameOf);
  const random = new Random(1);
  for (let n = 0; n < 300; n++) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < stream.length; ) {
      const size = random.below(random.pick([2, 20, 400]));
      chunks.push(stream.subarray(at, at + size));
      at += size;
    }
    assert.deepEqual(decode(chunks), expected);
  }
});

test("a client reads what a server sends, unmasked", () => {
  const frame = serverFrame(text, "Hello");
  assert.deepEqual(decode([frame], { ...server, masked: false }), [[text, true, "Hello"]]);
});

test("a message that is whole in its chunk is a view of it", () => {
  const recorder = new Recorder();
  const chunk = Buffer.from(clientFrame(binary, "Hello"));
  recorder.whole = (_header, bytes) => assert.equal(bytes.buffer, chunk.buffer);
  new FrameDecoder(server, platform, recorder).receive(chunk);
});

test("parts of a long frame are handed on as they come", () => {
  const recorder = new Recorder();
  const decoder = new FrameDecoder(server, platform, recorder);
  const frame = clientFrame(binary, Buffer.alloc(1000));
  decoder.receive(frame.subarray(0, 508));
  assert.equal(recorder.partial, 500);
  decoder.receive(frame.subarray(508, 608));
  assert.equal(recorder.partial, 600);
});

test("a pause in the handler keeps what follows, until reading goes on", () => {
  const recorder = new Recorder();
  const decoder = new FrameDecoder(server, platform, recorder);
  recorder.onFrame = () => {
    decoder.paused = true;
  };
  decoder.receive(Buffer.concat([clientFrame(text, "a"), clientFrame(text, "b")]));
  decoder.receive(clientFrame(text, "c"));
  for (const expected of [1, 2, 3, 3]) {
    assert.equal(recorder.frames.length, expected);
    decoder.paused = false;
    decoder.read();
  }
  assert.deepEqual(
    recorder.frames.map(([, , payload]) => payload),
    ["a", "b", "c"],
  );
});

test("a frame may come in as many chunks as maxBufferedChunks, and in no more", () => {
  const decoder = new FrameDecoder({ ...server, maxBufferedChunks: 3 }, platform, new Recorder());
  const frame = clientFrame(binary, "Hello");
  for (let n = 0; n < 5; n++) {
    for (const [from, to] of [
      [0, 4],
      [4, 8],
      [8, 11],
    ])
      decoder.receive(Buffer.from(frame.subarray(from, to))); // prettier-ignore
  }
  for (const byte of [0, 1, 2]) decoder.receive(Buffer.from(frame.subarray(byte, byte + 1)));
  assert.throws(() => decoder.receive(frame.subarray(3, 4)), {
    code: "WS_ERR_TOO_MANY_BUFFERED_PARTS",
    message: "Too many buffered chunks",
  });
});

test("what is held stays unread, whatever a pause does, until it is released", () => {
  const recorder = new Recorder();
  const decoder = new FrameDecoder(server, platform, recorder);
  decoder.held = true;
  decoder.receive(clientFrame(text, "a"));
  decoder.paused = true;
  decoder.paused = false;
  decoder.read();
  assert.equal(recorder.frames.length, 0);
  decoder.held = false;
  decoder.read();
  assert.equal(recorder.frames.length, 1);
});

test("a handler that throws has read its frame, and the rest is still there", () => {
  const recorder = new Recorder();
  const decoder = new FrameDecoder(server, platform, recorder);
  recorder.onFrame = ([, , payload]) => {
    if (payload === "a") throw new Error("mine");
  };
  assert.throws(() => decoder.receive(Buffer.concat([clientFrame(text, "a"), clientFrame(text, "b")])), /mine/);
  decoder.read();
  assert.deepEqual(recorder.frames.at(-1), [text, true, "b"]);
  assert.equal(recorder.frames.length, 2);
});

test("nothing is read after a stop, within the chunk or behind it", () => {
  const recorder = new Recorder();
  const decoder = new FrameDecoder(server, platform, recorder);
  recorder.onFrame = () => decoder.stop();
  decoder.receive(Buffer.concat([clientFrame(text, "a"), clientFrame(text, "b")]));
  decoder.receive(clientFrame(text, "c"));
  decoder.read();
  assert.equal(recorder.frames.length, 1);
});

test("a handler that calls read or receive does not start a second loop", () => {
  const recorder = new Recorder();
  const decoder = new FrameDecoder(server, platform, recorder);
  recorder.onFrame = ([, , payload]) => {
    decoder.read();
    if (payload === "a") decoder.receive(clientFrame(text, "c"));
  };
  decoder.receive(Buffer.concat([clientFrame(text, "a"), clientFrame(text, "b")]));
  assert.equal(recorder.frames.map(([, , payload]) => payload).join(""), "abc");
});

test("random bytes give frames or a documented error, in bounded memory", () => {
  const random = new Random(7);
  for (let n = 0; n < 20_000; n++) {
    const recorder = new Recorder();
    let allocated = 0;
    const allocate = (size: number): Buffer => {
      allocated += size;
      return platform.allocate(size);
    };
    const decoder = new FrameDecoder(server, { ...platform, allocate }, recorder);
    const valid = random.below(2) === 0;
    const bytes = valid ? Buffer.from(stream) : random.bytes(random.below(60));
    if (valid) bytes[random.below(bytes.length)] = random.below(256);
    try {
      for (let at = 0; at < bytes.length; at += 7) decoder.receive(Buffer.from(bytes.subarray(at, at + 7)));
    } catch (error) {
      assert.ok(isProtocolError(error), String(error));
    }
    assert.ok(allocated <= 125 * 20);
  }
});
