/** permessage-deflate: whatever we send, a zlib stream reads; whatever a zlib stream sends, we read. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { constants, deflateRawSync, type ZlibOptions } from "node:zlib";
import { Deflate, type DeflateSettings, deflateShared } from "../../src/node/deflate.ts";
import type { DeflateParameters } from "../../src/protocol/deflate-offer.ts";
import { closeCodeOf, isProtocolError } from "../../src/protocol/errors.ts";
import { Random } from "../random.ts";
import { longestDistance } from "./distances.ts";
import { type PeerWindow, ZlibPeer } from "./zlib-peer.ts";

interface Outcome {
  error: Error | undefined;
  data: Buffer;
}

function deflated(deflate: Deflate, plain: Buffer, fin = true): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflate.deflate(plain, fin, (error, data) => (error === undefined ? resolve(data) : reject(error)));
  });
}

function inflated(deflate: Deflate, compressed: Buffer, maxPayload = 0): Promise<Outcome> {
  return new Promise((resolve) => {
    deflate.inflate(compressed, maxPayload, (error, data) => resolve({ error, data }));
  });
}

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

const fresh = (settings: DeflateSettings = {}): Deflate => new Deflate({}, settings, true);

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

test("a message does not hold much more memory than its length", async () => {
  for (const length of [10, 3000, 20_000, 100_000]) {
    const plain = new Random(length).bytes(length);
    const { data } = await inflated(fresh(), deflateShared(plain, 15));
    assert.ok(data.equals(plain));
    assert.ok(data.buffer.byteLength <= 2 * Math.max(length, Buffer.poolSize), `${data.buffer.byteLength}`);
  }
});

/** The examples of RFC 7692 §7.2.3 and more. */
const readable: [name: string, messages: [hex: string, text: string][]][] = [
  ["one block (§7.2.3.1)", [["f2 48 cd c9 c9 07 00", "Hello"]]],
  [
    "the window again (§7.2.3.2)",
    [
      ["f2 48 cd c9 c9 07 00", "Hello"],
      ["f2 00 11 00 00", "Hello"],
    ],
  ],
  ["a block that is not compressed (§7.2.3.3)", [["00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello"]]],
  ["a final block (§7.2.3.4)", [["f3 48 cd c9 c9 07 00 00", "Hello"]]],
  ["a final block and nothing behind it", [["f3 48 cd c9 c9 07 00", "Hello"]]],
  [
    "the window before a final block",
    [
      ["f3 48 cd c9 c9 07 00 00", "Hello"],
      ["f2 00 11 00 00", "Hello"],
    ],
  ],
  ["final blocks between", [["f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 f2 00 11 00 00", "HelloHelloHello"]]],
  ["two blocks (§7.2.3.5)", [["f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello"]]],
  [
    "an empty message (§7.2.3.6)",
    [
      ["00", ""],
      ["f2 48 cd c9 c9 07 00", "Hello"],
    ],
  ],
  [
    "not a single block",
    [
      ["", ""],
      ["f2 48 cd c9 c9 07 00", "Hello"],
    ],
  ],
];

for (const [name, messages] of readable) {
  test(`reads ${name}`, async () => {
    const deflate = fresh();
    for (const [hex, text] of messages) {
      const { error, data } = await inflated(deflate, Buffer.from(hex.replaceAll(" ", ""), "hex"));
      assert.equal(error, undefined);
      assert.equal(data.toString(), text);
    }
  });
}

/** A fixed block (RFC 1951 §3.2.6) that copies three bytes from so far back. */
function copyFrom(distance: number): Buffer {
  const bits: number[] = [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]; // not final, fixed, length 3
  const extra = distance <= 4 ? 0 : Math.floor(Math.log2(distance - 1)) - 1;
  const symbol = extra === 0 ? distance - 1 : 2 * extra + ((distance - 1) >> extra);
  for (let n = 4; n >= 0; n--) bits.push((symbol >> n) & 1);
  for (let n = 0; n < extra; n++) bits.push(((distance - 1) >> n) & 1);
  bits.push(0, 0, 0, 0, 0, 0, 0, 0, 0, 0); // end of block, header of the stored block
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, at) => {
    bytes[at >> 3]! |= bit << (at & 7);
  });
  return bytes;
}

for (const bits of [8, 9, 12, 15]) {
  test(`a peer may point back ${2 ** bits} bytes, which is all of a window of ${bits} bits`, async () => {
    const size = 2 ** bits;
    const deflate = new Deflate({ client_max_window_bits: bits }, {}, true);
    const plain = new Random(bits).bytes(size + 100);
    for (const part of [plain.subarray(0, 70), plain.subarray(70)]) await inflated(deflate, deflateShared(part, 15));
    const { error, data } = await inflated(deflate, copyFrom(size));
    assert.equal(error, undefined);
    assert.deepEqual(data, plain.subarray(100, 103));
    if (bits === 15) return; // DEFLATE has no longer distance
    assert.equal((await inflated(deflate, copyFrom(size + 4))).error?.message, "invalid distance too far back");
  });
}

const whole = deflateShared(Buffer.from("a message of which the end is missing"), 15);
const refused: [name: string, compressed: Buffer, code: string][] = [
  ["a block of no type", Buffer.from("ff", "hex"), "Z_DATA_ERROR"],
  ["text", Buffer.from("something invalid"), "Z_DATA_ERROR"],
  ["a stored block with a wrong length", Buffer.from("000500fffa48656c6c6f00", "hex"), "Z_DATA_ERROR"],
  ["a distance before the first byte", Buffer.from("f200110000", "hex"), "Z_DATA_ERROR"],
  ["a stored block without its end", Buffer.from("00500 0afff48656c6c6f".replace(" ", ""), "hex"), "Z_BUF_ERROR"],
  ["garbage behind a final block", Buffer.from("f348cdc9c90700ff", "hex"), "Z_DATA_ERROR"],
];

for (const [name, compressed, code] of refused) {
  test(`refuses ${name}, at once and in a thread`, async () => {
    for (const padding of [0, 40_000]) {
      const long = Buffer.concat([...Array(padding / 5).fill(Buffer.from("000000ffff", "hex")), compressed]);
      const { error, data } = await inflated(fresh(), long);
      assert.ok(isProtocolError(error), name);
      assert.equal(error.code, code);
      assert.equal(closeCodeOf(error), 1007);
      assert.equal(data.length, 0);
    }
  });
}

test("wherever a message is cut off, it is refused or ends in a whole block", async () => {
  for (let end = 1; end < whole.length; end++) {
    const { error } = await inflated(fresh(), whole.subarray(0, end));
    assert.ok(isProtocolError(error), `cut at ${end}`);
    assert.equal(closeCodeOf(error), 1007);
  }
});

const zeros = deflateRawSync(Buffer.alloc(0x100_0000), { finishFlush: constants.Z_SYNC_FLUSH });
const bombs: [name: string, compressed: Buffer, maxPayload: number][] = [
  ["16 KiB for 16 MiB", zeros, 1_000_000],
  ["16 KiB for 16 MiB, with a limit that is looked at at once", zeros, 100_000],
  ["one MiB for one GiB", Buffer.concat(Array(64).fill(zeros)), 1_000_000],
  [
    "final blocks, each below the limit",
    Buffer.concat(Array(9).fill(deflateRawSync(Buffer.alloc(200_000)))),
    1_000_000,
  ],
];

for (const [name, compressed, maxPayload] of bombs) {
  test(`a bomb fails with 1009 and takes little memory: ${name}`, async () => {
    const before = process.resourceUsage().maxRSS;
    const { error, data } = await inflated(fresh(), compressed, maxPayload);
    assert.ok(isProtocolError(error));
    assert.equal(error.code, "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH");
    assert.equal(closeCodeOf(error), 1009);
    assert.equal(data.length, 0);
    assert.ok(process.resourceUsage().maxRSS - before < 30_000, "KiB");
  });
}

test("a message as long as the limit is taken, one byte more is not", async () => {
  for (const length of [1, 1000, 262_144, 262_145, 500_000]) {
    const compressed = deflateShared(Buffer.alloc(length, "x"), 15);
    assert.equal((await inflated(fresh(), compressed, length)).data.length, length);
    if (length > 1) assert.ok(isProtocolError((await inflated(fresh(), compressed, length - 1)).error));
    for (const unlimited of [0, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER]) {
      assert.equal((await inflated(fresh(), compressed, unlimited)).data.length, length);
    }
  }
});

test("final blocks without end are refused before they cost much", async () => {
  for (const count of [10_000, 100_000]) {
    const { error } = await inflated(fresh(), Buffer.alloc(2 * count, Buffer.from([3, 0])));
    assert.ok(isProtocolError(error));
    assert.equal(error.code, "WS_ERR_TOO_MANY_BUFFERED_PARTS");
    assert.equal(closeCodeOf(error), 1008);
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

test("a long message of many final blocks points back over all of them", async () => {
  const parts = Array.from({ length: 100 }, (_, n) => new Random(n).bytes(400));
  const plain = Buffer.concat(parts);
  const blocks = parts.map((part, at) => deflateRawSync(part, { dictionary: Buffer.concat(parts.slice(0, at)) }));
  const { error, data } = await inflated(fresh(), Buffer.concat([...blocks, copyFrom(32_768)]));
  assert.equal(error, undefined);
  assert.deepEqual(data, Buffer.concat([plain, plain.subarray(-32_768).subarray(0, 3)]));
});

test("they show in the result", async () => {
  const plain = Buffer.alloc(2000, "hello");
  const length = async (zlibDeflateOptions: ZlibOptions): Promise<number> =>
    (await deflated(fresh({ zlibDeflateOptions }), plain)).length;
  assert.ok((await length({})) < 50);
  assert.ok((await length({ level: 0 })) > 2000);
  assert.ok((await length({ strategy: constants.Z_HUFFMAN_ONLY })) > 400);
  assert.ok((await length({ dictionary: plain })) < (await length({})));
  assert.ok(deflateShared(plain, 15, { zlibDeflateOptions: { level: 0 } }).length > 2000);
  assert.equal(deflateShared(plain, 15, { zlibDeflateOptions: { dictionary: plain } }).length, await length({}));
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
