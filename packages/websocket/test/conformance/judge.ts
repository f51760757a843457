/** Judges a table: each row on both sides, in one piece and at every split, and on npm's ws in one piece. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { Random } from "../../../../scripts/test/random.ts";
import { openSides, type Side, type SideOptions, type Trial } from "./side.ts";
import { bytesOn, close, type Frame, readFrames, sayClose, sayFrame } from "./wire.ts";

/** How the connection ends. With none of these it is still open after the row, and is closed with 1000. */
export interface End {
  /** The row breaks a rule: what the peer is sent, and what the program is told; a client, if that is another thing. */
  readonly fails?: readonly [closeCode: number, code: string, ofClient?: string];
  /** The row has a close frame, which is answered with the same. */
  readonly closes?: readonly [code?: number, reason?: string];
  /** The row has a frame that is not whole: its end is the end of the stream. */
  readonly waits?: true;
}

/** Where npm's ws does something else: by which rule it should not, and what it does. */
export interface Milder extends End {
  readonly rule: string;
  readonly told: readonly string[];
}

/**
 * `sends`: the frames of the peer. `told`: what the program hears of them; it sends each message back, and pings are
 * answered.
 */
export type Row = readonly [
  name: string,
  sends: readonly Frame[] | ((masked: boolean) => Buffer),
  told: readonly string[],
  end?: End & { readonly ws?: Milder },
];

interface Outcome {
  readonly told: readonly string[];
  readonly heard: readonly string[];
}

const everyCutUpTo = 48;
const byteByByteUpTo = 400;
const timeout = 30_000;

export interface JudgeOptions extends SideOptions {
  /** What the wire says in its opening handshake. */
  readonly extensions?: string;
}

/** Registers a test for each row. */
export function judge(rows: readonly Row[], options: JudgeOptions = {}): void {
  const sides: Side[] = [];
  before(async () => void sides.push(...(await openSides(options))));
  after(() => {
    for (const side of sides) side.close();
  });
  for (const row of rows) {
    test(row[0], { timeout }, async () => {
      await Promise.all(sides.map((side) => judgeRow(side, row, options.extensions)));
    });
  }
}

/** Ways in which a connection may read. */
const readings: readonly [name: string, options: JudgeOptions][] = [
  ["", {}],
  [", an event in each turn of the event loop", { allowSynchronousEvents: false }],
  [", where messages could be compressed", { perMessageDeflate: true, extensions: "permessage-deflate" }],
];

/** The same must hold in all of them. */
export function judgeInEachReading(rows: readonly Row[]): void {
  for (const [how, options] of readings) {
    judge(
      rows.map(([name, ...row]): Row => [name + how, ...row]),
      options,
    );
  }
}

async function judgeRow(side: Side, [name, sends, told, end = {}]: Row, extensions?: string): Promise<void> {
  const bytes = typeof sends === "function" ? sends(!side.masks) : bytesOn(!side.masks, sends);
  if (!side.ours) return check(side, { bytes, extensions, cuts: [[]], ...(end.ws ?? { told, ...end }) });
  const cuts = cutsOf(bytes.length, name.length);
  const open = end.fails === undefined && end.closes === undefined && end.waits === undefined;
  const runs = open ? [cuts] : cuts.map((each) => [each]); // what ends the connection needs one for each
  await Promise.all(runs.map((each) => check(side, { bytes, extensions, cuts: each, told, ...end })));
}

interface Run extends End {
  readonly bytes: Buffer;
  readonly extensions: string | undefined;
  /** Once for each, on one connection. */
  readonly cuts: readonly (readonly number[])[];
  readonly told: readonly string[];
}

async function check(side: Side, { bytes, extensions, cuts, told, ...end }: Run): Promise<void> {
  const trial = await side.open(extensions);
  const { program, wire } = trial;
  program.on("message", (data: Buffer, binary: boolean) => program.send(data, { binary, compress: false }));
  for (const each of cuts) await sendCut(trial, bytes, each);
  if (end.waits) wire.socket.end();
  else if (!end.fails && !end.closes) wire.socket.write(bytesOn(!side.masks, [close(1000)]));
  const heard = readFrames(await wire.all(), side.masks).map(sayFrame);
  await trial.closed;
  const all = expected(side, { told: cuts.flatMap(() => told), ...end });
  assert.deepEqual({ told: trial.told, heard }, all, `${side.name}, cut at ${cuts.slice(0, 9).join()}`);
}

function expected({ masks }: Side, { told, fails, closes = [1000], waits }: Pick<Run, "told"> & End): Outcome {
  const heard = told.filter((line) => !line.startsWith("pong")).map((line) => line.replace(/^ping/, "pong"));
  if (waits) return { told: [...told, sayClose(1006)], heard };
  if (fails) {
    const [closeCode, code, ofClient = code] = fails;
    return {
      told: [...told, `error ${masks ? ofClient : code}`, sayClose(1006)],
      heard: [...heard, sayClose(closeCode)],
    };
  }
  const [code, reason] = closes;
  if (code === undefined) return { told: [...told, sayClose(1005)], heard: [...heard, "close"] };
  return { told: [...told, sayClose(code, reason)], heard: [...heard, sayClose(code, reason)] };
}

/** In one piece, byte by byte, and in two at each place; long ones at places drawn by lot. */
function cutsOf(length: number, seed: number): number[][] {
  const places = Array.from({ length: Math.max(0, length - 1) }, (_, at) => at + 1);
  const cuts: number[][] = [[]];
  if (length <= everyCutUpTo) cuts.push(...places.map((at) => [at]));
  if (length <= byteByByteUpTo) cuts.push(places);
  const random = new Random(length + seed);
  for (let n = 0; n < 3 && length > everyCutUpTo; n++) {
    const drawn = Array.from({ length: 1 + random.below(9) }, () => 1 + random.below(length - 1));
    cuts.push([...new Set(drawn)].sort((a, b) => a - b));
  }
  return cuts;
}

/** Each piece is sent when the one before has been read: it is a chunk of its own. */
export async function sendCut({ wire, stream }: Trial, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const before = stream.bytesRead;
  const { socket } = wire;
  for (const [at, start] of [0, ...cuts].entries()) {
    const end = cuts[at] ?? bytes.length;
    if (!socket.writable) return;
    socket.write(bytes.subarray(start, end));
    while (stream.bytesRead < before + end && socket.writable && !stream.destroyed) await turn();
  }
}
