/** The small encoder says what the fast one says. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CompactEncoder } from "../../src/socket/compact-encoder.ts";
import { Encoder } from "../../src/socket/encoder.ts";
import { type Packet, PacketType } from "../../src/socket/packet.ts";
import { first, second, vectors } from "./vectors.ts";

const { ACK, BINARY_EVENT, CONNECT, EVENT } = PacketType;
const compact = new CompactEncoder();

for (const [name, packet, messages] of vectors) {
  test(name, () => assert.deepEqual(compact.encode(packet), messages));
}

const given: [name: string, data: unknown[]][] = [
  ["a date", ["a", new Date(0)]],
  ["a date beside bytes", ["a", new Date(0), first]],
  ["a Buffer, which has a toJSON", ["a", Buffer.from("x")]],
  ["what toJSON makes of an object", ["a", { toJSON: () => ({ b: first }) }, { toJSON: () => second }]],
  ["undefined, functions and symbols", ["a", undefined, () => {}, Symbol("x"), { b: undefined }]],
  ["all kinds of numbers", ["a", Number.NaN, Number.POSITIVE_INFINITY, -0, 1e21]],
  ["no object's prototype", ["a", Object.assign(Object.create(null), { b: first })]],
  ["a view and its buffer", ["a", new DataView(first.buffer), first.buffer]],
  ["an object like a placeholder, without bytes", ["a", { _placeholder: true, num: 0 }, new Date(0)]],
];

for (const [name, data] of given) {
  test(`as the other one: ${name}`, () => {
    const packet: Packet = { type: EVENT, nsp: "/", data };
    assert.deepEqual(compact.encode(packet), new Encoder().encode(packet));
  });
}

test("as the other one: whatever JSON and bytes hold", () => {
  const bytes = fc.uint8Array({ maxLength: 4 });
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 1 }),
      bytes,
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("tree"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(tree), fc.option(fc.nat(), { nil: undefined }), (args, id) => {
      for (const type of [EVENT, ACK] as const) {
        const packet: Packet = { type, nsp: "/a", id, data: ["name", ...args] };
        assert.deepEqual(compact.encode(packet), new Encoder().encode(packet));
      }
    }),
  );
});

test("the binary types are the plain ones", () => {
  assert.deepEqual(compact.encode({ type: BINARY_EVENT, nsp: "/", data: ["a", first] }), [
    '51-["a",{"_placeholder":true,"num":0}]',
    first,
  ]);
});

test("what the program gave stays as it is", () => {
  const data = Object.freeze(["a", Object.freeze({ b: first })]);
  compact.encode({ type: EVENT, nsp: "/", data });
  assert.deepEqual(data, ["a", { b: first }]);
});

test("refuses a namespace that would be read as something else", () => {
  assert.throws(() => compact.encode({ type: CONNECT, nsp: "/a,b" }), { message: "bad packet" });
});

test("refuses an object that would be read as a placeholder, beside bytes", () => {
  const data = ["a", { _placeholder: true, num: 0 }, first];
  assert.throws(() => compact.encode({ type: EVENT, nsp: "/", data }), { message: "bad packet" });
});

test("refuses a circle", () => {
  const circle: unknown[] = ["a"];
  circle.push(circle);
  assert.throws(() => compact.encode({ type: EVENT, nsp: "/", data: circle }));
});
