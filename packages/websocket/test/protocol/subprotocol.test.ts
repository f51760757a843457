/** Sec-WebSocket-Protocol: the list of tokens, in linear time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HandshakeError } from "../../src/protocol/errors.ts";
import { isToken, parseSubprotocols, trimBlanks } from "../../src/protocol/subprotocol.ts";

const accepted: [header: string, names: string[]][] = [
  ["chat", ["chat"]],
  ["chat, superchat", ["chat", "superchat"]],
  ["b,a", ["b", "a"]],
  [" \tchat\t ,\t v2 ", ["chat", "v2"]],
  ["!#$%&'*+-.^_`|~09azAZ", ["!#$%&'*+-.^_`|~09azAZ"]],
  ["constructor, __proto__, toString", ["constructor", "__proto__", "toString"]],
  ["chat, Chat", ["chat", "Chat"]],
];

const refused = [
  "",
  " ",
  ",",
  "chat,",
  ",chat",
  "chat,,v2",
  "chat, chat",
  "a b",
  "a/b",
  "a\u00a0",
  '"a"',
  "é",
  "a;b",
  "a\0",
];

for (const [header, names] of accepted) {
  test(`reads ${JSON.stringify(header)}`, () => assert.deepEqual([...parseSubprotocols(header)], names));
}
for (const header of refused) {
  test(`refuses ${JSON.stringify(header)}`, () => {
    assert.throws(() => parseSubprotocols(header), { code: "WS_ERR_HANDSHAKE_PROTOCOL", status: 400 });
  });
}

test("32,000 blanks inside a name cost no more than reading them", () => {
  const before = performance.now();
  assert.throws(() => parseSubprotocols(`a${" ".repeat(32_000)}b`), HandshakeError);
  assert.throws(() => parseSubprotocols(`${" ".repeat(32_000)},${"\t".repeat(32_000)}`), HandshakeError);
  assert.deepEqual([...parseSubprotocols(`a${" ".repeat(32_000)}, b`)], ["a", "b"]);
  assert.ok(performance.now() - before < 500);
});

test("only spaces and tabs are trimmed", () => {
  assert.equal(trimBlanks(" \t a \u00a0\t"), "a \u00a0");
  assert.equal(trimBlanks(" \t "), "");
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
