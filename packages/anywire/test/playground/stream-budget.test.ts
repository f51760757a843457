/** The limit on held HTTP streams, and what the visitor is told about it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBudget, type Held, mayAdd, mayBecome } from "../../playground/stream-budget.ts";
import type { Kind } from "../../playground/wires/connection.ts";

const sio: Kind = "socket.io";
const ws: Kind = "websocket";
const es: Kind = "eventsource";
const poll: Kind = "poll";

const adds: readonly [kinds: readonly Kind[], kind: Kind, allowed: boolean][] = [
  [[], es, true],
  [[es, poll, es], poll, true],
  [[es, poll, es, poll], poll, false],
  [[es, es, es, es], es, false],
  [[es, poll, es, poll], ws, true],
  [[ws, ws, ws, ws, ws], es, true],
  [[es, poll, es, poll], sio, true],
  [[sio, sio, ws, ws, ws, ws, ws], es, true],
  [[sio, sio, ws, ws, ws, ws, ws, ws], ws, false],
];

for (const [kinds, kind, allowed] of adds) {
  test(`to ${kinds.join(", ") || "nothing"}, one more ${kind} ${allowed ? "may" : "may not"} be added`, () => {
    assert.equal(mayAdd({ kinds, others: 0 }, kind), allowed);
  });
}

const turns: readonly [kinds: readonly Kind[], from: Kind, to: Kind, allowed: boolean][] = [
  [[es, es, es, ws], ws, es, true],
  [[es, es, es, es, ws], ws, poll, false],
  [[es, es, es, es, ws], es, poll, true],
  [[es, es, es, es], es, ws, true],
  [[es, es, es, es], es, sio, true],
  [[es, es, es, es, sio], sio, poll, false],
];

for (const [kinds, from, to, allowed] of turns) {
  test(`among ${kinds.join(", ")}, a ${from} ${allowed ? "may" : "may not"} become a ${to}`, () => {
    assert.equal(mayBecome({ kinds, others: 0 }, from, to), allowed);
  });
}

test("the visitor is told how many streams are held, and at the limit why there are no more", () => {
  assert.match(describeBudget({ kinds: [ws, es, poll], others: 0 }), /^2 of 4 HTTP streams held/);
  assert.match(
    describeBudget({ kinds: [es, es, poll, poll], others: 0 }),
    /six HTTP\/1.1 connections.*a POST never waits/,
  );
  assert.match(describeBudget({ kinds: [ws, ws, ws, ws, sio, sio, sio, sio], others: 0 }), /^8 panels/);
});

test("what other tabs hold counts: for the number, for what may be added, and for what a panel may become", () => {
  const three = { kinds: [ws, es], others: 2 };
  assert.match(describeBudget(three), /^3 of 4 HTTP streams held, 2 by other tabs/);
  assert.equal(mayAdd(three, poll), true);
  for (const others of [3, 4]) {
    const full: Held = { kinds: [ws, es], others };
    const told = describeBudget(full);
    assert.ok(told.startsWith(`All 4 streams are held, ${others} by other tabs. Close a panel or a tab to free one.`));
    assert.deepEqual([mayAdd(full, es), mayAdd(full, ws)], [false, true]);
    assert.deepEqual([mayBecome(full, ws, es), mayBecome(full, es, poll)], [false, true]);
  }
});
