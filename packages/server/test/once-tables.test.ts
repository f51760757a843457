import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { OnceTable } from "../src/once.ts";
import { OnceTables, onceKeyOf } from "../src/once-tables.ts";

interface Scene {
  readonly tables: OnceTables;
  /** Moves the clock. */
  pass(ms: number): void;
}

function setUp(t: TestContext, limits: { maxClients?: number; maxBytes?: number } = {}): Scene {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const tables = new OnceTables(Date.now, { maxClients: 1_000, maxBytes: 1_000_000, ...limits });
  return { tables, pass: (ms) => t.mock.timers.tick(ms) };
}

function run(table: OnceTable, id: string, answer = "done"): void {
  table.begin(id, () => {}, Date.now())?.reply({ args: [answer] });
}

/** @returns whether the emit would run */
function isNew(table: OnceTable, id: string): boolean {
  return !table.repeats({ id, reply: undefined, isAlone: true, again: () => {} }, Date.now());
}

test("a nonce is one client's: another principal's is another", () => {
  const keys = [onceKeyOf(undefined, "n"), onceKeyOf("", "n"), onceKeyOf("a", "n"), onceKeyOf("a:", "n")];
  assert.equal(new Set(keys).size, keys.length);
});

test("each client has a table of its own, the same each time", (t) => {
  const { tables } = setUp(t);
  run(tables.of("a"), "1");
  assert.equal(isNew(tables.of("a"), "1"), false);
  assert.equal(isNew(tables.of("b"), "1"), true);
  assert.equal(isNew(tables.of("__proto__"), "1"), true);
});

test("beyond so many clients, the one that has been silent the longest is forgotten", (t) => {
  const { tables } = setUp(t, { maxClients: 2 });
  for (const client of ["a", "b"]) run(tables.of(client), "1");
  assert.equal(isNew(tables.of("a"), "1"), false);
  run(tables.of("c"), "1");
  assert.equal(tables.size, 2);
  assert.equal(isNew(tables.of("a"), "1"), false);
  assert.equal(isNew(tables.of("b"), "1"), true);
});

test("beyond so many bytes, too; what is answered later does not count for who is forgotten", (t) => {
  const { tables } = setUp(t, { maxBytes: 10_000 });
  const late = tables.of("late").begin("1", () => {}, Date.now());
  for (const client of ["a", "b", "c"]) run(tables.of(client), "1", "x".repeat(4_000));
  tables.of("c");
  assert.equal(tables.size, 2);
  late?.reply({ args: ["x".repeat(100_000)] });
  assert.equal(isNew(tables.of("b"), "1"), false);
  assert.equal(tables.size, 2);
});

test("who is silent for two minutes is forgotten, though nobody comes any more", (t) => {
  const { tables, pass } = setUp(t);
  run(tables.of("a"), "1");
  pass(100_000);
  run(tables.of("b"), "1");
  pass(20_000);
  assert.equal(tables.size, 1);
  pass(120_000);
  assert.equal(tables.size, 0);
  pass(1_000_000);
  assert.equal(isNew(tables.of("a"), "1"), true);
});
