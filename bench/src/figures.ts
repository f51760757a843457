/** What one round of one peer came to. */

export interface Figures {
  /** Server CPU, microseconds per message; undefined where no messages are counted. */
  readonly user: number | undefined;
  readonly system: number | undefined;
  /** Microseconds. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  /** The server's resident bytes at the end. */
  readonly rss: number;
  /** Resident bytes that one idle connection adds; undefined where it is not measured. */
  readonly rssPerConnection: number | undefined;
  /** The load generator's CPU, as a share of the time that was measured: near 1 it, and not the server, made the latency. */
  readonly loadShare: number | undefined;
}

/** Server CPU, microseconds per message. */
export function cpuOf({ user, system }: Figures): number | undefined {
  return user === undefined || system === undefined ? undefined : user + system;
}
