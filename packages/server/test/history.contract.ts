/** What every History must do (delivery: "History"). */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { History, LogEntry, ReadResult, Stay } from "../src/history.ts";

export interface ContractLimits {
  readonly events?: number;
  readonly bytes?: number;
  readonly age?: number;
  readonly epoch?: string;
  readonly now?: () => number;
}

export function entry(name: string, target: Partial<Pick<LogEntry, "rooms" | "except">> = {}): LogEntry {
  return { name, args: [], rooms: [], except: [], ...target };
}

/** A stay from the log's beginning to now, unless said otherwise. */
export function stay(room: string, after?: string, until?: string): Stay {
  return { room, after, until };
}

export function namesIn(result: ReadResult): string[] {
  assert.ok("events" in result, `a gap: ${JSON.stringify(result)}`);
  return result.events.map(({ name }) => name);
}

export function historyContract(kind: string, open: (limits: ContractLimits) => History): void {
  const read = async (history: History, after: string, stays: readonly Stay[] = []): Promise<ReadResult> =>
    history.read(after, { stays, limit: 1000 });

  test(`${kind}: ids ascend in the order of append, across batches`, async () => {
    const history = open({});
    const ids = [
      history.position,
      ...(await history.append([entry("a"), entry("b")])),
      ...(await history.append([])),
      ...(await history.append([entry("c")])),
    ];
    assert.equal(new Set(ids).size, 4);
    for (const [index, id] of ids.entries()) {
      for (const [other, otherId] of ids.entries()) {
        assert.equal(Math.sign(history.compare(id, otherId)), Math.sign(index - other));
      }
    }
    assert.equal(history.position, ids.at(-1));
  });

  test(`${kind}: reads what came after an id, in the log's order, each event as it was appended`, async () => {
    const history = open({});
    const entries = ["a", "b", "c"].map((name, index) => ({ ...entry(name), args: [index, { name }] }));
    const ids = await history.append(entries);
    for (const [index, after] of [history.position, ...ids].entries()) {
      const start = index === 0 ? ids.length : index;
      const result = await read(history, after);
      assert.deepEqual(result, {
        events: entries.slice(start).map((each, at) => ({ ...each, id: ids[start + at] })),
        upTo: history.position,
      });
    }
  });

  test(`${kind}: goes on where a limited answer ended, without hole or repeat`, async () => {
    const history = open({});
    const start = history.position;
    const batch = Array.from({ length: 20 }, (_, index) =>
      entry(`${index}`, { rooms: index % 3 === 0 ? ["a"] : ["b"] }),
    );
    await history.append(batch);
    const names: string[] = [];
    for (let after = start; after !== history.position; ) {
      const result = await history.read(after, { stays: [stay("a")], limit: 2 });
      assert.ok("events" in result);
      assert.ok(result.events.length <= 2);
      assert.ok(history.compare(result.upTo, after) > 0);
      names.push(...namesIn(result));
      after = result.upTo;
    }
    assert.deepEqual(names, ["0", "3", "6", "9", "12", "15", "18"]);
  });

  const audiences: [name: string, target: Partial<LogEntry>, stays: readonly string[], heard: boolean][] = [
    ["everyone hears what has no rooms", {}, [], true],
    ["a member hears its room", { rooms: ["a"] }, ["a"], true],
    ["a stranger does not", { rooms: ["a"] }, ["b"], false],
    ["one of several rooms is enough", { rooms: ["a", "b"] }, ["b"], true],
    ["who is excluded by any of its rooms does not", { rooms: ["a"], except: ["x", "b"] }, ["a", "b"], false],
    ["who is excluded does not hear what is for everyone", { except: ["b"] }, ["b"], false],
    ["a room called __proto__ is a room", { rooms: ["__proto__"] }, ["__proto__"], true],
    ["a room called constructor has no members by itself", { rooms: ["constructor"] }, ["a"], false],
    ["an exclusion called toString excludes nobody by itself", { rooms: ["a"], except: ["toString"] }, ["a"], true],
  ];
  for (const [name, target, stays, heard] of audiences) {
    test(`${kind}: ${name}`, async () => {
      const history = open({});
      const start = history.position;
      await history.append([entry("x", target)]);
      const result = await read(
        history,
        start,
        stays.map((room) => stay(room)),
      );
      assert.deepEqual(namesIn(result), heard ? ["x"] : []);
    });
  }

  test(`${kind}: a room is heard from the join to the leave, and again after the next join`, async () => {
    const history = open({});
    const start = history.position;
    const at: string[] = [];
    for (const name of ["before", "in", "between", "again", "after"]) {
      const [id] = await history.append([entry(name, { rooms: ["a"] })]);
      at.push(id ?? "");
    }
    const [before, within, between, again] = at;
    assert.deepEqual(namesIn(await read(history, start, [stay("a", before, within), stay("a", between, again)])), [
      "in",
      "again",
    ]);
  });

  test(`${kind}: an exclusion counts only while the reader was there`, async () => {
    const history = open({});
    const start = history.position;
    const [first] = await history.append([entry("one", { except: ["x"] })]);
    const [second] = await history.append([entry("two", { except: ["x"] })]);
    await history.append([entry("three", { except: ["x"] })]);
    assert.deepEqual(namesIn(await read(history, start, [stay("x", first, second)])), ["one", "three"]);
  });

  test(`${kind}: what left the window is a gap for those who would have heard it, and for nobody else`, async () => {
    const history = open({ events: 2 });
    const start = history.position;
    const [lost] = await history.append([entry("lost", { rooms: ["a"] })]);
    await history.append([entry("b", { rooms: ["b"] }), entry("c", { rooms: ["c"] })]);
    assert.ok(lost !== undefined);
    assert.deepEqual(await read(history, start, [stay("a")]), { gap: "window-exceeded" });
    assert.deepEqual(await read(history, start, [stay("b"), stay("a")]), { gap: "window-exceeded" });
    assert.deepEqual(namesIn(await read(history, start, [stay("b")])), ["b"]);
    assert.deepEqual(namesIn(await read(history, lost, [stay("a"), stay("c")])), ["c"], "it has the lost one");
    assert.deepEqual(namesIn(await read(history, start, [stay("a", lost), stay("c")])), ["c"], "it joined afterwards");
    assert.deepEqual(
      namesIn(await read(history, start, [stay("a", undefined, start), stay("c")])),
      ["c"],
      "it left before",
    );
  });

  test(`${kind}: what was for everyone and left the window is a gap for everyone`, async () => {
    const history = open({ events: 1 });
    const start = history.position;
    const [lost] = await history.append([entry("lost")]);
    await history.append([entry("kept")]);
    assert.deepEqual(await read(history, start, []), { gap: "window-exceeded" });
    assert.deepEqual(namesIn(await read(history, lost ?? "", [])), ["kept"]);
  });

  test(`${kind}: who was excluded from what left the window has no gap`, async () => {
    const history = open({ events: 1 });
    const start = history.position;
    const said = [
      entry("mine", { rooms: ["chat"], except: ["me"] }),
      entry("mine too", { rooms: ["chat"], except: ["me"] }),
    ];
    await history.append([...said, entry("kept", { rooms: ["chat"], except: ["me"] })]);
    assert.deepEqual(namesIn(await read(history, start, [stay("chat"), stay("me")])), []);
    assert.deepEqual(await read(history, start, [stay("chat"), stay("you")]), { gap: "window-exceeded" });
    const later = history.position;
    const joinedLate = [stay("chat"), stay("me", later)];
    assert.deepEqual(await read(history, start, joinedLate), { gap: "window-exceeded" }, "it was not excluded yet");
  });

  test(`${kind}: of two who talk in turn, each is told of a gap only for what the other said`, async () => {
    const history = open({ events: 1 });
    const start = history.position;
    const heard: string[] = [];
    for (const speaker of ["me", "you", "me", "me"]) {
      const [id] = await history.append([entry(speaker, { rooms: ["chat"], except: [speaker] })]);
      heard.push(id ?? "");
    }
    const mine = [stay("chat"), stay("me")];
    assert.deepEqual(await read(history, start, mine), { gap: "window-exceeded" });
    assert.deepEqual(namesIn(await read(history, heard[1] ?? "", mine)), [], "all that you said is known");
    assert.deepEqual(await read(history, heard[1] ?? "", [stay("chat"), stay("you")]), { gap: "window-exceeded" });
  });

  test(`${kind}: an id of another epoch, of the future, or no id at all is of a log that is gone`, async () => {
    const history = open({ epoch: "now" });
    await history.append([entry("a")]);
    const other = open({ epoch: "before" });
    await other.append([entry("a")]);
    for (const id of [
      other.position,
      "now-2",
      "now-",
      "now-x",
      "now--1",
      "now-1e3",
      "now-99999999999999999999",
      "",
      "__proto__",
    ]) {
      assert.deepEqual(await read(history, id, []), { gap: "epoch-changed" }, id);
    }
  });

  test(`${kind}: events leave by age, the oldest first`, async () => {
    let now = 0;
    const history = open({ age: 100, now: () => now });
    const start = history.position;
    const [first] = await history.append([entry("old")]);
    now = 60;
    await history.append([entry("new")]);
    assert.deepEqual(namesIn(await read(history, start)), ["old", "new"]);
    now = 101;
    assert.deepEqual(await read(history, start), { gap: "window-exceeded" });
    assert.deepEqual(namesIn(await read(history, first ?? "")), ["new"]);
  });

  test(`${kind}: events leave by bytes, the oldest first`, async () => {
    const history = open({ bytes: 1000 });
    const start = history.position;
    for (let index = 0; index < 10; index++) await history.append([{ ...entry("x"), args: ["y".repeat(300)] }]);
    assert.deepEqual(await read(history, start), { gap: "window-exceeded" });
    const [last] = await history.append([{ ...entry("huge"), args: ["z".repeat(5000)] }]);
    assert.deepEqual(namesIn(await read(history, last ?? "")), []);
  });
}
