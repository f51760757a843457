/** What is held for clients that come back, and where an id leads: nothing is lost unsaid. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { History, type HistoryEvent, type HistoryLimits } from "../../src/protocol/history.ts";

const wide: HistoryLimits = { events: 1_000, bytes: 1_000_000, age: 1_000_000 };

function open(limits: Partial<HistoryLimits> = {}): History<HistoryEvent> {
  return new History({ ...wide, ...limits }, "e");
}

/** @param ids undefined where the history gives one */
function fill(history: History<HistoryEvent>, ...ids: readonly (string | undefined)[]): void {
  for (const id of ids) history.append({ id: id ?? history.nextId, bytes: new Uint8Array(1) }, 0);
}

function idsAfter(history: History<HistoryEvent>, id: string, now = 0): (string | undefined)[] | "missed" {
  const from = history.after(id, now);
  if (from === undefined) return "missed";
  return Array.from({ length: history.end - from }, (_, at) => history.at(from + at)?.id);
}

test("an event is called by the epoch and its number, and a new history by its beginning", () => {
  const history = open();
  assert.deepEqual([history.id, history.nextId], ["e-0", "e-1"]);
  fill(history, undefined, undefined);
  assert.deepEqual([history.id, history.nextId], ["e-2", "e-3"]);
  assert.deepEqual(idsAfter(history, "e-0"), ["e-1", "e-2"]);
});

const held: (string | undefined)[] = [undefined, "b", undefined, "", "e"];
const led: [name: string, id: string, ids: string[] | "missed"][] = [
  ["an empty id: nothing was missed", "", []],
  ["the history's id", "e-1", ["b", "e-3", "", "e"]],
  ["the program's id", "b", ["e-3", "", "e"]],
  ["the moment of an event that has an id of the program's", "e-2", ["e-3", "", "e"]],
  ["the newest event", "e", []],
  ["this moment", "e-5", []],
  ["a moment to come", "e-6", "missed"],
  ["another epoch", "f-1", "missed"],
  ["the epoch alone", "e-", "missed"],
  ["a number that is not written so", "e-01", "missed"],
  ["a number with a sign", "e-+1", "missed"],
  ["a number with a fraction", "e-1.0", "missed"],
  ["a number in hexadecimal", "e-0x1", "missed"],
  ["a number that no number holds", "e-99999999999999999999", "missed"],
  ["what every object has", "__proto__", "missed"],
  ["what every object has, once more", "constructor", "missed"],
];

for (const [name, id, ids] of led) {
  test(`where it leads: ${name}`, () => {
    const history = open();
    fill(history, ...held);
    assert.deepEqual(idsAfter(history, id), ids);
  });
}

test("an id that is given twice leads behind the first, so that nothing is lost", () => {
  const history = open({ events: 3 });
  fill(history, "x", "x", "y");
  assert.deepEqual(idsAfter(history, "x"), ["x", "y"]);
  fill(history, "z");
  assert.deepEqual(idsAfter(history, "x"), ["x", "y", "z"]);
  for (let again = 0; again < 3; again++) {
    fill(history, "x");
    assert.equal(idsAfter(history, "x"), "missed"); // behind the first one is an event that has left
  }
});

test("behind the last event that has left nothing is missing, behind the one before it something is", () => {
  const history = open({ events: 2 });
  fill(history, "a", "b", "c", "d");
  assert.deepEqual(
    ["a", "b", "c", "e-1", "e-2"].map((id) => idsAfter(history, id)),
    ["missed", ["c", "d"], ["d"], "missed", ["c", "d"]],
  );
});

test("who was there before the first event has missed it once it has left", () => {
  const history = open({ events: 2 });
  fill(history, undefined, undefined);
  assert.deepEqual(idsAfter(history, "e-0"), ["e-1", "e-2"]);
  fill(history, undefined);
  assert.equal(idsAfter(history, "e-0"), "missed");
});

test("after a silence that is longer than the age, nobody has missed anything", () => {
  const history = open({ age: 100 });
  fill(history, "a", "b");
  assert.deepEqual(idsAfter(history, "a", 100), ["b"]);
  assert.deepEqual([idsAfter(history, "b", 101), idsAfter(history, "a", 101)], [[], "missed"]);
});

test("what is too old for those who come back is held as long again for those who came in time", () => {
  const history = open({ age: 100 });
  fill(history, "a", "b");
  history.expire(200);
  assert.deepEqual([history.start, history.end, history.at(1)?.id], [0, 2, "b"]);
  history.expire(201);
  assert.deepEqual([history.start, history.end, history.bytes], [2, 2, 0]);
  assert.deepEqual([idsAfter(history, "b", 201), idsAfter(history, "a", 201)], [[], "missed"]);
});

test("an event that is larger than all that may be held leaves nothing behind, and says so", () => {
  const history = open({ bytes: 10 });
  fill(history, "a");
  history.append({ id: "large", bytes: new Uint8Array(11) }, 0);
  assert.deepEqual([history.start, history.end, history.bytes], [2, 2, 0]);
  assert.deepEqual([idsAfter(history, "a"), idsAfter(history, "large")], ["missed", []]);
});

interface Sent {
  readonly event: HistoryEvent;
  readonly at: number;
}

/** Keeps everything, and looks at all of it each time. */
class PlainHistory {
  readonly sent: Sent[] = [];
  /** By position of an event: how many had been forgotten when it came. */
  readonly forgotten: number[] = [];
  start = 0;
  private readonly limits: HistoryLimits;

  constructor(limits: HistoryLimits) {
    this.limits = limits;
  }

  append(event: HistoryEvent, now: number): void {
    this.forgotten.push(Math.max(0, this.start - 1));
    this.sent.push({ event, at: now });
    this.expire(now);
  }

  expire(now: number): void {
    while (this.start < this.sent.length && !this.fits(now)) this.start++;
  }

  after(id: string, now: number): number | undefined {
    if (id === "") return this.sent.length;
    const moment = Array.from({ length: this.sent.length + 1 }, (_, at) => `e-${at}`).indexOf(id);
    const from = moment === -1 ? this.behindOwn(id) : moment;
    if (from === undefined || from < this.start) return undefined;
    return this.sent.slice(from).every(({ at }) => now - at <= this.limits.age) ? from : undefined;
  }

  /** An id is forgotten when its last event has left, and another one after it. */
  private behindOwn(id: string): number | undefined {
    const positions = this.sent.flatMap(({ event }, at) => (event.id === id ? [at] : []));
    let first: number | undefined;
    for (const [at, position] of positions.entries()) {
      const previous = positions[at - 1];
      if (previous === undefined || (this.forgotten[position] ?? 0) > previous) first = position;
    }
    return first === undefined ? undefined : first + 1;
  }

  private fits(now: number): boolean {
    const left = this.sent.slice(this.start);
    const bytes = left.reduce((sum, { event }) => sum + event.bytes.length, 0);
    const oldest = left[0];
    return (
      left.length <= this.limits.events &&
      bytes <= this.limits.bytes &&
      oldest !== undefined &&
      now - oldest.at <= 2 * this.limits.age
    );
  }
}

const steps = fc.array(
  fc.record({
    id: fc.constantFrom(undefined, undefined, "", "a", "b", "c", "e-2", "e-30"),
    size: fc.nat(6),
    wait: fc.nat(4),
    isAppend: fc.boolean(),
  }),
);
const asked = ["", "a", "b", "c", "f-1", ...Array.from({ length: 32 }, (_, at) => `e-${at}`)];

test("does what a list does that keeps everything", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (sequence, events) => {
      const limits = { events, bytes: 12, age: 9 };
      const history = new History<HistoryEvent>(limits, "e");
      const plain = new PlainHistory(limits);
      let now = 0;
      for (const { id, size, wait, isAppend } of sequence) {
        now += wait;
        const event = { id: id ?? history.nextId, bytes: new Uint8Array(size) };
        if (isAppend) {
          plain.append(event, now);
          history.append(event, now);
        } else {
          plain.expire(now);
          history.expire(now);
        }
        assert.deepEqual([history.start, history.end], [plain.start, plain.sent.length]);
        const left = plain.sent.slice(plain.start);
        assert.equal(
          history.bytes,
          left.reduce((sum, { event: { bytes } }) => sum + bytes.length, 0),
        );
        for (const [at, { event: sent }] of left.entries()) assert.equal(history.at(plain.start + at), sent);
        assert.equal(history.at(plain.start - 1), undefined);
        for (const name of asked) assert.equal(history.after(name, now), plain.after(name, now), name);
      }
    }),
  );
});
