import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEnvelope, plainRules } from "@anywire/protocol/plain";
import fc from "fast-check";
import { snapshot } from "../src/snapshot.ts";

test("what the program changes afterwards does not change the copy", () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const value = { list: [1, { deep: true }], bytes };
  const buffer = bytes.buffer;
  const copy = snapshot([value, bytes, buffer, "text"]);
  value.list.push(2);
  (value.list[1] as { deep: boolean }).deep = false;
  bytes.fill(9);
  assert.deepEqual(JSON.parse(JSON.stringify(copy[0])), {
    list: [1, { deep: true }],
    bytes: { type: "Buffer", data: [1, 2, 3] },
  });
  assert.deepEqual([copy[1], copy[2], copy[3]], [Buffer.from([1, 2, 3]), Buffer.from([1, 2, 3]), "text"]);
});

test("copies are what JSON would have made of the original", () => {
  fc.assert(
    fc.property(fc.array(fc.anything({ withDate: true, withNullPrototype: true })), (args) => {
      assert.equal(JSON.stringify(snapshot(args)), JSON.stringify(args));
    }),
  );
});

const odd: [name: string, value: unknown, json: string][] = [
  ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ["an object that says how it is written", { toJSON: (key: string) => ({ key }) }, '{"key":"1"}'],
  ["one inside another, told its key", { inner: { toJSON: (key: string) => key } }, '{"inner":"inner"}'],
  ["a key that is a prototype's", JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  ["an array that is longer than what is in it", Object.assign([], { 1: 1 }), "[null,1]"],
  ["not a number", Number.NaN, "null"],
  [
    "a view of the middle of a buffer",
    new DataView(new Uint8Array([0, 1, 2, 0]).buffer, 1, 2),
    '{"type":"Buffer","data":[1,2]}',
  ],
  ["shared memory", new SharedArrayBuffer(2), '{"type":"Buffer","data":[0,0]}'],
];
for (const [name, value, json] of odd) {
  test(`copies ${name}`, () => {
    assert.equal(JSON.stringify(snapshot([value])[0]), json);
  });
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

const circle: unknown[] = [];
circle.push(circle);
const refused: [name: string, value: unknown][] = [
  ["a circle", circle],
  ["1,001 levels", nested(1_001)],
  ["100,000 levels", nested(100_000)],
  [
    "an object that is written as itself for ever",
    {
      toJSON(): unknown {
        return { again: this };
      },
    },
  ],
  ["a BigInt", 1n],
  ["a BigInt inside", { list: [1n] }],
];
for (const [name, value] of refused) {
  test(`refuses ${name} at the call`, () => {
    assert.throws(() => snapshot([value]), TypeError);
  });
}

test("1,000 levels are allowed, here and on the wire", () => {
  const [data] = snapshot([nested(1_000)]);
  const event = { name: "deep", args: [data], id: undefined, ack: undefined };
  assert.equal(formatEnvelope(event, plainRules), `{"event":"deep","data":${JSON.stringify(nested(1_000))}}`);
});

test("a BigInt goes through where the program taught JSON how", () => {
  Object.assign(BigInt.prototype, { toJSON: () => "one" });
  try {
    assert.equal(JSON.stringify(snapshot([1n])), '["one"]');
  } finally {
    Reflect.deleteProperty(BigInt.prototype, "toJSON");
  }
});

test("boxed values are what JSON makes of them", () => {
  const boxed = [new String("text"), new Number(7), new Boolean(false)];
  assert.deepEqual(snapshot([boxed, { boxed: boxed[0] }]), [["text", 7, false], { boxed: "text" }]);
});

test("toJSON is told the place of an argument in the event, as where the event is written at once", () => {
  const told = { toJSON: (key: string) => key };
  assert.deepEqual(snapshot([told, { inside: told }, [told]]), ["1", { inside: "inside" }, ["0"]]);
});
