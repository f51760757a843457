import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { listCases } from "../src/case-list.ts";
import { allGoals } from "../src/goals.ts";

const cases = await listCases();

test("each case has a name of its own, and each of its peers a file", () => {
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  for (const peer of cases.flatMap(({ peers }) => peers)) {
    const file = new URL(`../src/peers/${peer.replace("@anywire/", "")}.ts`, import.meta.url);
    assert.ok(existsSync(file), peer);
  }
});

test("ws is the reference of every case", () => {
  for (const { peers, name } of cases) assert.equal(peers[0], "ws", name);
});

test("each goal belongs to a case and to peers of it", () => {
  for (const goal of allGoals) {
    const found = cases.find(({ name }) => name === goal.case);
    for (const peer of goal.peers) assert.ok(found?.peers.includes(peer), `${goal.case}, ${peer}`);
  }
});

test("a pattern picks the cases that have all its phrases", async () => {
  const names = async (pattern: string) => (await listCases(pattern)).map(({ name }) => name);
  assert.deepEqual(await names("text, Depth 64"), ["echo 64 B, depth 64, text"]);
  assert.deepEqual(await names("burst 1"), ["broadcast to 1,000, burst 1"]);
  assert.equal((await names("")).length, cases.length);
  assert.deepEqual(await names("nothing like it"), []);
});
