import assert from "node:assert/strict";
import { test } from "node:test";
import { type Move, move, readyStates, type State } from "../../src/protocol/ready-state.ts";

const moves: [State, Move, State | undefined][] = [
  ["connecting", "announce", "open"],
  ["connecting", "reestablish", "connecting"],
  ["connecting", "close", "closed"],
  ["open", "announce", undefined],
  ["open", "reestablish", "connecting"],
  ["open", "close", "closed"],
  ["closed", "announce", undefined],
  ["closed", "reestablish", undefined],
  ["closed", "close", "closed"],
];

for (const [state, by, expected] of moves) {
  test(`${by} of an event source that is ${state} ${expected === undefined ? "throws" : `makes it ${expected}`}`, () => {
    if (expected === undefined) assert.throws(() => move(state, by), /cannot/);
    else assert.equal(move(state, by), expected);
  });
}

test("programs know the states as 0, 1 and 2", () => {
  assert.deepEqual(readyStates, { connecting: 0, open: 1, closed: 2 });
});
