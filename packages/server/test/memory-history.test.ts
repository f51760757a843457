import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import type { LogEntry, Stay } from "../src/history.ts";
import type { MemoryHistory } from "../src/memory-history.ts";
import { entry, historyContract, namesIn, stay } from "./history.contract.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, tick } from "./world.ts";

historyContract("in memory", memoryHistory);
historyContract("answering late", (limits) => new LateHistory(memoryHistory(limits), { answers: "soon" }));
historyContract(
  "writing late",
  (limits) => new LateHistory(memoryHistory(limits), { writes: "at-answer", answers: "soon" }),
);

test("holds no more events than its limit", () => {
  const history = memoryHistory({ events: 10 });
  for (let index = 0; index < 1000; index++) {
    history.append([entry("x")]);
    assert.ok(history.size <= 10);
  }
});

test("lets go of the arguments of what it drops at once", async () => {
  const history = memoryHistory({ events: 1 });
  const dropped = appendWeakly(history);
  history.append([entry("next")]);
  await tick(); // a WeakRef holds its value to the end of the turn
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  assert.equal(dropped.deref(), undefined);
});

/** Apart, so that no local variable keeps the value alive. */
function appendWeakly(history: MemoryHistory): WeakRef<object> {
  const value = { big: true };
  history.append([{ ...entry("dropped"), args: [value] }]);
  return new WeakRef(value);
}

test("holds no more bytes than its limit, though each event is small in number", () => {
  const history = memoryHistory({ bytes: 64 * 1024 });
  for (let index = 0; index < 500; index++) {
    history.append([{ ...entry("x"), args: ["y".repeat(1000 + (index % 7) * 1000)] }]);
    assert.ok(history.size <= 64);
  }
});

test("its losses stay bounded for 100,000 rooms, and what they forgot counts as lost", () => {
  const history = memoryHistory({ events: 10 });
  const start = history.position;
  for (let index = 0; index < 100_000; index++) history.append([entry("x", { rooms: [`room ${index}`] })]);
  assert.deepEqual(history.read(start, { stays: [stay("room 0")], limit: 1 }), { gap: "window-exceeded" });
  assert.deepEqual(history.read(start, { stays: [stay("room 99000")], limit: 1 }), { gap: "window-exceeded" });
  assert.deepEqual(namesIn(history.read(start, { stays: [], limit: 1 })), [], "nothing was for everyone");
  assert.deepEqual(namesIn(history.read("e-99980", { stays: [stay("room 99000")], limit: 1 })), []);
});

/** The whole log, kept for ever: what a history with a window is judged by. */
class WholeLog {
  readonly entries: LogEntry[] = [];

  /** Offsets that a reader would have heard after `after`. */
  heard(after: number, stays: readonly Stay[]): number[] {
    const wasIn = (room: string, offset: number): boolean =>
      stays.some(
        (each) => each.room === room && offsetOf(each.after) < offset && offset <= offsetOf(each.until, Infinity),
      );
    return this.entries.flatMap(({ rooms, except }, index) => {
      const offset = index + 1;
      if (offset <= after || except.some((room) => wasIn(room, offset))) return [];
      return rooms.length === 0 || rooms.some((room) => wasIn(room, offset)) ? [offset] : [];
    });
  }
}

function offsetOf(id: string | undefined, otherwise = 0): number {
  return id === undefined ? otherwise : Number(id.slice(2));
}

const room = fc.constantFrom("a", "b", "c", "d");
const rooms = fc.uniqueArray(room, { maxLength: 2 });
const events = fc.integer({ min: 1, max: 20 });

test("tells all that a reader heard, or that something was lost", () => {
  const stays = fc.array(fc.record({ room, after: fc.nat(30), length: fc.option(fc.nat(30), { nil: undefined }) }), {
    maxLength: 4,
  });
  const emits = fc.array(fc.record({ rooms, except: rooms }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.record({ entries: emits, spans: stays, from: fc.nat(40), events }), (run) => {
      const { entries, spans, from, events } = run;
      const history = memoryHistory({ events });
      const whole = new WholeLog();
      for (const target of entries) {
        history.append([entry("x", target)]);
        whole.entries.push(entry("x", target));
      }
      const after = Math.min(from, entries.length);
      const reader = spans.map(({ room, after, length }) =>
        stay(room, `e-${after}`, length === undefined ? undefined : `e-${after + length}`),
      );
      const heard = whole.heard(after, reader);
      const hasLost = heard.some((offset) => offset <= entries.length - history.size);
      const result = history.read(`e-${after}`, { stays: reader, limit: 1000 });
      if ("gap" in result) return;
      assert.equal(hasLost, false, "a loss was not told");
      assert.deepEqual(
        result.events.map(({ id }) => offsetOf(id)),
        heard,
      );
    }),
    { numRuns: 2000 },
  );
});

test("says no gap to who stayed in its rooms and lost nothing, whoever else is excluded", () => {
  const speakers = fc.array(
    fc.record({ speaker: fc.constantFrom("me", "you", "they"), room: fc.constantFrom("a", "b") }),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(speakers, fc.nat(40), events, (said, from, events) => {
      const history = memoryHistory({ events });
      const whole = new WholeLog();
      for (const { speaker, room } of said) {
        const each = entry(speaker, { rooms: [room], except: [speaker] });
        history.append([each]);
        whole.entries.push(each);
      }
      const after = Math.min(from, said.length);
      const reader = [stay("me"), stay("a")];
      const hasLost = whole.heard(after, reader).some((offset) => offset <= said.length - history.size);
      assert.equal("gap" in history.read(`e-${after}`, { stays: reader, limit: 1000 }), hasLost);
    }),
    { numRuns: 1000 },
  );
});

test("what is old goes even where nobody emits or reads any more", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  const history = memoryHistory({ age: 1_000, now: () => now });
  history.append([{ name: "x", args: [], rooms: [], except: [] }]);
  assert.equal(history.size, 1);
  now = 1_001;
  t.mock.timers.tick(1_001);
  assert.equal(history.size, 0);
});
