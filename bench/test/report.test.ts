import assert from "node:assert/strict";
import { test } from "node:test";
import { type Conditions, conditionsText, reportOf } from "../src/report.ts";
import { caseResult } from "./sample.ts";

const conditions: Conditions = {
  node: "20.20.2",
  processor: "A processor",
  processors: 2,
  pinned: true,
  packages: "dist",
  rounds: 5,
  quick: false,
};

test("the report holds every round beside the comparison", () => {
  const rounds = [
    { user: 1, system: 1 },
    { user: 2, system: 2 },
  ];
  const report = reportOf(conditions, [caseResult("x", { ws: rounds, other: rounds })]);
  const other = report.cases[0]?.peers[1];
  assert.equal(other?.rounds.length, 2);
  assert.equal(other?.cpu?.median, 3);
  assert.equal(other?.ratio?.median, 1);
  assert.deepEqual(report.conditions, conditions);
});

test("it goes through JSON unharmed", () => {
  const report = reportOf(conditions, [caseResult("x", { ws: [{ user: 1, system: 1 }] })]);
  assert.equal(JSON.parse(JSON.stringify(report)).cases[0].peers[0].cpu.median, 2);
});

test("what makes figures weak is said", () => {
  assert.match(conditionsText({ ...conditions, pinned: false }), /NOT PINNED/);
  assert.match(conditionsText({ ...conditions, quick: true }), /figures say nothing/);
  assert.doesNotMatch(conditionsText(conditions), /NOT|nothing/);
});
