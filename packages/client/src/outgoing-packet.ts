/** An event on its way out, and what the program said of it: `volatile`, `compress()`, `timeout()`, `signal()`. */

import type { Packet } from "@anywire/protocol/socket";

export interface Flags {
  compress?: boolean;
  volatile?: boolean;
  /** Milliseconds for the acknowledgement. */
  timeout?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface OutgoingPacket extends Packet {
  /** The name, then the arguments. */
  readonly data: unknown[];
  readonly options: { readonly compress: boolean };
}
