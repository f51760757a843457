/** What is made of a list is made once for the same one. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { MadeOnce } from "../../src/protocol/made-once.ts";

const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];

function counting(): { readonly made: MadeOnce; readonly calls: number[] } {
  const calls: number[] = [];
  const made = new MadeOnce((pieces) => {
    calls.push(pieces.length);
    return [Uint8Array.of(pieces.length)];
  });
  return { made, calls };
}

test("made once for the same list", () => {
  const { made, calls } = counting();
  const list = [a, b];
  const first = made.of(list);
  assert.equal(made.of(list), first);
  assert.deepEqual(calls, [2]);
});

const others: [name: string, pieces: readonly Uint8Array[]][] = [
  ["another list", [b]],
  ["another list of the same pieces", [a, b]],
  ["none", []],
];

for (const [name, pieces] of others) {
  test(`made anew for ${name}`, () => {
    const { made, calls } = counting();
    made.of([a, b]);
    made.of(pieces);
    assert.deepEqual(calls, [2, pieces.length]);
  });
}

test("what was cleared is forgotten", () => {
  const { made, calls } = counting();
  assert.equal(made.isEmpty, true);
  made.of([a]);
  assert.equal(made.isEmpty, false);
  made.clear();
  assert.equal(made.isEmpty, true);
  made.of([a]);
  assert.deepEqual(calls, [1, 1]);
});
