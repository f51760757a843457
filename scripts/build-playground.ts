/** Bundles the playground of `anywire`: the scripts that its page names, and the files beside them as they are. */

import { copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const source = join(import.meta.dirname, "../packages/anywire/playground");

/** Writes the page, ready to be served as static files, to `outDir`. */
export async function buildPlayground(outDir: string): Promise<void> {
  mkdirSync(outDir, { recursive: true });
  for (const name of readdirSync(source)) if (isAsset(name)) copyFileSync(join(source, name), join(outDir, name));
  await build({
    absWorkingDir: source,
    entryPoints: scriptsOf(readFileSync(join(source, "index.html"), "utf8")),
    outdir: outDir,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    sourcemap: true,
    logLevel: "warning",
    conditions: ["anywire-source"],
  });
}

function isAsset(name: string): boolean {
  return !name.endsWith(".ts") && name !== "tsconfig.json" && name.includes(".");
}

/** `<script src="./main.js">` is made from `main.ts`. */
function scriptsOf(html: string): string[] {
  return [...html.matchAll(/<script[^>]* src="(?:\.\/|\/)?([\w-]+)\.js"/g)].map(([, name]) => `./${name}.ts`);
}
