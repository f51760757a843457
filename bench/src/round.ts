/** One round: one peer, one case, fresh processes: what is measured, and the load. */

import { join } from "node:path";
import { type Assignment, type Connecting, readExchanged, readTarget, readUsage } from "./assignment.ts";
import type { BenchCase } from "./bench-case.ts";
import type { Figures } from "./figures.ts";
import type { Target } from "./load/opening.ts";
import { Disqualified } from "./load/reply-checker.ts";
import type { Exchanged, Stage } from "./measure.ts";
import { type Peer, peerOf, programOf } from "./peer-list.ts";
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

/**
 * @throws {Disqualified} if the peer is not to be measured
 * @throws {Unavailable} if it cannot run here
 */
export async function runRound(peer: Peer, benchCase: BenchCase, settings: RoundSettings): Promise<Figures> {
  const started: Subprocess[] = [];
  try {
    const pair = await start[benchCase.side]({ peer, benchCase, settings, started });
    const stage = stageOf(pair, profileOf(peer, benchCase, settings.profile));
    return await benchCase.measure(stage, settings.quick ? benchCase.quick : benchCase.size);
  } catch (error) {
    const complaint = started.find(({ onTrial }) => onTrial)?.complaint ?? "";
    if (error instanceof Disqualified && complaint !== "") error.message += ` (${complaint})`;
    throw error;
  } finally {
    for (const subprocess of started.reverse()) await subprocess.stop();
  }
}

interface Casting {
  readonly peer: Peer;
  readonly benchCase: BenchCase;
  readonly settings: RoundSettings;
  /** What is running: to be stopped, the last one first. */
  readonly started: Subprocess[];
}

/** The two processes of a round, and how they are put to work. */
interface Pair {
  readonly measured: Subprocess;
  open(connections: number): Promise<unknown>;
  exchange(messages: number): Promise<Exchanged>;
}

const start = { server: startServer, client: startClient, parser: startParser, caller: startCaller };

/** The server is there first, and the load comes to it. */
async function startServer(casting: Casting): Promise<Pair> {
  const { started } = casting;
  const [measured, listening] = await startPeer(casting);
  started.push(measured);
  const [load] = await startLoad(casting, readTarget(listening));
  started.push(load);
  return loadedPair(measured, load);
}

/** The load is there first, and waits for the clients. */
async function startClient(casting: Casting): Promise<Pair> {
  const { started } = casting;
  const [load, listening] = await startLoad(casting, undefined);
  started.push(load);
  const [measured] = await startPeer(casting);
  started.push(measured);
  const target = readTarget(listening);
  const pair = loadedPair(measured, load);
  return {
    ...pair,
    open: (connections) => Promise.all([pair.open(connections), connect(measured, connections, target)]),
  };
}

/** It is its own load. */
async function startParser(casting: Casting): Promise<Pair> {
  const [measured] = await startPeer(casting);
  casting.started.push(measured);
  return loadedPair(measured, measured);
}

/** The server, which is ours whoever calls it, is there first, and the clients come to it. */
async function startCaller(casting: Casting): Promise<Pair> {
  const { started } = casting;
  const [server, listening] = await startCalled(casting);
  started.push(server);
  const [measured] = await startPeer(casting);
  started.push(measured);
  const target = readTarget(listening);
  return {
    measured,
    open: (connections) => connect(measured, connections, target),
    exchange: (messages) => exchangeBeside(server, measured, messages),
  };
}

function loadedPair(measured: Subprocess, load: Subprocess): Pair {
  return {
    measured,
    open: (connections) => load.ask("open", connections),
    exchange: async (messages) => readExchanged(await load.ask("exchange", messages)),
  };
}

function connect(clients: Subprocess, connections: number, target: Target): Promise<unknown> {
  return clients.ask("connect", { connections, target } satisfies Connecting);
}

/** How busy the server was is told as of a load. */
async function exchangeBeside(server: Subprocess, clients: Subprocess, messages: number): Promise<Exchanged> {
  const before = readUsage(await server.ask("usage"));
  const start = performance.now();
  const exchanged = readExchanged(await clients.ask("exchange", messages));
  const duration = performance.now() - start;
  const after = readUsage(await server.ask("usage"));
  const used = after.user + after.system - before.user - before.system;
  return { ...exchanged, loadShare: used / 1_000 / duration };
}

function startPeer({ peer, benchCase, settings }: Casting): Promise<[Subprocess, unknown]> {
  return Subprocess.start({
    script: settings.programs.peer(programOf(peer, benchCase.side)),
    argument: argumentOf(benchCase),
    env: peer.env,
    processor: settings.processors.server,
    onTrial: true,
  });
}

function argumentOf(benchCase: BenchCase): string {
  if (benchCase.side === "caller") return benchCase.task;
  return benchCase.side === "client" ? "" : benchCase.role;
}

/** Where a load would be. */
function startCalled({ benchCase, settings }: Casting): Promise<[Subprocess, unknown]> {
  return Subprocess.start({
    script: settings.programs.peer(programOf(peerOf("@anywire/server"), "server")),
    argument: benchCase.side === "caller" ? benchCase.role : "",
    processor: settings.processors.load,
    onTrial: false,
  });
}

function startLoad({ benchCase, settings }: Casting, target: Target | undefined): Promise<[Subprocess, unknown]> {
  return Subprocess.start({
    script: settings.programs.load,
    argument: JSON.stringify({ caseName: benchCase.name, target } satisfies Assignment),
    processor: settings.processors.load,
    onTrial: false,
  });
}

function stageOf({ measured, open, exchange }: Pair, profile: string | undefined): Stage {
  return {
    open: async (connections) => void (await open(connections)),
    warmUp: async (messages) => void (await exchange(messages)),
    count: async (messages) => {
      if (profile !== undefined) await measured.ask("startProfile");
      const before = readUsage(await measured.ask("usage"));
      const exchanged = await exchange(messages);
      const after = readUsage(await measured.ask("usage"));
      if (profile !== undefined) await measured.ask("writeProfile", profile);
      return { ...exchanged, before, after };
    },
    settledUsage: async () => readUsage(await measured.ask("settledUsage")),
  };
}

function profileOf(peer: Peer, { name }: BenchCase, folder: string | undefined): string | undefined {
  if (folder === undefined) return undefined;
  const file = `${name}, ${peer.name}`.replace(/[^a-z0-9]+/gi, "-");
  return join(folder, `${file}.cpuprofile`);
}
