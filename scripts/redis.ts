/** The Redis of this machine, for tests of several nodes. */

import { findProgram } from "./find-program.ts";

/** Said by a test that is skipped for want of it. */
export const noRedis = "no Redis found (redis-server on PATH, or named by the variable REDIS)";

/** @returns the path of the server: what the variable REDIS names, else the first one on PATH */
export function findRedis(): string | undefined {
  return findProgram({ variable: "REDIS", names: ["redis-server"], places: ["/usr/bin/redis-server"] });
}
