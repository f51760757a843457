import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { listCases } from "../src/case-list.ts";
import { allGoals } from "../src/goals.ts";
import { allMeasuredElsewhere } from "../src/measured-elsewhere.ts";
import { peerOf, programOf } from "../src/peer-list.ts";

const cases = await listCases();

test("each case has a name of its own, and each of its peers a file", () => {
  assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length);
  for (const { peers, side } of cases) {
    for (const peer of peers.map(peerOf)) {
      const program = `../src/peers/${programOf(peer, side)}.ts`;
      assert.ok(existsSync(new URL(program, import.meta.url)), peer.name);
    }
  }
});

test("the reference of a case is what most programs do", () => {
  const known = new Set(["ws", "node:http by hand", "eventsource-parser", "socket.io", "socket.io-client"]);
  for (const { peers, name } of cases) assert.ok(known.has(peers[0] ?? ""), name);
});

test("each goal belongs to a case and to peers of it", () => {
  for (const goal of allGoals) {
    const found = cases.find(({ name }) => name === goal.case);
    for (const peer of [...goal.peers, ...(goal.against === undefined ? [] : [goal.against])])
      assert.ok(found?.peers.includes(peer), `${goal.case}, ${peer}`);
  }
});

test("what was measured elsewhere belongs to a case and to a peer of it", () => {
  for (const { case: name, peer } of allMeasuredElsewhere)
    assert.ok(cases.find((known) => known.name === name)?.peers.includes(peer), `${name}, ${peer}`);
});

test("a pattern picks the cases that have all its phrases", async () => {
  const names = async (pattern: string) => (await listCases(pattern)).map(({ name }) => name);
  assert.deepEqual(await names("text, Depth 64"), ["echo 64 B, depth 64, text"]);
  assert.deepEqual(await names("broadcast, burst 16"), [
    "broadcast to 1,000, burst 16",
    "Socket.IO broadcast to 1,000, burst 16",
  ]);
  assert.equal((await names("")).length, cases.length);
  assert.deepEqual(await names("nothing like it"), []);
});
