import assert from "node:assert/strict";
import { test } from "node:test";
import { type Comparison, compare } from "../src/comparison.ts";
import { type blankFigures, caseResult } from "./sample.ts";

function comparisonOf(
  name: string,
  own: Partial<typeof blankFigures>[],
  reference: Partial<typeof blankFigures>[],
): Comparison {
  return compare(caseResult(name, { ws: reference, "@anywire/websocket": own }))[1]!;
}
const cpu = (user: number, system: number) => ({ user, system });

test("the ratio is the median of the rounds' own ratios, so that a slow spell of the machine cancels", () => {
  const { ratio } = comparisonOf(
    "echo 64 B, depth 1, text",
    [cpu(4, 1), cpu(40, 10), cpu(2, 2)],
    [cpu(5, 5), cpu(50, 50), cpu(5, 5)],
  );
  assert.deepEqual(ratio, { median: 2, least: 2, most: 2.5 });
});

test("CPU is user and system together, and the median is over the rounds", () => {
  const { cpu: both, user } = comparisonOf("echo 64 B, depth 1, text", [cpu(1, 2), cpu(3, 3), cpu(9, 0)], [cpu(5, 5)]);
  assert.deepEqual(both, { median: 6, least: 3, most: 9 });
  assert.equal(user?.median, 3);
});

test("a goal in times cheaper is reached from there on, and missed below", () => {
  assert.equal(comparisonOf("echo 64 B, depth 1, text", [cpu(5, 5)], [cpu(6, 6)]).goals[0]?.reached, true);
  assert.equal(comparisonOf("echo 64 B, depth 1, text", [cpu(5, 5)], [cpu(6, 5)]).goals[0]?.reached, false);
});

test("a goal as a share of the reference's memory is reached from there down", () => {
  const memory = (rssPerConnection: number) => ({ rssPerConnection });
  const reached = (own: number) =>
    comparisonOf("idle connections, 10,000", [memory(own)], [memory(1_000)]).goals[0]?.reached;
  assert.equal(reached(750), true);
  assert.equal(reached(751), false);
});

test("a goal may be set against another than the reference, and waits for its figures", () => {
  const peers = { ws: [cpu(9, 9)], "ws + bufferutil": [cpu(5, 5)], "@anywire/websocket": [cpu(4, 1)] };
  const goals = compare(caseResult("echo 64 KiB", peers))[2]?.goals;
  assert.deepEqual(
    goals?.map(({ against, ratio, reached }) => [against, ratio?.median, reached]),
    [
      [undefined, 3.6, true],
      ["ws + bufferutil", 2, true],
    ],
  );
  const { goals: alone } = comparisonOf("echo 64 KiB", [cpu(4, 1)], [cpu(9, 9)]);
  assert.deepEqual(alone[1]?.reached, undefined);
});

test("of a peer that does not run here the figures from elsewhere are told, and compared with nothing", () => {
  const result = caseResult("echo 64 KiB", {
    ws: [cpu(9, 9)],
    "uWebSockets.js": [],
    "@anywire/websocket": [cpu(1, 1)],
  });
  const [ws, uws, own] = result.peers;
  const [, row] = compare({ ...result, peers: [ws!, { ...uws!, unavailable: "no binary" }, own!] });
  assert.deepEqual([row?.cpu, row?.ratio, row?.unavailable], [undefined, undefined, "no binary"]);
  assert.deepEqual([row?.elsewhere?.figure, row?.elsewhere?.reference], [17.6, 134]);
});

test("without a goal nothing is reached or missed", () => {
  const { goals, ratio } = comparisonOf("some other case", [cpu(1, 1)], [cpu(2, 2)]);
  assert.deepEqual(goals, []);
  assert.equal(ratio?.median, 2);
});

test("the reference is not compared with itself", () => {
  const [reference] = compare(caseResult("echo 64 B, depth 1, text", { ws: [cpu(1, 1)] }));
  assert.equal(reference?.ratio, undefined);
});

test("a disqualified peer has no figures, and a disqualified reference no ratios", () => {
  const result = caseResult("echo 64 B, depth 1, text", { ws: [cpu(1, 1)], "@anywire/websocket": [cpu(1, 1)] });
  const [ws, own] = result.peers;
  const lied = compare({ ...result, peers: [ws!, { ...own!, disqualified: "lied" }] })[1];
  assert.deepEqual([lied?.cpu, lied?.ratio, lied?.disqualified], [undefined, undefined, "lied"]);
  const alone = compare({ ...result, peers: [{ ...ws!, disqualified: "lied" }, own!] })[1];
  assert.deepEqual([alone?.cpu?.median, alone?.ratio], [2, undefined]);
});
