/** One round: one peer, one case, two fresh processes. */

import { join } from "node:path";
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
  /** Folder for a CPU profile of each server, of the counted messages alone: the last round's stays. */
  readonly profile: string | undefined;
}

/** @throws {Disqualified} if the server is not to be measured */
export async function runRound(peer: string, benchCase: BenchCase, settings: RoundSettings): Promise<Figures> {
  const [server, listening] = await startServer(peer, benchCase, settings);
  try {
    const assignment: Assignment = { caseName: benchCase.name, target: readTarget(listening) };
    const [load] = await startLoad(assignment, settings);
    try {
      const stage = stageOf(server, load, profileOf(peer, benchCase, settings.profile));
      return await benchCase.measure(stage, settings.quick ? benchCase.quick : benchCase.size);
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
    processor: settings.processors.server,
    onTrial: true,
  });
}

function startLoad(assignment: Assignment, { programs, processors }: RoundSettings): Promise<[Subprocess, unknown]> {
  return Subprocess.start({
    script: programs.load,
    argument: JSON.stringify(assignment),
    processor: processors.load,
    onTrial: false,
  });
}

function stageOf(server: Subprocess, load: Subprocess, profile: string | undefined): Stage {
  const exchange = async (messages: number) => readExchanged(await load.ask("exchange", messages));
  return {
    open: async (connections) => void (await load.ask("open", connections)),
    warmUp: async (messages) => void (await exchange(messages)),
    count: async (messages) => {
      if (profile !== undefined) await server.ask("startProfile");
      const before = readUsage(await server.ask("usage"));
      const exchanged = await exchange(messages);
      const after = readUsage(await server.ask("usage"));
      if (profile !== undefined) await server.ask("writeProfile", profile);
      return { ...exchanged, before, after };
    },
    settledUsage: async () => readUsage(await server.ask("settledUsage")),
  };
}

function profileOf(peer: string, { name }: BenchCase, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const file = `${name}, ${peer}`.replace(/[^a-z0-9]+/gi, "-");
  return join(folder, `${file}.cpuprofile`);
}
