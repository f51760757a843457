/** The report for programs: what was measured where, every round of it, and the comparison. Pure. */

import { type Comparison, compare } from "./comparison.ts";
import type { CaseResult, PeerResult } from "./results.ts";

export interface Conditions {
  readonly node: string;
  readonly processor: string;
  readonly processors: number;
  /** The server and the load each had a processor of its own. */
  readonly pinned: boolean;
  readonly packages: "dist" | "source";
  readonly rounds: number;
  readonly quick: boolean;
}

export interface Report {
  readonly conditions: Conditions;
  readonly cases: readonly (Omit<CaseResult, "peers"> & {
    readonly peers: readonly (Comparison & Pick<PeerResult, "rounds">)[];
  })[];
}

export function reportOf(conditions: Conditions, results: readonly CaseResult[]): Report {
  const cases = results.map((result) => {
    const comparisons = compare(result);
    return {
      ...result,
      peers: result.peers.flatMap(({ rounds }, n) => comparisons.slice(n, n + 1).map((own) => ({ ...own, rounds }))),
    };
  });
  return { conditions, cases };
}

export function conditionsText({ node, processor, processors, pinned, packages, rounds, quick }: Conditions): string {
  const lines = [
    `Node ${node}, ${processor} (${processors} processors), packages from ${packages}, ${rounds} ${rounds === 1 ? "round" : "rounds"}`,
    pinned
      ? "server on processor 0, load on processor 1"
      : "NOT PINNED: server and load share the processors, latency and spread suffer",
  ];
  if (quick) lines.push("quick: it shows that all works; the figures say nothing");
  return `${lines.join("\n")}\n`;
}
