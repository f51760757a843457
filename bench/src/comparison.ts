/** Puts each peer beside the reference, and the goal beside the ratio. Pure. */

import { cpuOf, type Figures } from "./figures.ts";
import { type Goal, goalOf } from "./goals.ts";
import type { CaseResult, PeerResult } from "./results.ts";
import { type Summary, summarize } from "./statistics.ts";

export interface Comparison {
  readonly peer: string;
  readonly version: string;
  readonly disqualified: string | undefined;
  readonly cpu: Summary | undefined;
  readonly user: Summary | undefined;
  readonly system: Summary | undefined;
  readonly p50: Summary | undefined;
  readonly p99: Summary | undefined;
  readonly rss: Summary | undefined;
  readonly rssPerConnection: Summary | undefined;
  readonly loadShare: Summary | undefined;
  /** Against the reference, round by round: CPU cheaper by so many times, or so large a share of its memory. */
  readonly ratio: Summary | undefined;
  readonly goal: Goal | undefined;
  readonly reached: boolean | undefined;
}

export function compare(result: CaseResult): Comparison[] {
  const reference = result.peers[0];
  return result.peers.map((peer) => comparisonOf(peer, reference === peer ? undefined : reference, result.name));
}

function comparisonOf(own: PeerResult, reference: PeerResult | undefined, caseName: string): Comparison {
  const { peer, version, disqualified } = own;
  const over = (figure: (figures: Figures) => number | undefined) =>
    disqualified === undefined ? summaryOf(own.rounds.map(figure)) : undefined;
  const ratio =
    disqualified === undefined && reference?.disqualified === undefined ? summaryOf(ratios(own, reference)) : undefined;
  const goal = goalOf(caseName, peer);
  return {
    peer,
    version,
    disqualified,
    cpu: over(cpuOf),
    user: over(({ user }) => user),
    system: over(({ system }) => system),
    p50: over(({ p50 }) => p50),
    p99: over(({ p99 }) => p99),
    rss: over(({ rss }) => rss),
    rssPerConnection: over(({ rssPerConnection }) => rssPerConnection),
    loadShare: over(({ loadShare }) => loadShare),
    ratio,
    goal,
    reached: goal === undefined || ratio === undefined ? undefined : reaches(ratio.median, goal),
  };
}

/** A round is compared with the reference's round beside it, which met the same machine. */
function ratios(own: PeerResult, reference: PeerResult | undefined): (number | undefined)[] {
  return own.rounds.map((figures, round) => {
    const other = reference?.rounds[round];
    if (other === undefined) return undefined;
    const [cpu, otherCpu] = [cpuOf(figures), cpuOf(other)];
    if (cpu !== undefined && otherCpu !== undefined) return otherCpu / cpu;
    const [memory, otherMemory] = [figures.rssPerConnection, other.rssPerConnection];
    return memory !== undefined && otherMemory !== undefined ? memory / otherMemory : undefined;
  });
}

function reaches(ratio: number, { kind, value }: Goal): boolean {
  return kind === "cheaper" ? ratio >= value : ratio <= value;
}

function summaryOf(values: readonly (number | undefined)[]): Summary | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? summarize(known) : undefined;
}
