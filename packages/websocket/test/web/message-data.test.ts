import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, exactArrayBuffer, lengthOf, payloadOf } from "../../src/web/message-data.ts";

const memory = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer;

const sources: [name: string, data: unknown, bytes: number[]][] = [
  ["an ArrayBuffer", memory, [1, 2, 3, 4, 5, 6, 7, 8]],
  ["a Uint8Array", new Uint8Array(memory, 2, 3), [3, 4, 5]],
  ["an Int16Array", new Int16Array(memory, 2, 2), [3, 4, 5, 6]],
  ["a Float64Array", new Float64Array(memory), [1, 2, 3, 4, 5, 6, 7, 8]],
  ["a DataView", new DataView(memory, 7), [8]],
  ["a Buffer", Buffer.of(9), [9]],
  ["an empty ArrayBuffer", new ArrayBuffer(0), []],
];

for (const [name, data, bytes] of sources) {
  test(`${name} is its bytes, and no more of its memory`, () => {
    assert.deepEqual(bytesOf(data), Buffer.from(bytes));
  });
}

test("memory that was given away is empty", () => {
  const buffer = new ArrayBuffer(8);
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  assert.deepEqual(bytesOf(buffer), Buffer.alloc(0));
  assert.deepEqual(bytesOf(view), Buffer.alloc(0));
});

test("memory that others may change is refused", () => {
  assert.throws(() => bytesOf(new Uint8Array(new SharedArrayBuffer(1))), TypeError);
  const resizable: ArrayBuffer = Reflect.construct(ArrayBuffer, [1, { maxByteLength: 2 }]);
  assert.throws(() => bytesOf(resizable), TypeError);
  assert.throws(() => bytesOf(new Uint8Array(resizable)), TypeError);
});

const texts: [data: unknown, text: string][] = [
  ["text", "text"],
  [null, "null"],
  [undefined, "undefined"],
  [1, "1"],
  [{}, "[object Object]"],
  [[1, 2], "1,2"],
  [new SharedArrayBuffer(1), "[object SharedArrayBuffer]"],
];

for (const [data, text] of texts) {
  test(`${text} is sent as a text`, () => {
    assert.equal(payloadOf(data), text);
  });
}

test("a symbol is no text", () => {
  assert.throws(() => payloadOf(Symbol("x")), TypeError);
});

test("a Blob stays one", () => {
  const blob = new Blob(["x"]);
  assert.equal(payloadOf(blob), blob);
});

test("lengths are those in bytes", () => {
  assert.deepEqual(["é😀\ud800", Buffer.alloc(5), new Blob(["é"])].map(lengthOf), [9, 5, 2]);
});

test("an ArrayBuffer holds its message and nothing else", () => {
  const pooled = Buffer.from("pooled");
  assert.deepEqual(exactArrayBuffer(pooled), Uint8Array.from(pooled).buffer);
  const own = Buffer.from(new ArrayBuffer(3));
  assert.equal(exactArrayBuffer(own), own.buffer);
  assert.equal(exactArrayBuffer(own.subarray(1)).byteLength, 2);
});
