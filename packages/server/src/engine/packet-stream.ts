/** A response that goes on for as long as its session, and carries packets down (port of the streaming transports). */

import type { Outgoing } from "./outgoing-queue.ts";
import type { Exchange } from "./transport.ts";

export interface PacketStream {
  /** Bytes that were written and have not left the process. */
  readonly bufferedBytes: number;
  /** `drained` follows. */
  write(batch: readonly Outgoing[]): void;
  /** Ends it after what was written; who does not read it is cut off by `destroy`. */
  end(): void;
  /** Ends it at once. */
  destroy(): void;
}

export interface PacketStreamHandler {
  /** What was written has left. Never while it is written. */
  drained(): void;
  /** Once, whoever ended it. Never before the stream was returned. */
  streamClosed(): void;
}

/** Makes the answer to a GET such a stream: its head leaves at once. */
export type OpenPacketStream = (exchange: Exchange, handler: PacketStreamHandler) => PacketStream;
