/** Programs of others that the installed packages are tried with, kept in `.cache/` of the repository. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const cache = join(import.meta.dirname, "../../.cache/downloads");

const npmOptions = [
  "--no-audit",
  "--no-fund",
  "--no-package-lock",
  "--prefer-offline",
  "--fetch-retries=1",
  "--loglevel=error",
];

/** Installs `packages` (name and version) into the folder, with npm. */
export function npmInstall(folder: string, packages: readonly string[]): void {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, stderr } = spawnSync(npm, ["install", ...npmOptions, ...packages], { cwd: folder, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`npm could not install ${packages.join(", ")} (is the registry reachable?):\n${stderr}`);
}

/** @returns a folder whose node_modules holds the packages */
export function download(name: string, packages: readonly string[]): string {
  const folder = join(cache, name);
  const manifest = join(folder, "package.json");
  const content = JSON.stringify({ private: true, description: packages.join(" ") });
  const mark = join(folder, "complete");
  if (existsSync(mark) && readFileSync(mark, "utf8") === content) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifest, content);
  npmInstall(folder, packages);
  writeFileSync(mark, content);
  return folder;
}

/** @returns the program of that Node, from npm's package `node` */
export function nodeProgram(version: string): string {
  const folder = download(`node-${version}`, [`node@${version}`]);
  const program = join(folder, "node_modules/node/bin/node");
  const found = execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
  if (version !== "latest" && !found.startsWith(`v${version}.`))
    throw new Error(`asked for Node ${version}, got ${found}`);
  return program;
}
