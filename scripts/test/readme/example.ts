/** Runs one example of a README as a program of its own, from source. */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CodeBlock } from "./code-blocks.ts";

const root = join(import.meta.dirname, "../../..");
const folder = join(root, ".cache/examples");
const surroundings = pathToFileURL(join(import.meta.dirname, "surroundings.ts")).href;

/** Starts it; `ending` is run after its last statement. */
export function startExample(name: string, block: CodeBlock, ending = ""): ChildProcess {
  const file = writeExample(name, block, ending);
  const parameters = ["--conditions=anywire-source", "--import", "tsx", "--import", surroundings, file];
  return spawn(process.execPath, parameters, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
}

/** @returns the path of a file that imports what a file of this repository may */
export function writeExample(name: string, { language, text }: CodeBlock, ending = ""): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.${extensionOf(language, text)}`);
  writeFileSync(file, `${text}\n${ending}`);
  return file;
}

function extensionOf(language: string, text: string): string {
  if (language === "ts") return "mts";
  return /\brequire\(/.test(text) ? "cjs" : "mjs";
}
