/** All rounds of a case, the peers in turn: what disturbs the machine for a while disturbs all of them. */

import type { BenchCase } from "./bench-case.ts";
import type { Figures } from "./figures.ts";
import { Disqualified } from "./load/reply-checker.ts";
import { type Peer, peerOf, versionOf } from "./peer-list.ts";
import type { CaseResult, PeerResult } from "./results.ts";
import { type RoundSettings, runRound } from "./round.ts";
import { Unavailable } from "./unavailable.ts";

export interface RoundsSettings extends RoundSettings {
  readonly rounds: number;
  /** Whom to measure beside the reference; undefined for all. */
  readonly peers: readonly string[] | undefined;
  /** Told as rounds go by. */
  readonly progress: (text: string) => void;
  /** Why peers cannot run on this machine: asked once for all cases. */
  readonly unavailable: Map<string, string>;
}

export async function runRounds(benchCase: BenchCase, settings: RoundsSettings): Promise<CaseResult> {
  const wanted = benchCase.peers.filter((name, n) => n === 0 || (settings.peers?.includes(name) ?? true));
  const runs = wanted.map((name) => new PeerRun(peerOf(name)));
  for (let round = 1; round <= settings.rounds; round++) {
    for (const run of runs) {
      if (run.disqualified !== undefined || settings.unavailable.has(run.peer.name)) continue;
      settings.progress(`${benchCase.name}: round ${round} of ${settings.rounds}, ${run.peer.name}`);
      await run.measure(benchCase, settings);
    }
  }
  const { connections, messages } = settings.quick ? benchCase.quick : benchCase.size;
  const peers = runs.map((run) => run.result(settings.unavailable.get(run.peer.name)));
  return { name: benchCase.name, connections, messages, unit: benchCase.unit ?? "message", peers };
}

/** What has come of one peer so far. */
class PeerRun {
  readonly peer: Peer;
  disqualified: string | undefined;
  private readonly rounds: Figures[] = [];

  constructor(peer: Peer) {
    this.peer = peer;
  }

  async measure(benchCase: BenchCase, settings: RoundsSettings): Promise<void> {
    try {
      this.rounds.push(await runRound(this.peer, benchCase, settings));
    } catch (error) {
      if (error instanceof Disqualified) this.disqualified = error.message;
      else if (error instanceof Unavailable) settings.unavailable.set(this.peer.name, error.message);
      else throw error;
    }
  }

  result(unavailable: string | undefined): PeerResult {
    const { peer, rounds, disqualified } = this;
    return { peer: peer.name, version: versionOf(peer), rounds, disqualified, unavailable };
  }
}
