/** What the rounds of a case came to, peer by peer. */

import type { Figures } from "./figures.ts";

export interface PeerResult {
  readonly peer: string;
  readonly version: string;
  readonly rounds: readonly Figures[];
  /** Why the peer is not in the comparison. */
  readonly disqualified: string | undefined;
  /** Why it cannot run on this machine. */
  readonly unavailable: string | undefined;
}

export interface CaseResult {
  readonly name: string;
  readonly connections: number;
  /** Counted in each round. */
  readonly messages: number;
  /** What is counted. */
  readonly unit: string;
  /** The reference first. */
  readonly peers: readonly PeerResult[];
}
