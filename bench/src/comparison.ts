/** Puts each peer beside the reference, and the goal beside the ratio. Pure. */

import { cpuOf, type Figures } from "./figures.ts";
import { type Goal, goalsOf } from "./goals.ts";
import { type MeasuredElsewhere, measuredElsewhere } from "./measured-elsewhere.ts";
import type { CaseResult, PeerResult } from "./results.ts";
import { type Summary, summarize } from "./statistics.ts";

/** A goal and how far the peer got. */
export interface Judgement extends Goal {
  /** Against the one that the goal names; undefined if one of the two has no figures. */
  readonly ratio: Summary | undefined;
  readonly reached: boolean | undefined;
}

export interface Comparison {
  readonly peer: string;
  readonly version: string;
  readonly disqualified: string | undefined;
  readonly unavailable: string | undefined;
  /** What is known of a peer that is unavailable. */
  readonly elsewhere: MeasuredElsewhere | undefined;
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
  readonly goals: readonly Judgement[];
}

export function compare(result: CaseResult): Comparison[] {
  return result.peers.map((peer) => comparisonOf(peer, result));
}

function comparisonOf(own: PeerResult, { name, peers }: CaseResult): Comparison {
  const { peer, version, disqualified, unavailable } = own;
  const over = (figure: (figures: Figures) => number | undefined) =>
    disqualified === undefined ? summaryOf(own.rounds.map(figure)) : undefined;
  const reference = peers[0];
  return {
    peer,
    version,
    disqualified,
    unavailable,
    elsewhere: unavailable === undefined ? undefined : measuredElsewhere(name, peer),
    cpu: over(cpuOf),
    user: over(({ user }) => user),
    system: over(({ system }) => system),
    p50: over(({ p50 }) => p50),
    p99: over(({ p99 }) => p99),
    rss: over(({ rss }) => rss),
    rssPerConnection: over(({ rssPerConnection }) => rssPerConnection),
    loadShare: over(({ loadShare }) => loadShare),
    ratio: own === reference ? undefined : ratioOf(own, reference),
    goals: goalsOf(name, peer).map((goal) => {
      const against = goal.against === undefined ? reference : peers.find((other) => other.peer === goal.against);
      return judge(goal, ratioOf(own, against));
    }),
  };
}

function judge(goal: Goal, ratio: Summary | undefined): Judgement {
  return { ...goal, ratio, reached: ratio && reaches(ratio.median, goal) };
}

function ratioOf(own: PeerResult, other: PeerResult | undefined): Summary | undefined {
  if (own.disqualified !== undefined || other === undefined || other.disqualified !== undefined) return undefined;
  return summaryOf(ratios(own, other));
}

/** A round is compared with the other's round beside it, which met the same machine. */
function ratios(own: PeerResult, beside: PeerResult): (number | undefined)[] {
  return own.rounds.map((figures, round) => {
    const other = beside.rounds[round];
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
