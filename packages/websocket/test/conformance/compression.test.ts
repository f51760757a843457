/** permessage-deflate, RFC 7692: what is agreed on, with all windows and both ways to keep them, and messages under it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { Random } from "../../../../scripts/test/random.ts";
import { ZlibPeer } from "../node/zlib-peer.ts";
import { type CompressionOptions, openSides, type Side } from "./side.ts";
import { bytesOn, close, type Frame, type Heard, more, ping, readFrames, rest } from "./wire.ts";

const timeout = 60_000;
const kibibyte = 1024;
const rsv1 = 0x40;

/** What both sides say, and what the windows are then. */
interface Agreement {
  readonly options: CompressionOptions;
  /** What the wire says: its offer to a server, its answer to a client. */
  readonly offer: string;
  readonly answer: string;
  /** What the server, and what the client, compresses with. */
  readonly server: Window;
  readonly client: Window;
}

interface Window {
  readonly bits: number;
  readonly takeover: boolean;
}

/** Each window with each way to keep it: 32 agreements, all insisted on by options of the judged side. */
function agreements(): Agreement[] {
  return [8, 9, 10, 11, 12, 13, 14, 15].flatMap((bits) =>
    [0, 1, 2, 3].map((resets): Agreement => {
      const server = { bits, takeover: (resets & 1) === 0 };
      const client = { bits: 23 - bits, takeover: (resets & 2) === 0 };
      const parameters = [
        ...(server.takeover ? [] : ["server_no_context_takeover"]),
        ...(client.takeover ? [] : ["client_no_context_takeover"]),
        `server_max_window_bits=${server.bits}`,
        `client_max_window_bits=${client.bits}`,
      ];
      const said = ["permessage-deflate", ...parameters].join("; ");
      const options: CompressionOptions = {
        serverMaxWindowBits: server.bits,
        clientMaxWindowBits: client.bits,
        threshold: 0,
        ...(server.takeover ? {} : { serverNoContextTakeover: true }),
        ...(client.takeover ? {} : { clientNoContextTakeover: true }),
      };
      return { options, offer: said, answer: said, server, client };
    }),
  );
}

const random = new Random(7692);
const words = Array.from({ length: 200 }, () => random.bytes(2 + random.below(6)).toString("base64"));

/** As real as messages are: words that come again, then bytes that do not, then nothing new at all. */
function content(length: number): Buffer {
  const kind = random.below(3);
  if (kind === 0) return random.bytes(length);
  if (kind === 1) return Buffer.alloc(length, "x");
  let sentence = "";
  while (sentence.length < length) sentence += `${random.pick(words)} `;
  return Buffer.from(sentence.slice(0, length));
}

/** zlib makes no window of 8 bits: who may not point back further does not point back at all. */
class Compressor {
  private readonly peer: ZlibPeer;
  private readonly bits: number;

  constructor(own: Window, theirs: Window) {
    this.bits = own.bits;
    this.peer = new ZlibPeer({ own: { ...own, bits: Math.max(9, own.bits) }, theirs: { ...theirs } });
  }

  async deflate(plain: Buffer): Promise<Buffer> {
    if (this.bits > 8) return this.peer.deflate(plain);
    const strategy = constants.Z_HUFFMAN_ONLY;
    return deflateRawSync(plain, { strategy, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  }

  inflate(payload: Buffer): Promise<Buffer> {
    return this.peer.inflate(payload);
  }

  close(): void {
    this.peer.close();
  }
}

interface Message {
  readonly plain: Buffer;
  readonly frames: readonly Frame[];
}

/** As it comes from `compressor`, or as it is; in frames of `size` bytes, which cut it anywhere. */
async function compressed(compressor: Compressor, plain: Buffer, size: number): Promise<Message> {
  const payload = await compressor.deflate(plain);
  const count = Math.max(1, Math.ceil(payload.length / size));
  const frames = Array.from(
    { length: count },
    (_, at): Frame => [
      at === 0 ? 2 : 0,
      payload.subarray(at * size, (at + 1) * size),
      { fin: at === count - 1, reserved: at === 0 ? rsv1 : 0 },
    ],
  );
  return { plain, frames };
}

function uncompressed(plain: Buffer): Message {
  const half = plain.length >> 1;
  return { plain, frames: [[2, plain.subarray(0, half), more], ping("between"), rest(plain.subarray(half))] };
}

/** Sends all of `lengths`, and wants each back as the same bytes, compressed. */
async function exchange(
  side: Side,
  { offer, answer, server, client }: Agreement,
  lengths: readonly number[],
): Promise<void> {
  const { wire, program, head, closed, told } = await side.open(side.masks ? answer : offer);
  const [theirs, own] = side.masks ? [client, server] : [server, client];
  if (!side.masks) assert.equal(/^Sec-WebSocket-Extensions: (.*)\r$/m.exec(head)?.[1], answer, side.name);
  program.on("message", (data: Buffer, binary: boolean) => program.send(data, { binary }));
  const compressor = new Compressor(own, theirs);
  const sent: Message[] = [];
  for (const [at, length] of lengths.entries()) {
    const plain = content(length);
    if (at % 5 === 4) sent.push(uncompressed(plain));
    else sent.push(await compressed(compressor, plain, at % 2 === 0 ? Infinity : 256));
  }
  wire.socket.write(bytesOn(!side.masks, [...sent.flatMap(({ frames }) => frames), close(1000)]));
  const heard = readFrames(await wire.all(), side.masks);
  await closed;
  const came = await inflated(heard, compressor);
  compressor.close();
  assert.deepEqual(told.at(-1), "close 1000 ", side.name);
  assert.equal(came.length, sent.length, side.name);
  for (const [at, { plain }] of sent.entries()) assert.ok(came[at]?.equals(plain), `${side.name}, message ${at}`);
}

/** The messages among the frames, in order. */
async function inflated(frames: readonly Heard[], compressor: Compressor): Promise<Buffer[]> {
  const messages: Buffer[] = [];
  for (const { kind, fin, compressed, payload } of frames) {
    if (kind !== "binary") continue;
    assert.ok(fin && compressed);
    messages.push(await compressor.inflate(payload));
  }
  return messages;
}

/** Of our own, with the options of this agreement. */
async function withSides(options: CompressionOptions, use: (sides: readonly Side[]) => Promise<void>): Promise<void> {
  const sides = await openSides({ perMessageDeflate: options });
  try {
    await use(sides);
  } finally {
    for (const side of sides) side.close();
  }
}

const mixed = [0, 1, 16, 64, 256, 300, 1024, 3000, 8192, 16_383, 16_384, 40_000, 100, 5];

for (const agreement of agreements()) {
  test(`messages of all lengths under ${agreement.offer}`, { timeout }, async () => {
    await withSides(agreement.options, async (sides) => {
      for (const side of sides.filter(({ ours }) => ours)) await exchange(side, agreement, mixed);
    });
  });
}

const whole = { bits: 15, takeover: true };
const plainly = {
  options: { threshold: 0 },
  offer: "permessage-deflate",
  answer: "permessage-deflate",
  server: whole,
  client: whole,
};

for (const [length, count] of [
  [16, 300],
  [64, 300],
  [256, 200],
  [1024, 100],
  [4 * kibibyte, 50],
  [8 * kibibyte, 30],
  [16 * kibibyte, 20],
  [32 * kibibyte, 10],
  [64 * kibibyte, 8],
  [128 * kibibyte, 6],
] as const) {
  test(`${count} messages of ${length} bytes, whole and in frames of 256`, { timeout }, async () => {
    await withSides(plainly.options, async (sides) => {
      const lengths = Array.from({ length: count }, () => length);
      for (const side of sides) await exchange(side, plainly, lengths);
    });
  });
}
