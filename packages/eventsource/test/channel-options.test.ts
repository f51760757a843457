/** Options of a channel: defaults, and what is refused at the call. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveChannelOptions } from "../src/channel-options.ts";

const defaults = { events: 10_000, bytes: 16_777_216, age: 120_000 };

const resolved: [options: object, history: object | undefined, conflation: object | undefined][] = [
  [{}, undefined, undefined],
  [{ history: undefined, slow: undefined }, undefined, undefined],
  [{ history: false, slow: "close" }, undefined, undefined],
  [{ history: true }, defaults, undefined],
  [{ history: {} }, defaults, undefined],
  [{ history: { events: 1, age: undefined } }, { ...defaults, events: 1 }, undefined],
  [{ history: { bytes: 5, age: 7 } }, { ...defaults, bytes: 5, age: 7 }, undefined],
  [{ slow: "conflate" }, undefined, { events: 1_000, bytes: 1_048_576 }],
  [{ slow: "conflate", maxConflatedEvents: 2, maxConflatedBytes: 3 }, undefined, { events: 2, bytes: 3 }],
];

for (const [options, history, conflation] of resolved) {
  test(`takes ${JSON.stringify(options)}`, () => {
    assert.deepEqual(resolveChannelOptions(options), { history, conflation, state: undefined });
  });
}

test("the state is the program's own", () => {
  const state = {};
  assert.equal(resolveChannelOptions({ state }).state, state);
});

const noLimits = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null, false];
const refused: [options: object, code: string][] = [
  ...[null, 5, "all"].map((options): [object, string] => [options as never, "bad-options"]),
  ...[null, 5, "all"].map((history): [object, string] => [{ history }, "bad-history"]),
  ...noLimits.flatMap((limit): [object, string][] => [
    [{ history: { events: limit } }, "bad-history"],
    [{ history: { bytes: limit } }, "bad-history"],
    [{ history: { age: limit } }, "bad-history"],
    [{ maxConflatedEvents: limit }, "bad-conflation"],
    [{ maxConflatedBytes: limit }, "bad-conflation"],
  ]),
  ...["drop", true, null].map((slow): [object, string] => [{ slow }, "bad-slow"]),
];

for (const [options, code] of refused) {
  test(`refuses ${JSON.stringify(options)} (${code})`, () => {
    assert.throws(() => resolveChannelOptions(options), { name: "EventStreamError", code });
  });
}
