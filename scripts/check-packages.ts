/** Packs every package and judges the tarballs: publint, attw, what is in them, and the tests of `conformance/`. */

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { workspacePackages } from "./build/workspace-package.ts";

const root = join(import.meta.dirname, "..");
const tarballs = join(root, ".cache/tarballs");

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Every tarball has them. */
const expected = ["LICENSE", "README.md", "package.json", "dist/package.json"];
const unwanted = /(?:^|\/)(?:test|node_modules)\/|\.test\.|tsconfig|tsbuildinfo/;

/** For `<script>`: socket.io-client's have no types either. */
const untyped = ["--exclude-entrypoints", "./dist/socket.io.js", "./dist/socket.io.js.map"];

/** Runs a program; its output is shown when it fails. */
function run(command: string, parameters: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, parameters, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${parameters.join(" ")} failed:\n${stdout}${stderr}`);
}

function pack(): Packed[] {
  rmSync(tarballs, { recursive: true, force: true });
  mkdirSync(tarballs, { recursive: true });
  const workspaces = workspacePackages(root).flatMap(({ name }) => ["--workspace", name]);
  const { status, stdout, stderr } = spawnSync(
    "npm",
    ["pack", "--json", "--pack-destination", tarballs, ...workspaces],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  const packed: Packed[] = JSON.parse(stdout);
  return packed;
}

function checkContents({ name, files }: Packed): void {
  const paths = files.map(({ path }) => path);
  for (const path of expected) if (!paths.includes(path)) throw new Error(`${name} is packed without ${path}`);
  for (const path of paths) if (unwanted.test(path)) throw new Error(`${name} is packed with ${path}`);
}

function checkTarball(tarball: string): void {
  run("node_modules/.bin/publint", ["run", tarball, "--strict"]);
  run("node_modules/.bin/attw", [tarball, "--profile", "node16", "--format", "ascii", ...untyped]);
}

/** The packed packages as users meet them, most basic first: installed, on other runtimes, in the notes' samples, in the place of `ws`. */
function use(): void {
  for (const folder of ["conformance/install", "conformance/runtimes", "conformance/seeds", "conformance/drop-in"]) {
    const { status } = spawnSync("npm", ["run", "--silent", "test", "--", folder], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ANYWIRE_TARBALLS: tarballs },
    });
    if (status !== 0) throw new Error(`the tests of ${folder} failed`);
  }
}

try {
  run(process.execPath, ["--import", "tsx", "scripts/build.ts"]);
  for (const packed of pack()) {
    checkContents(packed);
    checkTarball(join(tarballs, packed.filename));
    console.log(`${packed.name}: ${packed.files.length} files, publint and attw are content`);
  }
  use();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
