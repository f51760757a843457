/** The queue of a poll session: what is kept, and until when. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseCursor } from "../../src/plain/cursor.ts";
import { type PollEntry, PollQueue } from "../../src/plain/poll-queue.ts";

function entry(json: string, id?: string): PollEntry {
  return { json, bytes: json.length, id };
}

test("a batch is offered again until its cursor comes back", () => {
  const queue = new PollQueue("q", undefined);
  queue.push([entry("a"), entry("b")], 0);
  const first = queue.offer();
  assert.deepEqual(first.events, ["a", "b"]);
  queue.push([entry("c")], 0);
  assert.deepEqual(queue.offer().events, ["a", "b", "c"]);
  queue.confirm(parseCursor(first.next));
  assert.deepEqual(queue.offer().events, ["c"]);
  assert.equal(queue.bytes, 1);
});

test("a cursor carries the last id that the client has", () => {
  const queue = new PollQueue("q", "e-1");
  assert.equal(parseCursor(queue.offerNothing().next)?.id, "e-1");
  queue.push([entry("a", "e-2"), entry("b")], 0);
  const { next } = queue.offer();
  assert.equal(parseCursor(next)?.id, "e-2");
  assert.equal(parseCursor(queue.offerNothing().next)?.id, "e-1");
  queue.confirm(parseCursor(next));
  assert.equal(parseCursor(queue.offerNothing().next)?.id, "e-2");
});

const strange: [says: string, cursor: string][] = [
  ["of another queue", "other.2~"],
  ["that was not given yet", "q.3~"],
  ["of the past", "q.0~"],
];

for (const [says, cursor] of strange) {
  test(`a cursor ${says} confirms nothing`, () => {
    const queue = new PollQueue("q", undefined);
    queue.push([entry("a"), entry("b")], 0);
    queue.offer();
    queue.push([entry("c")], 0);
    queue.confirm(parseCursor(cursor));
    assert.deepEqual(queue.offer().events, ["a", "b", "c"]);
  });
}

test("the id of an event that was in an answer confirms it and all before it; any other confirms nothing", () => {
  const queue = new PollQueue("q", undefined);
  queue.push([entry("a", "e-1"), entry("b"), entry("c", "e-2"), entry("d")], 0);
  queue.offer();
  queue.push([entry("e", "e-3")], 0);
  const rest = (id: string): readonly string[] => {
    queue.confirm({ id });
    return queue.offer().events;
  };
  queue.confirm({ id: "e-3" }); // not yet offered
  assert.deepEqual(rest("e-0"), ["a", "b", "c", "d", "e"]);
  assert.deepEqual(rest("e-2"), ["d", "e"]);
  assert.deepEqual(rest("e-1"), ["d", "e"]);
  assert.deepEqual(rest("e-3"), []);
  assert.deepEqual(queue.bytes, 0);
});

test("what was never offered is fresh; the oldest is what was queued first", () => {
  const queue = new PollQueue("q", undefined);
  assert.equal(queue.oldest, undefined);
  queue.push([entry("a")], 5);
  queue.push([entry("b")], 6);
  assert.deepEqual([queue.fresh, queue.oldest], [2, 5]);
  const { next } = queue.offer();
  assert.equal(queue.fresh, 0);
  queue.push([entry("c")], 7);
  queue.confirm(parseCursor(next));
  assert.deepEqual([queue.fresh, queue.oldest], [1, 7]);
});

test("whatever answers get lost, each event is seen once and in order", () => {
  const step = fc.record({ events: fc.nat(3), isLost: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const queue = new PollQueue("q", undefined);
      const seen: string[] = [];
      let cursor = "";
      let sent = 0;
      for (const { events, isLost } of [...steps, { events: 0, isLost: false }]) {
        for (let n = 0; n < events; n++) queue.push([entry(String(sent++))], 0);
        queue.confirm(parseCursor(cursor));
        const batch = queue.offer();
        if (isLost) continue;
        seen.push(...batch.events);
        cursor = batch.next;
      }
      assert.deepEqual(
        seen,
        Array.from({ length: sent }, (_, n) => String(n)),
      );
    }),
  );
});
