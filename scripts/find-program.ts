/** Programs of this machine that tests need. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export interface Sought {
  /** The environment variable that names the program, and decides. */
  readonly variable: string;
  /** What it may be called on PATH. */
  readonly names: readonly string[];
  /** Where it may stand beside PATH. */
  readonly places: readonly string[];
}

/** @returns the path of the program; undefined if there is none */
export function findProgram({ variable, names, places }: Sought): string | undefined {
  const named = process.env[variable];
  if (named !== undefined && named !== "") return named;
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, ...places].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
