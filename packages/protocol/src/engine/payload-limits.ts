/** What a reader of payloads accepts. The length of a payload is bounded by whoever receives the body. */

export interface PayloadLimits {
  /** Most packets in one payload. */
  readonly maxPackets: number;
}

/** A body of a megabyte, which is the most a server takes by default, holds fewer events than this. */
export const payloadLimits: PayloadLimits = { maxPackets: 100_000 };
