/** The closing handshake: every move from every state. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Move, maySend, maySendClose, move, type State } from "../../src/protocol/closing.ts";

const moves: [from: State, by: Move, to: State | undefined][] = [
  ["open", "sendClose", "localClosing"],
  ["open", "receiveClose", "remoteClosing"],
  ["open", "fail", "closed"],
  ["open", "endOfStream", "closed"],
  ["localClosing", "sendClose", undefined],
  ["localClosing", "receiveClose", "closed"],
  ["localClosing", "fail", "closed"],
  ["localClosing", "endOfStream", "closed"],
  ["remoteClosing", "sendClose", "closed"],
  ["remoteClosing", "receiveClose", undefined],
  ["remoteClosing", "fail", "closed"],
  ["remoteClosing", "endOfStream", "closed"],
  ["closed", "sendClose", undefined],
  ["closed", "receiveClose", undefined],
  ["closed", "fail", undefined],
  ["closed", "endOfStream", "closed"],
];

for (const [from, by, to] of moves) {
  if (to === undefined) test(`${from} knows no ${by}`, () => assert.throws(() => move(from, by), /No move/));
  else test(`${from}, ${by}: ${to}`, () => assert.equal(move(from, by), to));
}

test("messages leave only while open, a close frame also as the answer to one", () => {
  const states: State[] = ["open", "localClosing", "remoteClosing", "closed"];
  assert.deepEqual(states.filter(maySend), ["open"]);
  assert.deepEqual(states.filter(maySendClose), ["open", "remoteClosing"]);
});
