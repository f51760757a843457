/** Runs the test files with node:test, from source: `npm test [-- word …]` takes those whose path contains a word. */

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");

function testFiles(words: readonly string[]): string[] {
  const found = ["packages", "scripts", "bench"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  return found
    .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort();
}

const files = testFiles(process.argv.slice(2));
const { status } = spawnSync(process.execPath, ["--conditions=anywire-source", "--import", "tsx", "--test", ...files], {
  cwd: root,
  stdio: "inherit",
});
process.exitCode = status ?? 1;
void relative;
