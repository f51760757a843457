/** Sender beside npm's ws: frames piece by piece, and what the same calls write. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mock, test } from "node:test";
import * as peer from "ws";
import type { FrameOptions } from "../src/frame-pieces.ts";
import { Sender } from "../src/sender.ts";
import { Sink } from "./sink.ts";

/** ws has them; its types do not. */
const PeerSender: typeof Sender = Reflect.get(peer, "Sender");
const PerMessageDeflate: new (options: object) => Accepting = Reflect.get(peer, "PerMessageDeflate");

interface Accepting {
  accept(offers: object[]): void;
  compress: unknown;
}

const sizes = [0, 1, 125, 126, 65_535, 65_536, 70_000];
const flags = [false, true];

function* forms(): Generator<FrameOptions> {
  for (const mask of flags)
    for (const readOnly of flags)
      for (const fin of flags)
        for (const rsv1 of flags) for (const opcode of [0, 1, 2, 8]) yield { mask, readOnly, fin, rsv1, opcode };
}

/** As ws's `generateMask`: a key that is the same for both. */
const keys: [name: string, generateMask: (mask: Buffer) => void][] = [
  ["a key", (mask) => mask.set([1, 0xfe, 3, 0x80])],
  ["a key of zeros", (mask) => mask.fill(0)],
];

for (const [name, generateMask] of keys) {
  test(`frame gives the same pieces, and changes the same bytes, under ${name}`, () => {
    for (const form of forms()) {
      for (const size of sizes) {
        const payloads = [Buffer.alloc(size, "payload"), Buffer.alloc(size, "payload")] as const;
        const ours = Sender.frame(payloads[0], { ...form, generateMask });
        const theirs = PeerSender.frame(payloads[1], { ...form, generateMask });
        assert.deepEqual(ours, theirs, JSON.stringify({ size, ...form }));
        assert.deepEqual(payloads[0], payloads[1]);
        assert.equal(ours[1] === payloads[0], theirs[1] === payloads[1]);
      }
    }
  });
}

test("frame takes text", () => {
  for (const mask of flags) {
    const options = { fin: true, opcode: 1, mask, generateMask: (key: Buffer) => key.fill(7) };
    assert.deepEqual(Sender.frame("é", options), PeerSender.frame("é", options));
  }
});

test("the call of socket.io-adapter", () => {
  const data = Buffer.from('2["news",1]');
  const pieces = Sender.frame(data, { readOnly: false, mask: false, rsv1: false, opcode: 1, fin: true });
  assert.deepEqual(pieces, [Buffer.of(0x81, data.length), data]);
  assert.equal(pieces[1], data);
});

test("without generateMask keys are random, and are found in maskBuffer", () => {
  const maskBuffer = Buffer.alloc(4);
  const seen = new Set<string>();
  for (let n = 0; n < 50; n++) {
    const [frame] = Sender.frame(Buffer.from("1234"), { opcode: 2, fin: true, mask: true, readOnly: true, maskBuffer });
    assert.ok(frame);
    assert.deepEqual(frame.subarray(2, 6), maskBuffer);
    assert.deepEqual(
      frame.subarray(6),
      Buffer.from("1234").map((byte, at) => byte ^ maskBuffer[at]!),
    );
    seen.add(maskBuffer.toString("hex"));
  }
  assert.ok(seen.size > 45);
});

const fin = true;

/** Each ends with the callback of what it sent last. */
const programs: [name: string, run: (sender: Sender, done: () => void) => void][] = [
  [
    "messages of all kinds",
    (sender, done) => {
      sender.send("é", { fin });
      sender.send("é", { fin, binary: true });
      sender.send(Buffer.from("buffer"), { fin, binary: true, mask: true });
      sender.send(Uint8Array.of(1, 2).buffer, { fin, binary: true });
      sender.send(new DataView(Uint8Array.of(1, 2, 3).buffer, 1), { fin, binary: true });
      sender.send([1, 2, 3], { fin, binary: true }, done);
    },
  ],
  [
    "a message in fragments, with a ping between them",
    (sender, done) => {
      sender.send("a", { fin: false });
      sender.ping("now");
      sender.send("b", {});
      sender.send(Buffer.alloc(300), { fin, binary: true });
      sender.send("c", { fin }, done);
    },
  ],
  [
    "pings and pongs of all kinds, masked and not",
    (sender, done) => {
      sender.ping("");
      sender.ping("é", true);
      sender.pong(Buffer.from("x"), false);
      sender.pong(Uint8Array.of(1).buffer, true, done);
    },
  ],
  ["close without anything", (sender, done) => sender.close(undefined, undefined, false, done)],
  ["close with a code", (sender, done) => sender.close(1000, undefined, false, done)],
  ["close with a code and a reason", (sender, done) => sender.close(4000, "because é", true, done)],
  ["close with a code and bytes", (sender, done) => sender.close(4000, Uint8Array.of(65), false, done)],
  [
    "Blobs in their turn",
    (sender, done) => {
      sender.send(new Blob(["blob"]), { fin, binary: true });
      sender.ping(new Blob(["ping"]));
      sender.send("behind", { fin });
      sender.close(1000, undefined, false, done);
    },
  ],
  [
    "frames that were made before",
    (sender, done) => {
      sender.sendFrame(PeerSender.frame(Buffer.from("made"), { fin, opcode: 1 }));
      sender.sendFrame(PeerSender.frame(Buffer.alloc(0), { fin, opcode: 1 }), done);
    },
  ],
  [
    "compressed messages, in their turn",
    (sender, done) => {
      sender.send("compress me, compress me", { fin, compress: true });
      sender.send(Buffer.alloc(5000, "b"), { fin, compress: true, binary: true });
      sender.ping("behind");
      sender.send("as it is", { fin });
      sender.send("in ", { compress: true });
      sender.send("fragments", { fin, compress: false });
      sender.close(1000, undefined, false, done);
    },
  ],
];

function compressing(offer: object, options: object): { "permessage-deflate": never } {
  const deflate = new PerMessageDeflate({ isServer: true, ...options });
  deflate.accept([offer]);
  return { "permessage-deflate": deflate as never };
}

const extensions: [name: string, make: () => { "permessage-deflate"?: never }][] = [
  ["with context", () => compressing({}, {})],
  ["without context, above a threshold", () => compressing({ server_no_context_takeover: [true] }, { threshold: 20 })],
];

/** What the stream got to encode, and what went out of it. */
async function writtenBy(Class: typeof Sender, run: (typeof programs)[number][1], extension: object): Promise<object> {
  const sink = new Sink();
  const write = mock.method(sink, "write");
  const sender = new Class(sink, extension, (mask) => mask.set([9, 8, 7, 6]));
  await new Promise<void>((resolve) => run(sender, resolve));
  const given: unknown[] = write.mock.calls.map((call) => call.arguments[0]);
  return { texts: given.filter((piece) => typeof piece === "string"), sent: sink.bytes };
}

for (const [name, run] of programs) {
  for (const [setting, make] of extensions) {
    test(`${name}, ${setting}`, async () => {
      assert.deepEqual(await writtenBy(Sender, run, make()), await writtenBy(PeerSender, run, make()));
    });
  }
}

const refused: [name: string, call: (sender: Sender) => void][] = [
  ["a ping of 126 bytes", (sender) => sender.ping("a".repeat(126))],
  ["a pong of 126 bytes in fewer characters", (sender) => sender.pong("é".repeat(63))],
  ["a Blob of 126 bytes as ping", (sender) => sender.ping(new Blob(["a".repeat(126)]))],
  ["a code that is only seen", (sender) => sender.close(1006)],
  ["a code that is no number", (sender) => Reflect.apply(sender.close, sender, ["1000"])],
  ["a reason of 124 bytes", (sender) => sender.close(1000, "a".repeat(124))],
  ["a reason that is no text", (sender) => Reflect.apply(sender.close, sender, [1000, Uint16Array.of(1)])],
];

for (const [name, call] of refused) {
  test(`${name} is refused in the words of ws`, () => {
    const sink = new Sink();
    const errorOf = (Class: typeof Sender): unknown => {
      try {
        call(new Class(sink));
      } catch (error) {
        return error;
      }
      return assert.fail("accepted");
    };
    assert.deepEqual(errorOf(Sender), errorOf(PeerSender));
    assert.equal(sink.bytes.length, 0);
  });
}

test("of a socket that closes while a message is compressed all who wait are told, and nothing more is compressed", async () => {
  for (const Class of [Sender, PeerSender]) {
    const sink = new Sink();
    const compressed: unknown[] = [];
    const { "permessage-deflate": deflate } = compressing({}, {});
    Object.assign(deflate, {
      compress(data: Buffer, _fin: boolean, done: (error: null, data: Buffer) => void) {
        compressed.push(data);
        setImmediate(done, null, data);
      },
    });
    const sender = new Class(sink, { "permessage-deflate": deflate });
    const errors: unknown[] = [];
    const options = { fin, compress: true };
    for (const text of ["a", "b", "c"]) sender.send(text, options, (error) => errors.push(error?.message));
    const closed = once(sink, "close");
    sink.destroy();
    await closed;
    await new Promise(setImmediate);
    assert.equal(compressed.length, 1);
    assert.deepEqual(errors, Array(3).fill("The socket was closed while data was being compressed"));
    assert.equal(sink.bytes.length, 0);
  }
});

test("a Blob that cannot be read is told to its callback, to those behind it and to onerror", async () => {
  for (const Class of [Sender, PeerSender]) {
    const sender = new Class(new Sink());
    const told: unknown[] = [];
    const broken = Object.assign(new Blob(["x"]), { arrayBuffer: () => Promise.reject(new Error("gone")) });
    const failed = new Promise<Error>((resolve) => {
      sender.onerror = resolve;
    });
    sender.send(broken, { fin }, (error) => told.push(error?.message));
    sender.ping("behind", false, (error) => told.push(error?.message));
    assert.equal((await failed).message, "gone");
    assert.deepEqual(told, ["gone", "gone"]);
  }
});
