/** Keeps the server and the load on processors of their own, where the system lets us. */

import { spawnSync } from "node:child_process";

/** Where a process runs: the command put in front of it. */
export interface Processor {
  readonly prefix: readonly string[];
}

export interface Processors {
  readonly server: Processor;
  readonly load: Processor;
  readonly pinned: boolean;
}

export function findProcessors(): Processors {
  if (mayPin("0") && mayPin("1")) return { server: pinnedTo("0"), load: pinnedTo("1"), pinned: true };
  const anywhere: Processor = { prefix: [] };
  return { server: anywhere, load: anywhere, pinned: false };
}

function pinnedTo(processor: string): Processor {
  return { prefix: ["taskset", "-c", processor] };
}

function mayPin(processor: string): boolean {
  return spawnSync("taskset", ["-c", processor, "true"], { stdio: "ignore" }).status === 0;
}
