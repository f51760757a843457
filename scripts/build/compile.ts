/** `tsc`, the only compiler of the libraries: output file for file. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");

/** Compiles the package in `folder` to `dist` as CommonJS. */
export function compile(folder: string, dist: string): void {
  runTsc(folder, []);
  writeFileSync(join(dist, "package.json"), '{ "type": "commonjs" }\n');
  nameDeclarations(dist);
}

/** Compiles it once more as ESM, into `dist/esm`, for bundles of the browser. */
export function compileForBrowsers(folder: string, dist: string): void {
  const esm = join(dist, "esm");
  runTsc(folder, ["--module", "esnext", "--outDir", esm]);
  writeFileSync(join(esm, "package.json"), '{ "type": "module" }\n');
  nameDeclarations(esm);
}

function runTsc(folder: string, options: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json", ...options], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`tsc failed in ${folder}`);
}

/** `tsc` rewrites `./x.ts` in what runs, but not in declarations, which compilers older than 5 would not resolve. */
function nameDeclarations(folder: string): void {
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    const named = text.replace(/((?:from|import) ?\(?)"(\.{1,2}\/[^"]+)\.ts"/g, '$1"$2.js"');
    if (named !== text) writeFileSync(path, named);
  }
}
