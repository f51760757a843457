/** One round: one peer, one case, two fresh processes. */

import { type Assignment, readExchanged, readTarget, readUsage } from "./assignment.ts";
import type { BenchCase } from "./bench-case.ts";
import type { Figures } from "./figures.ts";
import { Disqualified } from "./load/reply-checker.ts";
import type { Stage } from "./measure.ts";
import type { Processors } from "./processors.ts";
import type { Programs } from "./programs.ts";
import { Subprocess } from "./subprocess.ts";

export interface RoundSettings {
  readonly programs: Programs;
  readonly processors: Processors;
  readonly quick: boolean;
  /** Where each server leaves a CPU profile. */
  readonly profile: string | undefined;
}

/** @throws {Disqualified} if the server is not to be measured */
export async function runRound(peer: string, benchCase: BenchCase, settings: RoundSettings): Promise<Figures> {
  const [server, listening] = await startServer(peer, benchCase, settings);
  try {
    const assignment: Assignment = { caseName: benchCase.name, target: readTarget(listening) };
    const [load] = await startLoad(assignment, settings);
    try {
      return await benchCase.measure(stageOf(server, load), settings.quick ? benchCase.quick : benchCase.size);
    } finally {
      await load.stop();
    }
  } catch (error) {
    if (error instanceof Disqualified && server.complaint !== "") error.message += ` (${server.complaint})`;
    throw error;
  } finally {
    await server.stop();
  }
}

function startServer(peer: string, { role }: BenchCase, settings: RoundSettings): Promise<[Subprocess, unknown]> {
  return Subprocess.start({
    script: settings.programs.peer(peer),
    argument: role,
    nodeOptions: ["--expose-gc", ...profileOptions(peer, settings.profile)],
    processor: settings.processors.server,
    onTrial: true,
  });
}

function startLoad(assignment: Assignment, { programs, processors }: RoundSettings): Promise<[Subprocess, unknown]> {
  return Subprocess.start({
    script: programs.load,
    argument: JSON.stringify(assignment),
    nodeOptions: [],
    processor: processors.load,
    onTrial: false,
  });
}

function stageOf(server: Subprocess, load: Subprocess): Stage {
  return {
    usage: async () => readUsage(await server.ask("usage")),
    settledUsage: async () => readUsage(await server.ask("settledUsage")),
    open: async (connections) => void (await load.ask("open", connections)),
    exchange: async (messages) => readExchanged(await load.ask("exchange", messages)),
  };
}

function profileOptions(peer: string, folder: string | undefined): string[] {
  if (folder === undefined) return [];
  const name = `${peer.replace("@anywire/", "")}-${Date.now()}.cpuprofile`;
  return ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}`];
}
