/** Programs of others that the installed packages are tried with, kept in `.cache/` of the repository. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const cache = join(import.meta.dirname, "../../.cache/downloads");

/** What every `npm install` of a test is told. */
export const npmOptions: readonly string[] = [
  "--no-audit",
  "--no-fund",
  "--no-package-lock",
  "--prefer-offline",
  "--fetch-retries=1",
  "--loglevel=error",
];

export const npm: string = process.platform === "win32" ? "npm.cmd" : "npm";

/** Installs `packages` (name and version) into the folder, with npm. */
export function npmInstall(folder: string, packages: readonly string[]): void {
  const { status, stderr } = spawnSync(npm, ["install", ...npmOptions, ...packages], { cwd: folder, encoding: "utf8" });
  if (status !== 0)
    throw new Error(`npm could not install ${packages.join(", ")} (is the registry reachable?):\n${stderr}`);
}

/** @returns a folder whose node_modules holds the packages (name and version); several processes may ask for it at once */
export function download(...packages: readonly string[]): string {
  const folder = join(cache, packages.join("+"));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(`${folder}.`);
  writeFileSync(join(made, "package.json"), '{ "private": true }\n');
  npmInstall(made, packages);
  try {
    renameSync(made, folder);
  } catch (error) {
    rmSync(made, { recursive: true });
    if (!existsSync(folder)) throw error; // else another process was faster
  }
  return folder;
}

/** @returns the program of that Node, from npm's package `node` */
export function nodeProgram(version: string): string {
  const folder = download(`node@${version}`);
  const program = join(folder, "node_modules/node/bin/node");
  const found = execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
  if (version !== "latest" && !found.startsWith(`v${version}.`))
    throw new Error(`asked for Node ${version}, got ${found}`);
  return program;
}
