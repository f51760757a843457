/** How a round is measured: set-up and warm-up first, and only what is counted after them. */

import type { Figures } from "./figures.ts";

export interface CaseSize {
  readonly connections: number;
  /** Messages before the counted ones, until the machine code is hot. */
  readonly warmUp: number;
  /** Messages counted: enough for one to two seconds of the reference. */
  readonly messages: number;
}

/** What the server's process says of itself. CPU in microseconds since its start, memory in bytes. */
export interface Usage {
  readonly user: number;
  readonly system: number;
  readonly rss: number;
}

export interface Exchanged {
  readonly messages: number;
  /** Microseconds; undefined, as the next one, where there is no load. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly loadShare: number | undefined;
}

export interface Counted extends Exchanged {
  readonly before: Usage;
  readonly after: Usage;
}

/** The server and the load, as a measure sees them. */
export interface Stage {
  open(connections: number): Promise<void>;
  /** Not counted: until the machine code is hot. */
  warmUp(messages: number): Promise<void>;
  /** What is counted. At both readings nothing is in flight, so that all that was used between them was used for these messages. */
  count(messages: number): Promise<Counted>;
  /** What the server uses, garbage collected first. */
  settledUsage(): Promise<Usage>;
}

export type Measure = (stage: Stage, size: CaseSize) => Promise<Figures>;

/** CPU per message and latency. */
export const measureMessages: Measure = async (stage, size) => {
  await stage.open(size.connections);
  await stage.warmUp(size.warmUp);
  const { before, after, messages, p50, p99, loadShare } = await stage.count(size.messages);
  return {
    user: (after.user - before.user) / messages,
    system: (after.system - before.system) / messages,
    p50,
    p99,
    rss: after.rss,
    rssPerConnection: undefined,
    loadShare,
  };
};

/** Memory per idle connection: the slope from a tenth of the connections to all, so that what the first ones load is not counted. */
export const measureMemory: Measure = async (stage, { connections }) => {
  const first = Math.ceil(connections / 10);
  await stage.open(first);
  const before = await stage.settledUsage();
  await stage.open(connections - first);
  const after = await stage.settledUsage();
  await stage.warmUp(connections); // those who said nothing are all there still
  return {
    user: undefined,
    system: undefined,
    p50: undefined,
    p99: undefined,
    rss: after.rss,
    rssPerConnection: (after.rss - before.rss) / (connections - first),
    loadShare: undefined,
  };
};
