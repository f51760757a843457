/** The control event `anywire:open`: what a client is told first (wires: "Envelope"). */

import type { Hello, OutgoingEvent } from "../link.ts";

/** The id goes along as the event's own, so that a client that has none yet knows where delivery starts. */
export function openEvent({ id, reason, session, socket, heartbeat, recovered }: Hello): OutgoingEvent {
  const data = { session, socket, heartbeat, recovered, ...(reason === undefined ? {} : { reason }) };
  return { name: "anywire:open", args: [data], id, ack: undefined };
}
