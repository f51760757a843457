import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isSimpleList, simpleListJson, simpleListJsonOf } from "../../src/socket/simple-list.ts";

const simple: [name: string, items: unknown[]][] = [
  ["nothing", []],
  ["a name", ["chat"]],
  ["a name and a text", ["chat", "all of ASCII that is printed: #$%&'()*+,-./:;<=>?@[]^_`{|}~"]],
  ["an empty text", [""]],
  ["numbers", [0, -0, 1.5, -3, 1e21, 1e-7, Number.MAX_VALUE, Number.MIN_VALUE]],
  ["flags and null", [true, false, null]],
];
for (const [name, items] of simple) {
  test(`${name} as JSON`, () => {
    assert.ok(isSimpleList(items));
    assert.equal(simpleListJson(items), JSON.stringify(items));
  });
}

const others: [name: string, item: unknown][] = [
  ["a quote", 'say "yes"'],
  ["a backslash", "\\"],
  ["a line end", "a\nb"],
  ["a NUL", "\0"],
  ["DEL", "\x7f"],
  ["other letters", "żółw"],
  ["half a pair", "\ud800"],
  ["NaN", Number.NaN],
  ["infinity", Number.POSITIVE_INFINITY],
  ["nothing at all", undefined],
  ["an object", {}],
  ["a list", []],
  ["a function", () => {}],
  ["a symbol", Symbol("s")],
  ["a big integer", 1n],
  ["bytes", new Uint8Array(1)],
];
for (const [name, item] of others) {
  test(`a list with ${name} is not simple`, () => {
    assert.equal(isSimpleList(["name", item]), false);
    assert.equal(isSimpleList([item, "name"]), false);
  });
}

test("whatever is taken for simple reads as JSON.stringify writes it", () => {
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
  );
  fc.assert(
    fc.property(fc.array(value), (items) => {
      if (!isSimpleList(items)) return;
      assert.equal(simpleListJson(items), JSON.stringify(items));
      assert.equal(simpleListJsonOf("name", items), JSON.stringify(["name", ...items]));
    }),
  );
});
