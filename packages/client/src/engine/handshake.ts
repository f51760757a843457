/** The first packet of a server (engine.io-protocol 4, "Handshake"). */

import { delayOf } from "./retry-after.ts";

export interface HandshakeData {
  readonly sid: string;
  /** Transports to which the session may move. */
  readonly upgrades: readonly string[];
  readonly pingInterval: number;
  readonly pingTimeout: number;
  /** Bytes of an HTTP body, at most; servers before engine.io 6.2 do not say it. */
  readonly maxPayload?: number | undefined;
  /** 1 from a server of ours (docs/extras.md). */
  readonly anywire?: unknown;
}

/** Whether a session could live by it. */
export function isHandshake(data: object): data is HandshakeData {
  const { sid, upgrades, pingInterval, pingTimeout }: Partial<Record<keyof HandshakeData, unknown>> = data;
  return (
    typeof sid === "string" &&
    sid !== "" &&
    Array.isArray(upgrades) &&
    !!delayOf(pingInterval) &&
    delayOf(pingTimeout) !== undefined
  );
}
