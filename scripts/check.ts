/** The rules of the house that neither the compiler nor Biome can hold; part of `npm run lint`. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileName } from "./check/file-name.ts";
import { fileSize } from "./check/file-size.ts";
import { firstLine } from "./check/first-line.ts";
import { longFunctions } from "./check/function-size.ts";
import { importDirection } from "./check/import-direction.ts";
import { machineTrace } from "./check/machine-trace.ts";
import { mirrorTest } from "./check/mirror-test.ts";
import { purity } from "./check/purity.ts";
import { type Finding, type Rule, type SourceTree, sourceTree } from "./check/source-tree.ts";

const root = join(import.meta.dirname, "..");
const rules: readonly Rule[] = [importDirection, purity, mirrorTest, fileSize, fileName, firstLine, machineTrace];
const binary = new Set([".png", ".ico", ".woff2"]);

/** All files that are committed, or would be. */
function readTree(): SourceTree {
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  const paths = [...new Set(listed.stdout.split("\0"))].filter((path) => path !== "" && existsSync(join(root, path)));
  const texts = paths.filter((path) => !binary.has(extname(path)));
  return sourceTree(texts.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") })));
}

function print({ path, line, message, warning = false }: Finding): void {
  console.log(`${warning ? "warning" : "error"}  ${path}${line > 0 ? `:${line}` : ""}  ${message}`);
}

const tree = readTree();
const findings = [...tree.files.flatMap((file) => rules.flatMap((rule) => rule(file, tree))), ...longFunctions(root)];
const errors = findings.filter(({ warning }) => warning !== true);
findings.forEach(print);
console.log(
  `Checked ${tree.files.length} files: ${errors.length} errors, ${findings.length - errors.length} warnings.`,
);
process.exitCode = errors.length > 0 ? 1 : 0;
