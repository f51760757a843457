/** permessage-deflate: whatever we send, a zlib stream reads; whatever a zlib stream sends, we read. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { constants, type ZlibOptions } from "node:zlib";
import { Random } from "../../../../scripts/test/random.ts";
import { Deflate, type DeflateSettings, deflateShared } from "../../src/node/deflate.ts";
import type { DeflateParameters } from "../../src/protocol/deflate-offer.ts";
import { deflated, fresh, inflated, type Outcome } from "./deflate-answers.ts";
import { longestDistance } from "./distances.ts";
import { type PeerWindow, ZlibPeer } from "./zlib-peer.ts";

/** A server of ours, or a client, with a zlib stream at the other end. */
function pair(options: { server: boolean; sent: PeerWindow; received: PeerWindow; settings?: DeflateSettings }): {
  deflate: Deflate;
  peer: ZlibPeer;
} {
  const { server, sent, received, settings = {} } = options;
  const [ofServer, ofClient] = server ? [sent, received] : [received, sent];
  const parameters: DeflateParameters = {
    server_max_window_bits: ofServer.bits,
    client_max_window_bits: ofClient.bits,
  };
  if (!ofServer.takeover) parameters.server_no_context_takeover = true;
  if (!ofClient.takeover) parameters.client_no_context_takeover = true;
  const peer = new ZlibPeer({ theirs: sent, own: received });
  after(() => peer.close());
  return { deflate: new Deflate(parameters, settings, server), peer };
}

const words = "room user message price symbol update session typing presence {} [] : , 0 1 true null".split(" ");

/** Sometimes noise, sometimes text that repeats itself. */
function message(random: Random, length: number): Buffer {
  if (random.below(4) === 0) return random.bytes(length);
  let text = "";
  while (text.length < length) text += `${random.pick(words)}${random.below(30)} `;
  return Buffer.from(text.slice(0, length));
}

const lengths = [0, 1, 50, 300, 2000, 9000, 16_383, 16_384, 50_000];
const windows: PeerWindow[] = [8, 9, 10, 11, 12, 13, 14, 15].flatMap((bits) => [
  { bits, takeover: true },
  { bits, takeover: false },
]);

for (const window of windows) {
  const name = `window of ${window.bits} bits, ${window.takeover ? "with" : "without"} takeover`;
  const other = { bits: 15, takeover: true };

  test(`${name}: a zlib stream reads all that we send, long and short, in pieces, shared and not`, async () => {
    const random = new Random(window.bits);
    const { deflate, peer } = pair({ server: window.takeover, sent: window, received: other });
    const sent: { plain: Buffer; payload: Promise<Buffer[]> }[] = [];
    for (let n = 0; n < 60; n++) {
      const plain = message(random, random.pick(lengths));
      const kind = random.below(6);
      if (kind === 0) {
        const payload = deflateShared(plain, deflate.windowBits);
        deflate.sentShared(plain);
        sent.push({ plain, payload: Promise.resolve([payload]) });
      } else if (kind === 1) {
        const middle = random.below(plain.length + 1);
        const pieces = [plain.subarray(0, middle), plain.subarray(middle, middle), plain.subarray(middle)];
        const payloads = pieces.map((piece, at) => deflated(deflate, piece, at === 2));
        sent.push({ plain, payload: Promise.all(payloads) });
      } else if (kind > 2) {
        sent.push({ plain, payload: deflated(deflate, plain).then((payload) => [payload]) });
      } // else it goes uncompressed, and nobody learns of it
    }
    for (const { plain, payload } of sent) {
      const frames = await payload;
      assert.ok(longestDistance(Buffer.concat(frames)) <= 2 ** window.bits);
      const read: Buffer[] = [];
      for (const [at, frame] of frames.entries()) read.push(await peer.inflate(frame, at === frames.length - 1));
      assert.ok(Buffer.concat(read).equals(plain));
    }
  });

  test(`${name}: we read all that a zlib stream sends`, async () => {
    const random = new Random(100 + window.bits);
    const { deflate, peer } = pair({ server: !window.takeover, sent: other, received: window });
    const expected: Buffer[] = [];
    const got: Promise<Outcome>[] = [];
    for (let n = 0; n < 60; n++) {
      const plain = message(random, random.pick([...lengths, 300_000]));
      expected.push(plain);
      got.push(inflated(deflate, await peer.deflate(plain)));
    }
    for (const [at, { error, data }] of (await Promise.all(got)).entries()) {
      assert.equal(error, undefined);
      assert.ok(data.equals(expected[at]!));
    }
  });
}

test("short ones are done at once, a long one later, and all in order", async () => {
  const deflate = fresh();
  const order: string[] = [];
  const send = (name: string, length: number): Promise<void> =>
    new Promise((resolve) => {
      deflate.deflate(Buffer.alloc(length, name), true, () => {
        order.push(name);
        resolve();
      });
    });
  void send("a", 100);
  assert.deepEqual(order, ["a"]);
  const all = [send("b", 100_000), send("c", 10), send("d", 200_000), send("e", 10)];
  assert.deepEqual(order, ["a"]);
  await Promise.all(all);
  assert.deepEqual(order, ["a", "b", "c", "d", "e"]);
});

test("reading too is done at once or later, in order", async () => {
  const { deflate, peer } = pair({
    server: true,
    sent: { bits: 15, takeover: true },
    received: { bits: 15, takeover: true },
  });
  const plains = [10, 1_000_000, 20, 300_000, 30].map((length) => Buffer.alloc(length, "ab"));
  const payloads: Buffer[] = [];
  for (const plain of plains) payloads.push(await peer.deflate(plain));
  const order: number[] = [];
  const all = payloads.map(async (payload) => {
    const { data } = await new Promise<Outcome>((resolve) => {
      deflate.inflate(payload, 0, (error, data) => {
        order.push(data.length);
        resolve({ error, data });
      });
    });
    return data;
  });
  assert.deepEqual(order, [10]);
  assert.deepEqual(await Promise.all(all), plains);
  assert.deepEqual(order, [10, 1_000_000, 20, 300_000, 30]);
});

test("with takeover a message that comes again is short, without it is not; its own pieces always are context", async () => {
  const plain = new Random(1).bytes(2000);
  const once = { client_no_context_takeover: true, server_no_context_takeover: true } as const;
  const taking = fresh();
  const resetting = new Deflate(once, {}, true);
  assert.ok((await deflated(taking, plain)).length > 2000);
  assert.ok((await deflated(taking, plain)).length < 50);
  assert.ok((await deflated(resetting, plain, false)).length > 2000);
  assert.ok((await deflated(resetting, plain)).length < 50);
  assert.ok((await deflated(resetting, plain)).length > 2000);
});

test("a peer may change what it was given, and the program what it gave", async () => {
  const { deflate, peer } = pair({
    server: true,
    sent: { bits: 15, takeover: true },
    received: { bits: 15, takeover: true },
  });
  const plain = Buffer.from("never the same, never the same");
  for (let n = 0; n < 3; n++) {
    const given = Buffer.from(plain);
    const payload = await deflated(deflate, given);
    given.fill(0);
    assert.deepEqual(await peer.inflate(payload), plain);
    payload.fill(0);
    const { data } = await inflated(deflate, await peer.deflate(plain));
    assert.deepEqual(data, plain);
    data.fill(0);
  }
});

const obeyed: [name: string, options: ZlibOptions][] = [
  ["a level", { level: 0 }],
  ["a strategy", { strategy: constants.Z_HUFFMAN_ONLY }],
  ["little memory", { memLevel: 1 }],
  ["small chunks", { chunkSize: 64 }],
  ["a dictionary", { dictionary: Buffer.from("the program's own words, which both sides know") }],
  ["what the protocol decides", { windowBits: 9, finishFlush: constants.Z_FINISH, maxOutputLength: 1, info: true }],
];

for (const [name, options] of obeyed) {
  test(`zlib's options are obeyed: ${name}`, async () => {
    const { dictionary } = options;
    const preset = Buffer.isBuffer(dictionary) ? { dictionary } : {};
    const settings = { zlibDeflateOptions: options, zlibInflateOptions: options };
    for (const takeover of [true, false]) {
      const window = { bits: 15, takeover, ...preset };
      const { deflate, peer } = pair({ server: true, sent: window, received: window, settings });
      for (const length of [40, 5000, 40_000]) {
        const plain = Buffer.alloc(length, "the program's own words ");
        assert.deepEqual(await peer.inflate(await deflated(deflate, plain)), plain);
        assert.deepEqual((await inflated(deflate, await peer.deflate(plain))).data, plain);
      }
    }
  });
}

test("they show in the result", async () => {
  const plain = Buffer.alloc(2000, "hello");
  const length = async (zlibDeflateOptions: ZlibOptions): Promise<number> =>
    (await deflated(fresh({ zlibDeflateOptions }), plain)).length;
  assert.ok((await length({})) < 50);
  assert.ok((await length({ level: 0 })) > 2000);
  assert.ok((await length({ strategy: constants.Z_HUFFMAN_ONLY })) > 400);
  assert.ok((await length({ dictionary: plain })) < (await length({})));
});

test("options that zlib does not take fail the message, short or long", async () => {
  const settings = { zlibDeflateOptions: { level: 99 }, zlibInflateOptions: { chunkSize: 1 } };
  for (const length of [10, 50_000]) {
    await assert.rejects(deflated(fresh(settings), Buffer.alloc(length)), { code: "ERR_OUT_OF_RANGE" });
    const { error } = await inflated(fresh(settings), new Random(1).bytes(length));
    assert.ok(error !== undefined && "code" in error && error.code === "ERR_OUT_OF_RANGE");
  }
  assert.ok((await deflated(fresh(), Buffer.alloc(50_000))).length > 0);
});

test("once it is released it never answers, neither what is under way nor what comes", async () => {
  const [gone, other] = [fresh(), fresh()];
  const compressed = deflateShared(Buffer.alloc(1_000_000), 15);
  const never = (): void => assert.fail("answered after release");
  for (let n = 0; n < 20; n++) {
    gone.deflate(Buffer.alloc(100_000), true, never);
    gone.inflate(compressed, 0, never);
  }
  gone.release();
  gone.deflate(Buffer.alloc(10), true, never);
  gone.inflate(Buffer.from([0]), 0, never);
  gone.sentShared(Buffer.alloc(10));
  for (let n = 0; n < 20; n++) await Promise.all([deflated(other, Buffer.alloc(500_000)), inflated(other, compressed)]);
});

test("it may be released within an answer", async () => {
  const gone = fresh();
  gone.deflate(Buffer.alloc(10), true, () => gone.release());
  gone.deflate(Buffer.alloc(10), true, () => assert.fail("answered after release"));
});

test("the threshold counts only without takeover, as with ws", () => {
  const resets = { server_no_context_takeover: true } as const;
  const cases: [
    parameters: DeflateParameters,
    settings: DeflateSettings,
    server: boolean,
    length: number,
    is: boolean,
  ][] = [
    [{}, {}, true, 0, true],
    [resets, {}, true, 1023, false],
    [resets, {}, true, 1024, true],
    [resets, {}, false, 1, true],
    [{ client_no_context_takeover: true }, { threshold: 10 }, false, 9, false],
    [{ client_no_context_takeover: true }, { threshold: 10 }, false, 10, true],
    [resets, { threshold: 0 }, true, 0, true],
  ];
  for (const [parameters, settings, server, length, is] of cases) {
    assert.equal(new Deflate(parameters, settings, server).compresses(length), is);
  }
});

test("the window is that of our own side", () => {
  const parameters = { server_max_window_bits: 9, client_max_window_bits: 10 };
  assert.equal(new Deflate(parameters, {}, true).windowBits, 9);
  assert.equal(new Deflate(parameters, {}, false).windowBits, 10);
  assert.equal(new Deflate({}, {}, true).windowBits, 15);
});
