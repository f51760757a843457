/** Binary data and keys that begin with `$`, written and read; what a user's object says is never taken for bytes. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { escapeArgument, formatArgument, mayNeedReviving, reviveArgument } from "../../src/plain/argument.ts";
import { type PlainRules, plainRules } from "../../src/plain/rules.ts";
import { jsonValue } from "./json-values.ts";

const hi = Uint8Array.of(104, 105);

function nested(levels: number, innermost: unknown = 0): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const both: [name: string, value: unknown, json: string][] = [
  ["bytes", hi, '{"$bytes":"aGk="}'],
  ["no bytes", new Uint8Array(0), '{"$bytes":""}'],
  ["bytes deep inside", { a: [{ b: hi }] }, '{"a":[{"b":{"$bytes":"aGk="}}]}'],
  ["bytes beside others", { $bytes: hi, b: 1 }, '{"$bytes":{"$bytes":"aGk="},"b":1}'],
  ["a user's object that reads as bytes", { $bytes: "aGk=" }, '{"$$bytes":"aGk="}'],
  ["a user's $bytes that is no base64", { $bytes: "?" }, '{"$$bytes":"?"}'],
  ["a user's $bytes of bytes", { $bytes: hi }, '{"$$bytes":{"$bytes":"aGk="}}'],
  ["a user's only key with $", { $a: 1 }, '{"$$a":1}'],
  ["a user's only key with $$", { $$bytes: "aGk=" }, '{"$$$bytes":"aGk="}'],
  ["a user's only key that is $", { $: 1 }, '{"$$":1}'],
  ["two keys with $", { $a: 1, $b: 2 }, '{"$a":1,"$b":2}'],
  ["a key with $ in its middle", { a$: 1 }, '{"a$":1}'],
  ["an only key inside an only key", { $a: { $b: {} } }, '{"$$a":{"$$b":{}}}'],
  ["a string like the form of bytes", '{"$bytes":"aGk="}', '"{\\"$bytes\\":\\"aGk=\\"}"'],
  ["nothing special", { a: [1, "b", null, true, {}] }, '{"a":[1,"b",null,true,{}]}'],
];

describe("both ways", () => {
  for (const [name, value, json] of both) {
    test(name, () => {
      assert.equal(formatArgument(value, plainRules), json);
      assert.deepEqual(reviveArgument(JSON.parse(json), plainRules), value);
    });
  }
});

class Money {
  readonly cents = 5;
  toJSON(key: string): unknown {
    return { key, blob: hi, $: undefined };
  }
}

const outOnly: [name: string, value: unknown, json: string][] = [
  ["undefined", undefined, "null"],
  ["a function", () => {}, "null"],
  ["a symbol", Symbol("a"), "null"],
  ["undefined and functions in a list", [undefined, () => {}], "[null,null]"],
  ["undefined in an object", { a: undefined, b: 1 }, '{"b":1}'],
  ["NaN", [Number.NaN], "[null]"],
  ["a Date", { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
  ["toJSON, told its key, and bytes in what it gives", [new Money()], '[{"key":"0","blob":{"$bytes":"aGk="}}]'],
  ["toJSON of the argument itself", new Money(), '{"key":"","blob":{"$bytes":"aGk="}}'],
  ["toJSON that gives bytes", { a: { toJSON: () => hi } }, '{"a":{"$bytes":"aGk="}}'],
  ["an only key beside what JSON leaves out", { $bytes: "AAAA", a: undefined, b() {} }, '{"$$bytes":"AAAA"}'],
  ["an only key beside a toJSON of nothing", { $bytes: "AAAA", a: { toJSON() {} } }, '{"$$bytes":"AAAA"}'],
  ["a Buffer, in spite of its toJSON", Buffer.from("hi"), '{"$bytes":"aGk="}'],
  ["an ArrayBuffer", hi.buffer, '{"$bytes":"aGk="}'],
  ["an ArrayBuffer of another realm", runInNewContext("new Uint8Array([104, 105]).buffer"), '{"$bytes":"aGk="}'],
  ["a plain object of another realm", runInNewContext("({ a: 1 })"), '{"a":1}'],
  ["a view of a part", new DataView(Uint8Array.of(0, 104, 105, 0).buffer, 1, 2), '{"$bytes":"aGk="}'],
  ["a view of larger numbers", new Uint16Array(Uint8Array.of(104, 105).buffer), '{"$bytes":"aGk="}'],
  ["a boxed string", [Object("a")], '["a"]'],
  ["an object without a prototype", Object.assign(Object.create(null), { a: hi }), '{"a":{"$bytes":"aGk="}}'],
];

describe("on its way out", () => {
  for (const [name, value, json] of outOnly) {
    test(name, () => assert.equal(formatArgument(value, plainRules), json));
  }

  test("what has nothing special is given as it is", () => {
    const value = { a: [1, { b: "c" }], d: null };
    assert.equal(escapeArgument(value, plainRules), value);
  });

  test("only the way to what changes is copied, and the input stays as it was", () => {
    const untouched = { a: 1 };
    const value = { untouched, list: [untouched, hi] };
    const copy = structuredClone(value);
    const escaped = escapeArgument(value, plainRules);
    assert.ok(typeof escaped === "object" && escaped !== null && "untouched" in escaped);
    assert.equal(escaped.untouched, untouched);
    assert.deepEqual(value, copy);
  });

  const refused: [name: string, value: unknown, code: string][] = [
    ["a bigint", { a: 1n }, "not-json"],
    ["a circle", circle(), "too-deep"],
    ["a circle of two ways", circle(2), "too-deep"],
    ["1,001 levels", nested(1_001), "too-deep"],
  ];
  for (const [name, value, code] of refused) {
    test(`refuses ${name}`, () => {
      assert.throws(() => formatArgument(value, plainRules), { name: "PlainError", code });
    });
  }

  test("an error of the program's own toJSON stays what it is", () => {
    const own = new Error("mine");
    const value = {
      toJSON() {
        throw own;
      },
    };
    assert.throws(() => formatArgument([value], plainRules), own);
  });
});

function circle(ways = 1): unknown {
  const value: Record<string, unknown> = {};
  for (let way = 0; way < ways; way++) value[`way${way}`] = value;
  return value;
}

const inOnly: [name: string, json: string, value: unknown][] = [
  ["a foreign object with an only key that nobody escaped", '{"$a":1}', { $a: 1 }],
  ["a $bytes that is no base64", '{"$bytes":"a"}', { $bytes: "a" }],
  ["a $bytes that is no string", '{"$bytes":[1]}', { $bytes: [1] }],
  ["a $bytes with another key", '{"$bytes":"aGk=","a":1}', { $bytes: "aGk=", a: 1 }],
  ["bytes spelt with an escape", '{"\\u0024bytes":"aGk="}', hi],
];

describe("on its way in", () => {
  for (const [name, json, value] of inOnly) {
    test(name, () => assert.deepEqual(reviveArgument(JSON.parse(json), plainRules), value));
  }

  test("keys of prototypes stay plain keys", () => {
    const json = '{"__proto__":{"$$polluted":1},"constructor":{"prototype":{"$bytes":"aGk="}}}';
    const revived = reviveArgument(JSON.parse(json), plainRules);
    assert.deepEqual(Object.keys(revived as object), ["__proto__", "constructor"]);
    assert.equal(Object.getPrototypeOf(revived), Object.prototype);
    assert.equal("$polluted" in {}, false);
    assert.equal(formatArgument(revived, plainRules), json);
  });

  test("1,000 levels are read, 1,001 are not", () => {
    assert.deepEqual(reviveArgument(nested(1_000), plainRules), nested(1_000));
    assert.throws(() => reviveArgument(nested(1_001), plainRules), { name: "PlainError", code: "too-deep" });
  });

  test("bytes count as no level, in either direction", () => {
    const value = nested(1_000, hi);
    assert.deepEqual(reviveArgument(JSON.parse(formatArgument(value, plainRules)), plainRules), value);
  });

  test("the stack has room for twice as many, both ways, and when every level has its toJSON", () => {
    const rules = { ...plainRules, maxDepth: 2_000 };
    let own: unknown = hi;
    for (let level = 0; level < 2_000; level++) {
      const inner = own;
      own = { toJSON: () => [inner] };
    }
    for (const value of [nested(2_000, hi), own]) {
      const json = formatArgument(value, rules);
      assert.equal(formatArgument(reviveArgument(JSON.parse(json), rules), rules), json);
    }
  });

  test("the input stays as it was", () => {
    const value = JSON.parse('{"a":[{"$bytes":"aGk="},{"$$b":1}]}');
    const copy = structuredClone(value);
    reviveArgument(value, plainRules);
    assert.deepEqual(value, copy);
  });

  test("the platform's base64 makes the platform's bytes", () => {
    const node: PlainRules = {
      ...plainRules,
      base64: {
        encode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
        decode: (text) => Buffer.from(text, "base64"),
      },
    };
    const revived = reviveArgument({ $bytes: "aGk=" }, node);
    assert.ok(Buffer.isBuffer(revived));
    assert.equal(formatArgument(revived, node), '{"$bytes":"aGk="}');
  });
});

test("JSON that may need reviving is told from all other", () => {
  for (const json of ['{"$bytes":""}', '[{"$$a":1}]', '{"\\u0024bytes":""}', `"${"a".repeat(2_000)}"`]) {
    assert.equal(mayNeedReviving(json, plainRules), true, json);
  }
  for (const json of ['{"a$":"costs $5"}', "[1,2]", '"\\u0025"']) {
    assert.equal(mayNeedReviving(json, plainRules), false, json);
  }
});

test("JSON that needs no reviving would come out of it unchanged", () => {
  fc.assert(
    fc.property(jsonValue, (value) => {
      const json = formatArgument(value, plainRules);
      fc.pre(!mayNeedReviving(json, plainRules));
      assert.deepEqual(reviveArgument(JSON.parse(json), plainRules), JSON.parse(json));
    }),
  );
});

test("whatever the value, it comes back", () => {
  fc.assert(
    fc.property(jsonValue, (value) => {
      const copy = structuredClone(value);
      const json = formatArgument(value, plainRules);
      assert.deepEqual(reviveArgument(JSON.parse(json), plainRules), value);
      assert.deepEqual(value, copy);
    }),
    { numRuns: 1_000 },
  );
});
