/** The load's process: drives one server with one case. */

import { answerQuestions } from "./answering.ts";
import { type Assignment, readAssignment } from "./assignment.ts";
import { listCases } from "./case-list.ts";
import type { Load } from "./load/load.ts";
import type { Exchanged } from "./measure.ts";
import { percentile } from "./statistics.ts";

async function loadOf({ caseName, target }: Assignment): Promise<{ load: Load; ready: unknown }> {
  const found = (await listCases()).find(({ name }) => name === caseName);
  if (found === undefined) throw new Error(`no case ${caseName}`);
  if (found.side === "client") {
    const load = await found.listen();
    return { load, ready: load.target };
  }
  if (found.side !== "server") throw new Error(`a ${found.side} needs no load`);
  if (target === undefined) throw new Error("no server to connect to");
  return { load: found.createLoad(target), ready: "ready" };
}

async function exchange(load: Load, messages: number): Promise<Exchanged> {
  const start = performance.now();
  const before = process.cpuUsage();
  const latencies = await load.exchange(messages);
  const { user, system } = process.cpuUsage(before);
  const loadShare = (user + system) / 1_000 / (performance.now() - start);
  latencies.sort();
  const [p50, p99] = [percentile(latencies, 0.5) * 1_000, percentile(latencies, 0.99) * 1_000];
  return { messages: latencies.length, p50, p99, loadShare };
}

function countOf(argument: unknown): number {
  if (typeof argument !== "number") throw new TypeError("a count is a number");
  return argument;
}

const { load, ready } = await loadOf(readAssignment(process.argv[2] ?? ""));
answerQuestions(
  {
    open: (argument) => load.open(countOf(argument)),
    exchange: (argument) => exchange(load, countOf(argument)),
  },
  ready,
);
