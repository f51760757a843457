/** Tokens, blanks and lists of header fields. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { HeaderReader, isToken, listsToken, trimBlanks } from "../../src/protocol/header-list.ts";

test("a token has one character or more, all of the RFC's (RFC 9110 §5.6.2)", () => {
  const allowed = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;
  for (let code = 0; code < 0x180; code++) {
    const character = String.fromCharCode(code);
    assert.equal(isToken(character), allowed.test(character), `U+${code.toString(16)}`);
    assert.equal(isToken(`a${character}b`), allowed.test(character), `U+${code.toString(16)} between others`);
  }
  assert.ok(!isToken(""));
});

test("only spaces and tabs are trimmed", () => {
  assert.equal(trimBlanks(" \t a \u00a0\t"), "a \u00a0");
  assert.equal(trimBlanks(" \t "), "");
});

const lists: [list: string | undefined, named: boolean][] = [
  ["upgrade", true],
  ["keep-alive ,\tUpGrade ", true],
  [", upgrade,,", true],
  ["upgraded, up grade", false],
  ['"upgrade"', false],
  ["", false],
  [undefined, false],
];
for (const [list, named] of lists) {
  test(`${JSON.stringify(list)} ${named ? "lists" : "does not list"} the token upgrade`, () => {
    assert.equal(listsToken(list, "upgrade"), named);
  });
}

test("a reader takes a list apart from left to right", () => {
  const reader = new HeaderReader('a ; b="c\\d", e');
  assert.equal(reader.token(), "a");
  assert.ok(!reader.takes(";"));
  assert.ok(reader.takesSeparator(";"));
  assert.equal(reader.token(), "b");
  assert.ok(reader.takes("="));
  assert.equal(reader.value(), "cd");
  assert.ok(reader.another());
  assert.equal(reader.token(), "e");
  assert.ok(!reader.another());
});

const ends: [header: string, text: string][] = [
  ["", "Unexpected end of input"],
  [" ", "Unexpected character at index 0"],
  ["a ", "Unexpected end of input"],
  ["a b", "Unexpected character at index 2"],
  ["a\0", "Unexpected character at index 1"],
];
for (const [header, message] of ends) {
  test(`a reader says what is wrong with ${JSON.stringify(header)}`, () => {
    const reader = new HeaderReader(header);
    const read = (): void => {
      reader.token();
      reader.another();
    };
    assert.throws(read, { name: "SyntaxError", message });
  });
}
