import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { callbackOf, payloadOfForm, scriptOf, scriptString } from "../../src/engine/jsonp.ts";

const callbacks: [index: string, callback: string][] = [
  ["0", "___eio[0]("],
  ["12", "___eio[12]("],
  ["1];alert(1)//", "___eio[11]("],
  ["", "___eio[]("],
  ["\u0661", "___eio[]("],
];

for (const [index, callback] of callbacks) {
  test(`j=${index} calls ${callback}`, () => assert.equal(callbackOf(index), callback));
}

test("a script hands over exactly the payload, and has one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (payload) => {
      const script = scriptOf(callbackOf("3"), payload);
      assert.doesNotMatch(script, /[\r\n\u2028\u2029]/);
      assert.equal(runInNewContext(script, { ___eio: { 3: (given: string) => given } }), payload);
    }),
  );
});

test("a lone surrogate is escaped", () => assert.equal(scriptString("\ud800"), '"\\ud800"'));

const forms: [form: string, payload: string | undefined][] = [
  ["d=1%3A2", "1:2"],
  ["d=a+b%2B", "a b+"],
  ["d=a%5Cnb", "a\nb"],
  ["d=a%5C%5Cnb", "a\\nb"],
  ["d=%5C%5C%5Cn", "\\\\n"],
  ["x=1&d=", ""],
  ["", undefined],
  ["x=1", undefined],
  ["d=1&d=2", undefined],
  [`${"x=1&".repeat(20)}d=1`, undefined],
  ["__proto__=1&d=1", "1"],
];

for (const [form, payload] of forms) {
  test(`the form ${form.slice(0, 40)} brings ${JSON.stringify(payload)}`, () =>
    assert.equal(payloadOfForm(form), payload));
}

test("what the client escapes is read as it was, but for a backslash before a line end, which it confuses", () => {
  const escaped = (text: string): string => text.replace(/\\n/g, "\\\n").replace(/\n/g, "\\n"); // engine.io-client 3
  const texts = fc.string({ unit: fc.constantFrom("\\", "n", "\n", "a") }).filter((text) => !text.includes("\\\n"));
  fc.assert(fc.property(texts, (text) => assert.equal(payloadOfForm(`d=${encodeURIComponent(escaped(text))}`), text)));
});
