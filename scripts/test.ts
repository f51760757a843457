/** Runs the test files with node:test, from source: `npm test [-- word …]` takes those whose path contains one of the words. */

import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, sep } from "node:path";
import { finished } from "node:stream/promises";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fillClientFiles } from "./build/client-files.ts";
import { TestLedger } from "./test-ledger.ts";

const root = join(import.meta.dirname, "..");
const folders = ["packages", "bench", "scripts"];
/** Needs more than the sources: runs when it is named. */
const named = "conformance";
/** Files at a time: most of their time is waiting, for servers, browsers and timers. */
const concurrency = Math.min(availableParallelism() + 1, 4);
/** A file that takes longer hangs, on busy machines too. */
const fileTimeout = 300_000;

/** Node 20's own `--test` takes no glob. */
function testFiles(words: readonly string[]): string[] {
  const searched = words.some((word) => word.startsWith(named)) ? [named] : folders;
  return searched
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith(".test.ts") && !file.split(sep).includes("node_modules"))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .map((file) => join(root, file))
    .sort();
}

/** The processes that `run` starts inherit this one's `--conditions=anywire-source --import tsx`. */
async function runAll(files: string[]): Promise<TestLedger> {
  const ledger = new TestLedger();
  const events = run({ files, concurrency, timeout: fileTimeout });
  events.on("test:complete", (report) => ledger.complete(report));
  events.on("test:pass", (report) => ledger.pass(report));
  events.on("test:fail", (report) => ledger.fail(report));
  const report = events.compose(new spec());
  report.pipe(process.stdout);
  await finished(report);
  return ledger;
}

fillClientFiles();
const files = testFiles(process.argv.slice(2));
const ledger = await runAll(files);
const silent = ledger.silent(files);
for (const file of silent) console.error(`No test ran in ${relative(root, file)}`);
for (const reason of new Set(ledger.skipped)) console.log(`Skipped: ${reason}`);
console.log(ledger.summary());
const skipFails = process.env.CI === "true" && ledger.skipped.length > 0;
if (skipFails) console.error("In CI nothing is skipped.");
process.exitCode = files.length === 0 || ledger.failed > 0 || silent.length > 0 || skipFails ? 1 : 0;
