/** The limit on held HTTP streams, and what the visitor is told about it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBudget, mayAdd, mayBecome } from "../../playground/stream-budget.ts";
import type { Kind } from "../../playground/wires/connection.ts";

const [ws, es, poll]: readonly Kind[] = ["websocket", "eventsource", "poll"];
assert.ok(ws !== undefined && es !== undefined && poll !== undefined);

const adds: readonly [kinds: readonly Kind[], kind: Kind, allowed: boolean][] = [
  [[], es, true],
  [[es, poll, es], poll, true],
  [[es, poll, es, poll], poll, false],
  [[es, es, es, es], es, false],
  [[es, poll, es, poll], ws, true],
  [[ws, ws, ws, ws, ws], es, true],
  [[ws, ws, ws, ws, ws, ws], ws, false],
];

for (const [kinds, kind, allowed] of adds) {
  test(`to ${kinds.join(", ") || "nothing"}, one more ${kind} ${allowed ? "may" : "may not"} be added`, () => {
    assert.equal(mayAdd(kinds, kind), allowed);
  });
}

const turns: readonly [kinds: readonly Kind[], from: Kind, to: Kind, allowed: boolean][] = [
  [[es, es, es, ws], ws, es, true],
  [[es, es, es, es, ws], ws, poll, false],
  [[es, es, es, es, ws], es, poll, true],
  [[es, es, es, es], es, ws, true],
];

for (const [kinds, from, to, allowed] of turns) {
  test(`among ${kinds.join(", ")}, a ${from} ${allowed ? "may" : "may not"} become a ${to}`, () => {
    assert.equal(mayBecome(kinds, from, to), allowed);
  });
}

test("the visitor is told how many streams are held, and at the limit why there are no more", () => {
  assert.match(describeBudget([ws, es, poll]), /^2 of 4 HTTP streams held/);
  assert.match(describeBudget([es, es, poll, poll]), /six HTTP\/1.1 connections.*a POST never waits/);
  assert.match(describeBudget([ws, ws, ws, ws, ws, ws]), /^6 panels/);
});
