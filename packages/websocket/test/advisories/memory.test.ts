/** Peers that make us hold memory: fragments, chunks, pings, announcements and bombs, against the ceiling of a whole process. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import type { SideOptions } from "../conformance/side.ts";
import {
  binary,
  bytesOn,
  close,
  type Frame,
  more,
  ping,
  readFrames,
  rest,
  sayFrame,
  type Wire,
} from "../conformance/wire.ts";
import { mebibyte, type Victim, victims } from "./victim.ts";

const timeout = 60_000;
const compression: [SideOptions, string] = [{ perMessageDeflate: true }, "permessage-deflate"];
const rsv1 = { reserved: 0x40 };

/** Writes it as often as that, and no faster than it is read. */
async function flood({ socket }: Wire, bytes: Buffer, times: number): Promise<void> {
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (let n = 0; n < times && socket.writable; n++) {
    if (!socket.write(bytes)) await Promise.race([closed, new Promise((resolve) => socket.once("drain", resolve))]);
  }
}

/** GHSA-96hv-2xvq-fx4p, websockets/ws#2329, #2331, CVE-2026-42786: fragments that never end. */
const fragments: [name: string, first: Frame, next: Frame, compressed: boolean][] = [
  ["one byte", binary("x", more), rest("x", more), false],
  ["no bytes", binary("", more), rest("", more), false],
  ["one byte, compressed", binary("x", { ...rsv1, ...more }), rest("x", more), true],
  ["no bytes, compressed", binary("", { ...rsv1, ...more }), rest("", more), true],
];

for (const [side, start] of victims) {
  for (const [name, first, next, compressed] of fragments) {
    test(`a ${side} holds the bytes of 800,000 fragments of ${name}, and nothing for each`, { timeout }, async (t) => {
      const victim = await (compressed ? start(t, ...compression) : start(t));
      const wire = await victim.open();
      const before = await victim.report();
      const many = bytesOn(
        victim.masked,
        Array.from({ length: 8000 }, () => next),
      );
      wire.socket.write(bytesOn(victim.masked, [first]));
      const read = victim.told(({ pings }) => pings === 1);
      await flood(wire, many, 100);
      wire.socket.write(bytesOn(victim.masked, [ping("read")])); // control frames between fragments: all before it was read
      await read;
      const after = await victim.report();
      assert.ok(after.held - before.held < 4 * mebibyte, `${after.held - before.held} bytes`);
      assert.ok(after.peak - before.peak < 64 * mebibyte, `${after.peak - before.peak} bytes at most`);
      assert.equal(after.open, 1);
    });
  }

  test(`a ${side} holds no more of one frame than what has come, though each byte is a chunk (GHSA-96hv-2xvq-fx4p)`, {
    timeout,
  }, async (t) => {
    const victim = await start(t);
    const wire = await victim.open();
    const before = await victim.report();
    wire.socket.write(bytesOn(victim.masked, [binary("", { length: mebibyte })]));
    for (let n = 0; n < 20_000; n++) {
      wire.socket.write("x");
      if (n % 16 === 0) await new Promise(setImmediate);
    }
    const after = await victim.report();
    assert.ok(after.held - before.held < 3 * mebibyte, `${after.held - before.held} bytes`);
  });

  test(`a ${side} answers a flood of pings from a peer that does not read with bounded memory (ws 8.23.0)`, {
    timeout,
  }, async (t) => {
    const victim = await start(t);
    const wire = await victim.open();
    const before = await victim.report();
    wire.socket.pause();
    const many = bytesOn(
      victim.masked,
      Array.from({ length: 1000 }, () => ping("*".repeat(125))),
    );
    const read = victim.told(({ messages }) => messages === 1);
    await flood(wire, many, 300); // 39 MB, and as much would be to answer
    wire.socket.write(bytesOn(victim.masked, [binary("read")]));
    const { pings } = await read;
    const after = await victim.report();
    assert.equal(pings, 300_000);
    assert.ok(after.held - before.held < 4 * mebibyte, `${after.held - before.held} bytes`);
    assert.ok(after.peak - before.peak < 64 * mebibyte, `${after.peak - before.peak} bytes at most`);
  });

  test(`a ${side} reserves next to nothing for 100 MiB that 100 peers announce (GHSA-6663-c963-2gqg)`, {
    timeout,
  }, async (t) => {
    const victim = await start(t);
    const before = await victim.report();
    const announced = bytesOn(victim.masked, [binary("x", { length: 100 * mebibyte })]);
    for (let n = 0; n < 100; n++) (await victim.open()).socket.write(announced);
    const after = await victim.report(({ open }) => open === 100);
    assert.ok(after.held - before.held < 8 * mebibyte, `${after.held - before.held} bytes`);
    assert.ok(after.peak - before.peak < 64 * mebibyte, `${after.peak - before.peak} bytes at most`);
  });
}

const bombed = 64 * mebibyte;
const zeros = deflateRawSync(Buffer.alloc(bombed), { finishFlush: 2 }).subarray(0, -4);
/** A final block ends a run of zlib: each of these is one. */
const finals = Buffer.concat(Array.from({ length: 64 }, () => deflateRawSync(Buffer.alloc(mebibyte))));

/** CVE-2026-1526, CVE-2026-9675: 64 MiB in 64 KiB, where 1 MiB is the limit. */
const bombs: [name: string, frames: Frame[]][] = [
  ["in one frame", [binary(zeros, rsv1)]],
  ["in fragments", cutUp(zeros, 1000)],
  [
    "in fragments of which the last never comes, and then a close frame",
    [...cutUp(zeros, 1000).slice(0, -1), close(1000)],
  ],
  ["of many final blocks", [binary(finals, rsv1)]],
];

function cutUp(payload: Buffer, size: number): Frame[] {
  const count = Math.ceil(payload.length / size);
  return Array.from({ length: count }, (_, at) => [
    at === 0 ? 2 : 0,
    payload.subarray(at * size, (at + 1) * size),
    { fin: at === count - 1, reserved: at === 0 ? 0x40 : 0 },
  ]);
}

async function lastWords(victim: Victim, frames: readonly Frame[]): Promise<string[]> {
  const wire = await victim.open();
  wire.socket.write(bytesOn(victim.masked, frames));
  return readFrames(await wire.all(), !victim.masked).map(sayFrame);
}

for (const [side, start] of victims) {
  for (const [name, frames] of bombs) {
    const ends = name.includes("never");
    test(`a ${side} does not inflate a bomb ${name}`, { timeout }, async (t) => {
      const victim = await start(t, { ...compression[0], maxPayload: mebibyte }, compression[1]);
      await lastWords(victim, [close(1000)]);
      const before = await victim.report();
      assert.deepEqual(await lastWords(victim, frames), [`close ${ends ? 1000 : 1009} `]);
      const after = await victim.report();
      assert.deepEqual(after.errors, ends ? [] : ["WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"]);
      assert.ok(after.peak - before.peak < 32 * mebibyte, `${after.peak - before.peak} bytes at most`);
    });
  }

  test(`a ${side} takes 100 bombs at once with no more memory than a few limits`, { timeout }, async (t) => {
    const victim = await start(t, { ...compression[0], maxPayload: mebibyte }, compression[1]);
    await lastWords(victim, [close(1000)]);
    const before = await victim.report();
    const wires: Wire[] = [];
    for (let n = 0; n < 100; n++) wires.push(await victim.open());
    for (const { socket } of wires) socket.write(bytesOn(victim.masked, [binary(zeros, rsv1)]));
    for (const wire of wires)
      assert.deepEqual(readFrames(await wire.all(), !victim.masked).map(sayFrame), ["close 1009 "]);
    const after = await victim.report(({ open }) => open === 0);
    assert.ok(after.peak - before.peak < 128 * mebibyte, `${after.peak - before.peak} bytes at most`);
  });
}
