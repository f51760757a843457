/** Results for tests, from the few figures that a test is about. */

import type { Figures } from "../src/figures.ts";
import type { CaseResult } from "../src/results.ts";

export const blankFigures: Figures = {
  user: undefined,
  system: undefined,
  p50: undefined,
  p99: undefined,
  rss: 50 * 2 ** 20,
  rssPerConnection: undefined,
  loadShare: undefined,
};

export function caseResult(name: string, peers: Record<string, readonly Partial<Figures>[]>): CaseResult {
  return {
    name,
    connections: 100,
    messages: 120_000,
    unit: "message",
    peers: Object.entries(peers).map(([peer, rounds]) => ({
      peer,
      version: "1.0.0",
      rounds: rounds.map((figures) => ({ ...blankFigures, ...figures })),
      disqualified: undefined,
      unavailable: undefined,
    })),
  };
}
