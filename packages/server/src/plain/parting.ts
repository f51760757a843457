/** How a link ends: in close codes (RFC 6455 §7.4), in the words of `disconnect`, and in the control event `anywire:close`. */

import type { CloseReason, OutgoingEvent } from "../link.ts";

interface Parting {
  readonly closeCode: number;
  /** What `disconnect` handlers are told; Socket.IO's words where it has them. */
  readonly disconnectReason: string;
  /** What is queued for a client that is not there at the moment is kept until it fetches it. */
  readonly keepsQueue: boolean;
}

export const partings: Readonly<Record<CloseReason, Parting>> = {
  disconnected: { closeCode: 1000, disconnectReason: "server namespace disconnect", keepsQueue: true },
  "taken-over": { closeCode: 1000, disconnectReason: "session taken over", keepsQueue: false },
  "slow-consumer": { closeCode: 1013, disconnectReason: "slow consumer", keepsQueue: false },
  "shutting-down": { closeCode: 1012, disconnectReason: "server shutting down", keepsQueue: true },
};

/** Milliseconds that a client has to take what is left for it, and to go. */
export const partingTimeout = 5_000;

/** `anywire:close`, before a planned end. @param retry milliseconds after which to come back */
export function closeEvent(reason: string, retry: number | undefined): OutgoingEvent {
  const data = retry === undefined ? { reason } : { reason, retry };
  return { name: "anywire:close", args: [data], id: undefined, ack: undefined };
}
