/** Compiles the fixtures with types as a program of a user would, with the newest TypeScript and an old one. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Outcome, runProgram } from "../program.ts";
import { download } from "./downloads.ts";

const require = createRequire(import.meta.url);
const newest = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");

type Compiler = readonly [name: string, tsc: () => string];

export const compilers: readonly [newest: Compiler, oldest: Compiler] = [
  ["our TypeScript", () => newest],
  ["TypeScript 5.4", () => join(download("typescript@5.4.5"), "node_modules/typescript/bin/tsc")],
];

/** Checks the files in `folder`, and the declarations that they import; `options` are the compiler's. */
export function typeCheck(folder: string, tsc: string, options: object = {}): Promise<Outcome> {
  const compilerOptions = {
    strict: true,
    noImplicitOverride: true,
    module: "node16",
    target: "es2022",
    types: ["node"],
    typeRoots: [dirname(dirname(require.resolve("@types/node/package.json")))],
    noEmit: true,
    allowJs: true,
    checkJs: true,
    skipLibCheck: false,
    ...options,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*"] }));
  return runProgram({ folder, command: [process.execPath, tsc, "-p", folder] });
}

/** What the program in `folder` gets when it imports `name`. */
export function provide(folder: string, name: string, target: string): void {
  const link = join(folder, "node_modules", name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(target, link, "junction");
}

/** The types that the drop-in replaces. */
export const typesOfWs: string = dirname(require.resolve("@types/ws/package.json"));
