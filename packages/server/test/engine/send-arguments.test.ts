import assert from "node:assert/strict";
import { test } from "node:test";
import { messagePacket, type RawData, type SendArguments } from "../../src/engine/send-arguments.ts";

const callback = (): void => {};

const shapes: readonly [name: string, given: SendArguments, compress: boolean, sent: unknown][] = [
  ["nothing", [], true, undefined],
  ["options", [{ compress: false }], false, undefined],
  ["options that say nothing", [{}], true, undefined],
  ["a callback", [callback], true, callback],
  ["options and a callback", [{ compress: false }, callback], false, callback],
  ["no options and a callback", [undefined, callback], true, callback],
];

for (const [name, given, compress, sent] of shapes) {
  test(`send with ${name}`, () =>
    assert.deepEqual(messagePacket("x", given), { type: "message", data: "x", options: { compress }, sent }));
}

const memory = Uint8Array.of(0, 1, 2, 3);

const data: readonly [name: string, given: unknown, sent: string | Uint8Array][] = [
  ["text", "x", "x"],
  ["a Buffer", Buffer.from(memory), Buffer.from(memory)],
  ["a part of a buffer", memory.subarray(1, 3), Uint8Array.of(1, 2)],
  ["a view of a part", new DataView(memory.buffer, 1, 2), Uint8Array.of(1, 2)],
  ["an ArrayBuffer", memory.buffer, memory],
  ["a number", 5, "5"],
  ["an object", {}, "[object Object]"],
  ["null", null, ""],
  ["nothing", undefined, ""],
];

for (const [name, given, sent] of data) {
  test(`data: ${name}`, () => assert.deepEqual(messagePacket(given as RawData, []).data, sent));
}
