/** All rounds of a case, the peers in turn: what disturbs the machine for a while disturbs all of them. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchCase } from "./bench-case.ts";
import type { Figures } from "./figures.ts";
import { Disqualified } from "./load/reply-checker.ts";
import type { CaseResult, PeerResult } from "./results.ts";
import { type RoundSettings, runRound } from "./round.ts";

export interface RoundsSettings extends RoundSettings {
  readonly rounds: number;
  /** Told as rounds go by. */
  readonly progress: (text: string) => void;
}

export async function runRounds(benchCase: BenchCase, settings: RoundsSettings): Promise<CaseResult> {
  const figures = new Map<string, Figures[]>(benchCase.peers.map((peer) => [peer, []]));
  const disqualified = new Map<string, string>();
  for (let round = 1; round <= settings.rounds; round++) {
    for (const [peer, own] of figures) {
      if (disqualified.has(peer)) continue;
      settings.progress(`${benchCase.name}: round ${round} of ${settings.rounds}, ${peer}`);
      try {
        own.push(await runRound(peer, benchCase, settings));
      } catch (error) {
        if (!(error instanceof Disqualified)) throw error;
        disqualified.set(peer, error.message);
      }
    }
  }
  const peers = [...figures].map(([peer, rounds]): PeerResult => {
    return { peer, version: versionOf(peer), rounds, disqualified: disqualified.get(peer) };
  });
  const { connections, messages } = settings.quick ? benchCase.quick : benchCase.size;
  return { name: benchCase.name, connections, messages, peers };
}

function versionOf(peer: string): string {
  const manifest: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, "../../node_modules", peer, "package.json"), "utf8"),
  );
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "";
}
