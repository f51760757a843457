/** The first packet of a server (engine.io-protocol 4, "Handshake"). */

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

/** @returns undefined if it is none that a session could live by */
export function readHandshake(text: unknown): HandshakeData | undefined {
  try {
    const data: HandshakeData = JSON.parse(String(text));
    const { sid, upgrades, pingInterval, pingTimeout } = data;
    const isGood = sid && typeof sid === "string" && [pingInterval, pingTimeout].every(Number.isFinite);
    if (isGood && pingInterval >= 0 && pingInterval + pingTimeout > 0)
      return { ...data, upgrades: Array.isArray(upgrades) ? upgrades : [] };
  } catch {
    // no JSON, or `null`
  }
  return undefined;
}
