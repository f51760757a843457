/** Frames of WebTransport, at every split, beside engine.io-parser's streams. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { type EngineErrorCode, encodeFrame, FrameReader, type Packet, portable } from "../../src/engine.ts";
import { hasUtf8, packet, plain, refusal } from "./packets.ts";
import { forPeer, type PeerPacket, parser4 } from "./peers.ts";

const maxPayload = 100_000;

const filled = (length: number): Uint8Array => new Uint8Array(length).fill(7);

const vectors: [name: string, hex: string, packet: Packet][] = [
  ["a ping", "01 32", { type: "ping", data: undefined }],
  ["a text", "06 34 68656c6c6f", { type: "message", data: "hello" }],
  ["a text in UTF-8", "04 34 e282ac", { type: "message", data: "\u20ac" }],
  ["bytes", "83 010203", { type: "message", data: Uint8Array.of(1, 2, 3) }],
  ["no bytes", "01 62", { type: "message", data: new Uint8Array(0) }],
  ["125 bytes", `fd ${"07".repeat(125)}`, { type: "message", data: filled(125) }],
  ["126 bytes", `fe 007e ${"07".repeat(126)}`, { type: "message", data: filled(126) }],
  ["65,535 bytes", `fe ffff ${"07".repeat(65_535)}`, { type: "message", data: filled(65_535) }],
  ["65,536 bytes", `ff 0000000000010000 ${"07".repeat(65_536)}`, { type: "message", data: filled(65_536) }],
];

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

function readAll(chunks: Iterable<Uint8Array>): Packet[] {
  const reader = new FrameReader(maxPayload, portable);
  return [...chunks].flatMap((chunk) => reader.receive(chunk));
}

for (const [name, hex, packet] of vectors) {
  test(`${name}: a frame, and back`, () => {
    assert.deepEqual(readAll([bytesOf(hex)]), [packet]);
    assert.deepEqual(encodeFrame(packet, portable), bytesOf(hex));
  });

  test(`${name}, between two others, is read at every split`, () => {
    const frame = bytesOf(hex);
    const bytes = Uint8Array.from([1, 0x32, ...frame, 1, 0x33]);
    const packets = [{ type: "ping", data: undefined }, packet, { type: "pong", data: undefined }];
    for (const at of splits(bytes.length)) {
      assert.deepEqual(readAll([bytes.subarray(0, at), bytes.subarray(at)]), packets);
    }
    assert.deepEqual(readAll(Array.from(bytes, (byte) => Uint8Array.of(byte))), packets);
  });
}

/** Every split of a short frame, and of a long one those near its ends. */
function splits(length: number): number[] {
  const all = Array.from({ length: length + 1 }, (_, at) => at);
  return length < 300 ? all : [...all.slice(0, 40), ...all.slice(-40)];
}

const refused: [name: string, hex: string, code: EngineErrorCode][] = [
  ["an empty text", "00", "empty"],
  ["empty bytes", "80", "empty"],
  ["an empty frame in two bytes", "7e 0000", "empty"],
  ["an empty frame in eight bytes", "ff 0000000000000000", "empty"],
  ["more than maxPayload", "ff 00000000000186a1", "too-long"],
  ["2^53 bytes announced", "ff 0020000000000000", "too-long"],
  ["2^64-1 bytes announced", "ff ffffffffffffffff", "too-long"],
  ["bad UTF-8", "02 34ff", "bad-utf8"],
  ["an unknown type", "01 39", "unknown-type"],
  ["bad base64", "03 624151", "bad-base64"],
];

for (const [name, hex, code] of refused) {
  test(`${name} is refused, whole and byte by byte`, () => {
    const bytes = bytesOf(hex);
    assert.throws(() => readAll([bytes]), { name: "EnginePacketError", code });
    assert.throws(() => readAll(Array.from(bytes, (byte) => Uint8Array.of(byte))), { code });
  });
}

test("a length is accepted in more bytes than it needs, as engine.io-parser does", () => {
  assert.deepEqual(readAll([bytesOf("7e 0001 32")]), [{ type: "ping", data: undefined }]);
});

test("bytes that come in pieces do not change when the chunks do", () => {
  const reader = new FrameReader(maxPayload, portable);
  const chunk = Uint8Array.of(0x82, 1);
  reader.receive(chunk);
  chunk.fill(9);
  assert.deepEqual(reader.receive(Uint8Array.of(2)), [{ type: "message", data: Uint8Array.of(1, 2) }]);
});

test("what was announced takes no memory before it comes", () => {
  const announced = bytesOf("ff 000000003fffffff 01");
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => new FrameReader(2 ** 30, portable));
  for (const reader of readers) reader.receive(announced);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 28);
});

test("a platform's own UTF-8 is used", () => {
  const utf8 = { encode: () => Uint8Array.of(0x32), decode: () => "3" };
  const platform = { ...portable, utf8 };
  assert.deepEqual(encodeFrame({ type: "close" }, platform), Uint8Array.of(1, 0x32));
  assert.deepEqual(new FrameReader(9, platform).receive(Uint8Array.of(1, 0x32)), [{ type: "pong", data: undefined }]);
});

const packets = fc.array(packet.filter(hasUtf8));

test("what was encoded is decoded, whatever the chunks", () => {
  fc.assert(
    fc.property(packets, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (packets, sizes) => {
      const bytes = Buffer.concat(packets.map((packet) => encodeFrame(packet, portable)));
      assert.deepEqual(readAll(cut(bytes, sizes)).map(plain), packets);
    }),
  );
});

function* cut(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

test("engine.io-parser writes the same, and reads what is written", async () => {
  const peerWrites = packets.map((packets) =>
    packets.filter(({ data }) => typeof data !== "object" || data.length > 0),
  );
  await fc.assert(
    fc.asyncProperty(peerWrites, async (packets) => {
      const frames = packets.map((packet) => encodeFrame(packet, portable));
      const theirs = await through(packets.map(forPeer), parser4.createPacketEncoderStream());
      assert.deepEqual(Buffer.concat(theirs), Buffer.concat(frames));
      const read: PeerPacket[] = await through(frames, parser4.createPacketDecoderStream(maxPayload));
      assert.deepEqual(
        read.map(({ type, data }) => plain({ type, data } as Packet)),
        packets,
      );
    }),
    { numRuns: 50 },
  );
});

async function through<In, Out>(items: readonly In[], stream: TransformStream<In, Out>): Promise<Out[]> {
  const results: Out[] = [];
  for await (const result of ReadableStream.from(items).pipeThrough(stream)) results.push(result);
  return results;
}

test("whatever the bytes, only documented errors come", () => {
  const random = new Random(4);
  const short = vectors.filter(([, hex]) => hex.length < 300);
  for (let n = 0; n < 20_000; n++) {
    const frames = Buffer.concat(Array.from({ length: 3 }, () => bytesOf(random.pick(short)[1])));
    const bytes = mutate(random, frames, ["\x7e", "\x7f", "\xff", "\0"]);
    refusal(() => readAll(cut(bytes, [1 + random.below(9)])));
  }
});

test("five megabytes that come byte by byte, and a million frames in one chunk, cost linear time", () => {
  const start = performance.now();
  const reader = new FrameReader(5_000_000, portable);
  reader.receive(bytesOf("ff 00000000004c4b40"));
  const byte = Uint8Array.of(7);
  for (let n = 1; n < 5_000_000; n++) reader.receive(byte);
  assert.equal(reader.receive(byte).length, 1);
  assert.equal(readAll([Buffer.from("\x012".repeat(1_000_000))]).length, 1_000_000);
  assert.ok(performance.now() - start < 20_000);
});
