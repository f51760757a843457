/** `npm run bench`: runs the cases and prints the report. Ends with 1 if a server was disqualified. */

import { availableParallelism, cpus } from "node:os";
import { resolve } from "node:path";
import { type Arguments, parseArguments, usageText } from "./arguments.ts";
import type { BenchCase } from "./bench-case.ts";
import { buildIfStale } from "./built-packages.ts";
import { listCases } from "./case-list.ts";
import { findProcessors } from "./processors.ts";
import { makePrograms } from "./programs.ts";
import { type Conditions, conditionsText, reportOf } from "./report.ts";
import type { CaseResult } from "./results.ts";
import { runRounds } from "./rounds.ts";
import { formatTable } from "./table.ts";

async function bench(cases: readonly BenchCase[], given: Arguments): Promise<void> {
  const packages = given.source ? "source" : "dist";
  if (packages === "dist") buildIfStale();
  const processors = findProcessors();
  const conditions: Conditions = {
    node: process.versions.node,
    processor: cpus()[0]?.model ?? "unknown processor",
    processors: availableParallelism(),
    pinned: processors.pinned,
    packages,
    rounds: given.rounds,
    quick: given.quick,
  };
  if (!given.json) console.log(conditionsText(conditions));
  const results: CaseResult[] = [];
  const programs = await makePrograms(packages);
  try {
    const settings = {
      ...given,
      programs,
      processors,
      progress: (text: string) => console.error(text),
      unavailable: new Map(),
    };
    for (const benchCase of cases) {
      const result = await runRounds(benchCase, settings);
      results.push(result);
      if (!given.json) console.log(formatTable(result, { judged: !given.quick }));
    }
  } finally {
    programs.remove();
  }
  if (given.json) console.log(JSON.stringify(reportOf(conditions, results), undefined, 2));
  if (results.some(({ peers }) => peers.some(({ disqualified }) => disqualified !== undefined))) process.exitCode = 1;
}

const given = parseArguments(process.argv.slice(2));
const cases = await listCases(given.pattern);
if (given.help) console.log(usageText);
else if (given.list) console.log(cases.map(({ name }) => name).join("\n"));
else if (cases.length === 0) throw new Error(`no case is named like "${given.pattern}": see --list`);
else await bench(cases, { ...given, profile: given.profile && resolve(process.env.INIT_CWD ?? "", given.profile) });
