/** `subprotocol` and `extension` give what npm's ws gives, results and errors, for all short headers of the characters that matter. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as peer from "ws";
import { extension, subprotocol } from "../src/header-faces.ts";

type Parse = (header: string) => unknown;

/** ws has them; its types do not. */
function peerFace(name: string): { parse: Parse; format: (extensions: unknown) => string } {
  return Reflect.get(peer, name);
}

function* headers(characters: string, length: number): Generator<string> {
  if (length === 0) return yield "";
  for (const shorter of headers(characters, length - 1)) {
    if (shorter.length === length - 1) for (const character of characters) yield shorter + character;
    yield shorter;
  }
}

function outcome(parse: Parse, header: string): unknown {
  try {
    return parse(header);
  } catch (error) {
    return String(error);
  }
}

const faces: [name: string, ours: Parse, characters: string, length: number][] = [
  ["subprotocol", subprotocol.parse, "ab, \t;é", 5],
  ["extension", extension.parse, 'ab,;= "\\', 5],
];

for (const [name, ours, characters, length] of faces) {
  test(`${name}.parse`, () => {
    const { parse } = peerFace(name);
    for (const header of new Set(headers(characters, length))) {
      assert.deepEqual(outcome(ours, header), outcome(parse, header), JSON.stringify(header));
    }
  });
}

const long: [face: string, ours: Parse, header: string][] = [
  ["subprotocol", subprotocol.parse, "graphql-ws ,\tmqtt, v1.chat"],
  ["subprotocol", subprotocol.parse, "constructor, __proto__, toString"],
  [
    "extension",
    extension.parse,
    'permessage-deflate; server_max_window_bits="10"; client_max_window_bits, permessage-deflate',
  ],
  ["extension", extension.parse, "__proto__; constructor=__proto__; constructor, toString"],
  ["extension", extension.parse, 'a; b="\\c\\d"; b=e; f'],
];

for (const [name, ours, header] of long) {
  test(`${name}.parse: ${header}`, () =>
    assert.deepEqual(outcome(ours, header), outcome(peerFace(name).parse, header)));
}

test("what extension.format writes is read back, and is what ws writes", () => {
  const extensions = { "permessage-deflate": [{ a: true, b: ["1", true], c: 3 }, {}], other: { d: false } };
  const header = extension.format(extensions);
  assert.equal(header, peerFace("extension").format(extensions));
  assert.equal(extension.format(extension.parse(header)), header);
});
