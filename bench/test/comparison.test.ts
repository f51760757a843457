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
  assert.equal(comparisonOf("echo 64 B, depth 1, text", [cpu(5, 5)], [cpu(6, 6)]).reached, true);
  assert.equal(comparisonOf("echo 64 B, depth 1, text", [cpu(5, 5)], [cpu(6, 5)]).reached, false);
});

test("a goal as a share of the reference's memory is reached from there down", () => {
  const memory = (rssPerConnection: number) => ({ rssPerConnection });
  const reached = (own: number) => comparisonOf("idle connections, 10,000", [memory(own)], [memory(1_000)]).reached;
  assert.equal(reached(750), true);
  assert.equal(reached(751), false);
});

test("without a goal nothing is reached or missed", () => {
  const { goal, reached, ratio } = comparisonOf("some other case", [cpu(1, 1)], [cpu(2, 2)]);
  assert.deepEqual([goal, reached, ratio?.median], [undefined, undefined, 2]);
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
