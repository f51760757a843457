/** Receiver beside npm's ws: the same bytes, cut at every place, give the same events. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as peer from "ws";
import { Random } from "../../../scripts/test/random.ts";
import { PerMessageDeflate } from "../src/permessage-deflate.ts";
import { Receiver, type ReceiverOptions } from "../src/receiver.ts";
import {
  binary,
  bytesOf,
  clientFrame,
  close,
  closePayload,
  continuation,
  ping,
  pong,
  serverFrame,
  text,
} from "./frames.ts";

/** ws has them; its types do not. */
const PeerReceiver: typeof Receiver = Reflect.get(peer, "Receiver");
const PeerDeflate: typeof PerMessageDeflate = Reflect.get(peer, "PerMessageDeflate");

/** Each side with a permessage-deflate of its own make, or none. */
type Options = Omit<ReceiverOptions, "extensions"> & { deflate?: { maxPayload?: number } };

async function plainOf(data: unknown): Promise<unknown> {
  return data instanceof Blob ? Buffer.from(await data.arrayBuffer()) : data;
}

/** What a Receiver emits for these chunks, until it has ended or failed. */
async function eventsOf(receiver: Receiver, chunks: readonly Buffer[]): Promise<unknown[]> {
  const events: unknown[] = [];
  for (const name of ["message", "ping", "pong", "conclude"]) {
    receiver.on(name, (...args: unknown[]) => events.push([name, ...args]));
  }
  receiver.on("error", () => {});
  for (const chunk of chunks) {
    if (!receiver.writable) break;
    const error = await new Promise<Error | null | undefined>((done) => receiver.write(Buffer.from(chunk), done));
    if (error) events.push([error.constructor.name, error.message, Reflect.get(error, "code")]);
  }
  return Promise.all(events.map(async (event) => (Array.isArray(event) ? Promise.all(event.map(plainOf)) : event)));
}

function make(Class: typeof Receiver, Deflate: typeof PerMessageDeflate, { deflate, ...options }: Options): Receiver {
  if (deflate === undefined) return new Class(options);
  const extension = new Deflate({ isServer: options.isServer ?? false, threshold: 0, ...deflate });
  extension.accept([{}]);
  return new Class({ ...options, extensions: { "permessage-deflate": extension } });
}

async function same(options: Options, chunks: readonly Buffer[]): Promise<unknown[]> {
  const ours = await eventsOf(make(Receiver, PerMessageDeflate, options), chunks);
  const theirs = await eventsOf(make(PeerReceiver, PeerDeflate, options), chunks);
  assert.deepEqual(ours, theirs, chunks.map((chunk) => chunk.toString("hex")).join(" "));
  return ours;
}

const server = { isServer: true };
const deflated = bytesOf("f248cdc9c907 00"); // RFC 7692 §7.2.3.1: "Hello"

const accepted: [name: string, options: Options, bytes: Buffer][] = [
  ["a text", {}, serverFrame(text, "Hello é")],
  ["a masked text", server, clientFrame(text, "Hello é")],
  ["empty messages", {}, Buffer.concat([serverFrame(text), serverFrame(binary), serverFrame(ping), serverFrame(pong)])],
  ["a length in 16 bits", server, clientFrame(text, "A".repeat(200))],
  [
    "fragments, and pings among them",
    server,
    Buffer.concat([
      clientFrame(text, "\xc3", { fin: false }),
      clientFrame(ping, "one"),
      clientFrame(continuation, "", { fin: false }),
      clientFrame(pong, "two"),
      clientFrame(continuation, "end"),
      clientFrame(binary, Buffer.alloc(20)),
    ]),
  ],
  ["a close without anything", {}, serverFrame(close)],
  [
    "a close with a code and a reason, and what is behind it",
    {},
    Buffer.concat([
      serverFrame(text, "before"),
      serverFrame(close, closePayload(1000, "DONE é")),
      serverFrame(text, "behind"),
    ]),
  ],
  ["a compressed message", { deflate: {} }, serverFrame(text, deflated, { reserved: 0x40 })],
  [
    "a compressed message in fragments, and a ping behind it",
    { ...server, deflate: {} },
    Buffer.concat([
      clientFrame(text, deflated.subarray(0, 3), { reserved: 0x40, fin: false }),
      clientFrame(ping, "between"),
      clientFrame(continuation, deflated.subarray(3)),
      clientFrame(ping, "behind"),
      clientFrame(close, closePayload(4000)),
    ]),
  ],
  [
    "text that is not valid, unchecked",
    { skipUTF8Validation: true },
    Buffer.concat([
      serverFrame(text, Buffer.of(0xce, 0xba, 0xe1, 0xbd)),
      serverFrame(close, closePayload(1000, Buffer.of(0xff))),
    ]),
  ],
  [
    "messages as ArrayBuffers",
    { binaryType: "arraybuffer" },
    Buffer.concat([serverFrame(binary, "ab"), serverFrame(text, "c")]),
  ],
  ["messages as Blobs", { binaryType: "blob" }, Buffer.concat([serverFrame(binary, "ab"), serverFrame(text, "c")])],
  [
    "messages as fragments",
    { binaryType: "fragments" },
    Buffer.concat([serverFrame(binary, "ab"), serverFrame(text, "c")]),
  ],
  [
    "one event in a turn",
    { allowSynchronousEvents: false },
    Buffer.concat([
      serverFrame(text, "a"),
      serverFrame(ping, "b"),
      serverFrame(pong, "c"),
      serverFrame(binary, "d"),
      serverFrame(close),
    ]),
  ],
];

const refused: [code: string, options: Options, hex: string][] = [
  ["WS_ERR_UNEXPECTED_RSV_1", {}, "c280 00000000"],
  ["WS_ERR_UNEXPECTED_RSV_1", { deflate: {} }, "4000"],
  ["WS_ERR_UNEXPECTED_RSV_1", { deflate: {} }, "c900"],
  ["WS_ERR_UNEXPECTED_RSV_2_3", {}, "a200"],
  ["WS_ERR_UNEXPECTED_RSV_2_3", {}, "9200"],
  ["WS_ERR_INVALID_OPCODE", {}, "0000"],
  ["WS_ERR_INVALID_OPCODE", {}, "0100 0100"],
  ["WS_ERR_INVALID_OPCODE", {}, "0100 0200"],
  ["WS_ERR_INVALID_OPCODE", {}, "8500"],
  ["WS_ERR_EXPECTED_FIN", {}, "0900"],
  ["WS_ERR_EXPECTED_MASK", server, "8102 6869"],
  ["WS_ERR_UNEXPECTED_MASK", {}, "8182 563aac80 3e53"],
  ["WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", {}, "897e"],
  ["WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", {}, "8801"],
  ["WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", {}, "827f 0020000000000000"],
  ["WS_ERR_INVALID_UTF8", {}, "8104 cebae1bd"],
  ["WS_ERR_INVALID_UTF8", {}, "8806 03ef cebae1bd"],
  ["WS_ERR_INVALID_UTF8", { deflate: {} }, "c107 3ab7ebe15e0000"],
  ["WS_ERR_INVALID_CLOSE_CODE", {}, "8802 0000"],
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", { maxPayload: 20 }, "8215 00"],
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", { maxPayload: 3 }, "0202 6161 8002 6161"],
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", { deflate: {}, maxPayload: 25 }, "c106 727424150000"],
  ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", { deflate: { maxPayload: 25 }, maxPayload: 25 }, "c106 727424150000"],
  ["Z_DATA_ERROR", { deflate: {} }, "c104 22faec78"],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", { maxFragments: 2 }, "0201 61 0001 62 0001 63"],
  ["WS_ERR_TOO_MANY_BUFFERED_PARTS", { maxFragments: 2 }, "0200 0000 0000"],
];

/** All in one, in two at every place, and byte by byte. */
function* splits(bytes: Buffer): Generator<Buffer[]> {
  for (let at = 0; at < bytes.length; at++) yield at === 0 ? [bytes] : [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (byte) => Buffer.of(byte));
}

for (const [name, options, bytes] of accepted) {
  test(`takes ${name}`, async () => {
    for (const chunks of splits(bytes)) {
      const events = await same(options, chunks);
      assert.notEqual(events.length, 0);
    }
  });
}

for (const [code, options, hex] of refused) {
  test(`refuses ${hex} with ${code}`, async () => {
    for (const chunks of splits(bytesOf(hex))) {
      const events = await same(options, chunks);
      assert.equal(Reflect.get(Object(events.at(-1)), 2), code);
    }
  });
}

test("a frame in too many chunks is refused", async () => {
  const chunks = ["8205", "61", "62", "63"].map(bytesOf);
  const [error] = await same({ maxBufferedChunks: 2 }, chunks);
  assert.equal(Reflect.get(Object(error), 2), "WS_ERR_TOO_MANY_BUFFERED_PARTS");
});

test("large messages in random pieces", async () => {
  const random = new Random(4);
  const bytes = Buffer.concat([
    clientFrame(binary, random.bytes(300), { fin: false }),
    clientFrame(continuation, random.bytes(65_535)),
    clientFrame(binary, random.bytes(70_000)),
    clientFrame(binary, random.bytes(200_000)),
  ]);
  for (let round = 0; round < 10; round++) {
    const chunks: Buffer[] = [];
    for (let at = 0, end = 0; at < bytes.length; at = end) {
      end = at + 1 + random.below(50_000);
      chunks.push(bytes.subarray(at, end));
    }
    const events = await same(server, chunks);
    assert.equal(events.length, 3);
  }
});

test("thousands of frames in one chunk", async () => {
  const events = await same({}, [Buffer.alloc(40_000, serverFrame(text))]);
  assert.equal(events.length, 20_000);
});

test("it ends behind a close frame", async () => {
  for (const Class of [Receiver, PeerReceiver]) {
    const receiver = new Class();
    const finished = new Promise((resolve) => receiver.on("finish", resolve));
    receiver.write(serverFrame(close));
    assert.equal(receiver.writableEnded, true);
    await finished;
  }
});

test("what was written behind a close frame, while a message was inflated, is dropped", async () => {
  for (const [Class, Deflate] of [
    [Receiver, PerMessageDeflate],
    [PeerReceiver, PeerDeflate],
  ] as const) {
    const receiver = make(Class, Deflate, { deflate: {} });
    const events: unknown[] = [];
    for (const name of ["message", "conclude"]) receiver.on(name, () => events.push(name));
    const finished = new Promise((resolve) => receiver.on("finish", resolve));
    receiver.write(serverFrame(text, deflated, { reserved: 0x40 }));
    receiver.write(serverFrame(close));
    receiver.write(serverFrame(text));
    await finished;
    assert.deepEqual(events, ["message", "conclude"]);
  }
});

test("what a listener throws comes out of write", () => {
  for (const Class of [Receiver, PeerReceiver]) {
    const receiver = new Class();
    receiver.on("message", () => {
      throw new Error("mine");
    });
    assert.throws(() => receiver.write(serverFrame(text)), { message: "mine" });
  }
});

test("destroyed while a message is inflated, it emits nothing more", async () => {
  const receiver = make(Receiver, PerMessageDeflate, { deflate: {} });
  receiver.on("message", assert.fail);
  receiver.write(serverFrame(text, deflated, { reserved: 0x40 }));
  const closed = new Promise((resolve) => receiver.on("close", resolve));
  receiver.destroy();
  await closed;
  await new Promise(setImmediate);
});
