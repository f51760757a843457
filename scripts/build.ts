/** Builds every package for `npm pack`, and skips those whose sources have not changed since. */

import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { clientBundles } from "./build/client-bundles.ts";
import { fillClientFiles } from "./build/client-files.ts";
import { compile, compileForBrowsers } from "./build/compile.ts";
import { publicNames } from "./build/public-names.ts";
import { kindOf, rootFiles } from "./build/root-files.ts";
import { type Entry, type WorkspacePackage, workspacePackages } from "./build/workspace-package.ts";
import { buildPlayground } from "./build-playground.ts";

const root = join(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

/** Packages whose peer is a function: `require("socket.io")(server)`, `require("socket.io-client")(url)`. */
const peers: ReadonlyMap<string, "callable" | "constant"> = new Map([
  ["@anywire/server", "callable"],
  ["@anywire/client", "constant"],
]);

/** What all packages are built with. */
const tools = [
  "tsconfig.base.json",
  "tsconfig.build.json",
  "package-lock.json",
  "scripts/build.ts",
  "scripts/build-playground.ts",
];

async function build(each: WorkspacePackage): Promise<void> {
  rmSync(each.dist, { recursive: true, force: true });
  compile(each.folder, each.dist);
  if (each.entries.some(({ browser }) => browser)) compileForBrowsers(each.folder, each.dist);
  for (const entry of each.entries) writeRoot(each, entry);
  if (each.name === "@anywire/client") writeBundles(each.dist);
  if (each.name === "anywire") {
    chmodSync(join(each.dist, "cli.js"), 0o755);
    await buildPlayground(join(each.dist, "playground"));
  }
}

/** The module is what bundlers of browsers get of the package: they need to read it as one. */
function writeBundles(dist: string): void {
  for (const { name, bytes } of clientBundles()) {
    writeFileSync(join(dist, name), bytes);
    if (name.includes(".esm.")) writeFileSync(join(dist, "esm", name), bytes);
  }
}

function writeRoot(each: WorkspacePackage, { source, cjs, mjs }: Entry): void {
  const module: Record<string, unknown> = require(join(each.dist, `${source}.js`));
  const names = publicNames(readFileSync(join(each.dist, `${source}.d.ts`), "utf8"), Object.keys(module));
  const kind = kindOf(module.default, peers.get(each.name));
  for (const { name, text } of rootFiles({ kind, source, cjs, mjs, names })) writeFileSync(join(each.dist, name), text);
}

/** Changes when anything changes that the package is made of. */
function fingerprint(each: WorkspacePackage, below: readonly (string | undefined)[]): string {
  const own = ["package.json", "tsconfig.build.json", "src", "playground"].map((name) => join(each.folder, name));
  const shared = [...tools, "scripts/build"].map((name) => join(root, name));
  const hash = createHash("sha256").update(process.version).update(below.join());
  for (const file of [...own, ...shared].flatMap(filesUnder))
    hash.update(relative(root, file)).update(readFileSync(file));
  return hash.digest("hex");
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!path.endsWith("src") && !path.endsWith("playground") && !path.endsWith("build")) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

fillClientFiles(); // of another package's sources
const prints = new Map<string, string>();
for (const each of workspacePackages(root)) {
  const stamp = join(each.folder, ".types/built");
  const print = fingerprint(
    each,
    each.dependencies.map((name) => prints.get(name)),
  );
  prints.set(each.name, print);
  if (existsSync(each.dist) && existsSync(stamp) && readFileSync(stamp, "utf8") === print) continue;
  rmSync(stamp, { force: true });
  await build(each);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
  console.log(`built ${each.name}`);
}
