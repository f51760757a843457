/** What a manager tells of its connection. */

import type { Packet } from "@anywire/protocol/socket";

/** Why a connection has closed. */
export type DisconnectDescription = Error | { readonly description: string; readonly context?: unknown };

export interface ManagerReservedEvents {
  open: () => void;
  error: (error: Error) => void;
  ping: () => void;
  packet: (packet: Packet) => void;
  close: (reason: string, description?: DisconnectDescription) => void;
  reconnect_failed: () => void;
  reconnect_attempt: (attempt: number) => void;
  reconnect_error: (error: Error) => void;
  reconnect: (attempt: number) => void;
}
