/** Sec-WebSocket-Protocol: a list of distinct tokens, read as ws reads it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../../../../scripts/test/random.ts";
import { isToken } from "../../src/protocol/header-list.ts";
import { parseSubprotocols } from "../../src/protocol/subprotocol.ts";
import { outcome, subprotocol } from "./peer.ts";

const accepted: [header: string, names: string[]][] = [
  ["chat", ["chat"]],
  ["chat, superchat", ["chat", "superchat"]],
  ["b,a", ["b", "a"]],
  ["chat\t ,\t v2", ["chat", "v2"]],
  ["!#$%&'*+-.^_`|~09azAZ", ["!#$%&'*+-.^_`|~09azAZ"]],
  ["constructor, __proto__, toString", ["constructor", "__proto__", "toString"]],
  ["chat, Chat", ["chat", "Chat"]],
];

const refused: [header: string, message: string][] = [
  ["", "Unexpected end of input"],
  [" ", "Unexpected character at index 0"],
  [" chat", "Unexpected character at index 0"],
  [",", "Unexpected character at index 0"],
  ["chat,", "Unexpected end of input"],
  ["chat ", "Unexpected end of input"],
  [",chat", "Unexpected character at index 0"],
  ["chat,,v2", "Unexpected character at index 5"],
  ["chat, chat", 'The "chat" subprotocol is duplicated'],
  ["chat, chat b", "Unexpected character at index 11"],
  ["a b", "Unexpected character at index 2"],
  ["a/b", "Unexpected character at index 1"],
  ["a\u00a0", "Unexpected character at index 1"],
  ['"a"', "Unexpected character at index 0"],
  ["é", "Unexpected character at index 0"],
  ["a;b", "Unexpected character at index 1"],
  ["a\0", "Unexpected character at index 1"],
];

for (const [header, names] of accepted) {
  test(`reads ${JSON.stringify(header)}`, () => {
    assert.deepEqual([...parseSubprotocols(header)], names);
    assert.deepEqual(parseSubprotocols(header), subprotocol.parse(header));
  });
}
for (const [header, message] of refused) {
  test(`refuses ${JSON.stringify(header)}`, () => {
    assert.throws(() => parseSubprotocols(header), { name: "SyntaxError", message });
    assert.equal(
      outcome(() => subprotocol.parse(header)),
      `SyntaxError: ${message}`,
    );
  });
}

test("random headers are read, or refused, as ws does it", () => {
  const random = new Random(11_34);
  for (let n = 0; n < 50_000; n++) {
    const header = Array.from({ length: random.below(12) }, () => random.pick([..."aab,,  \t;é\0"])).join("");
    assert.deepEqual(
      outcome(() => parseSubprotocols(header)),
      outcome(() => subprotocol.parse(header)),
      JSON.stringify(header),
    );
  }
});

test("a million blanks cost no more than reading them", () => {
  const blanks = " ".repeat(1_000_000);
  const before = performance.now();
  assert.throws(() => parseSubprotocols(`a${blanks}b`), SyntaxError);
  assert.throws(() => parseSubprotocols(`a,${blanks},${blanks}`), SyntaxError);
  assert.deepEqual([...parseSubprotocols(`a${blanks}, b`)], ["a", "b"]);
  assert.ok(performance.now() - before < 1000);
});

test("lists of distinct tokens come back in their order", () => {
  const name = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
      assert.ok(names.every(isToken));
      assert.deepEqual([...parseSubprotocols(names.join(", "))], names);
    }),
  );
});
