import assert from "node:assert/strict";
import { test } from "node:test";
import { measureMemory, measureMessages, type Stage } from "../src/measure.ts";

/** Writes down what it is asked to do. */
function stageWith(usages: readonly { user: number; system: number; rss: number }[]): { stage: Stage; done: string[] } {
  const done: string[] = [];
  const left = [...usages];
  const next = () => left.shift() ?? { user: 0, system: 0, rss: 0 };
  const stage: Stage = {
    open: async (connections) => void done.push(`open ${connections}`),
    warmUp: async (messages) => void done.push(`warm up ${messages}`),
    count: async (messages) => {
      done.push(`count ${messages}`);
      return { messages, p50: 1, p99: 2, loadShare: 0.5, before: next(), after: next() };
    },
    settledUsage: async () => {
      done.push("settle");
      return next();
    },
  };
  return { stage, done };
}

test("CPU per message is what was used between the readings, after opening and warming up", async () => {
  const { stage, done } = stageWith([
    { user: 1_000, system: 500, rss: 1 },
    { user: 3_000, system: 1_500, rss: 2 },
  ]);
  const figures = await measureMessages(stage, { connections: 10, warmUp: 20, messages: 1_000 });
  assert.deepEqual([figures.user, figures.system, figures.rss], [2, 1, 2]);
  assert.deepEqual(done, ["open 10", "warm up 20", "count 1000"]);
});

test("memory per connection is the slope from a tenth of the connections to all, and all must be there afterwards", async () => {
  const { stage, done } = stageWith([
    { user: 0, system: 0, rss: 50_000 },
    { user: 0, system: 0, rss: 140_000 },
  ]);
  const figures = await measureMemory(stage, { connections: 100, warmUp: 0, messages: 0 });
  assert.equal(figures.rssPerConnection, 1_000);
  assert.deepEqual(done, ["open 10", "settle", "open 90", "settle", "warm up 100"]);
});
