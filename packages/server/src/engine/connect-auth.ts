/** What a client says of itself in its CONNECT packet, parted: what is the program's, and what is the wire's own. */

/** What a client says of itself when it asks for a namespace. */
export type Auth = Record<string, unknown>;

/** By it our client names its instance: at least 110 random bits. */
const nonceKey = "anywire:nonce";
const nonceForm = /^[\w-]{22}$/;

export interface ConnectAuth {
  /** What the program may see: handshakes get logged, and the rest are secrets. */
  readonly shown: Auth;
  /** The session that it comes back to. */
  readonly pid: string | undefined;
  /** Of what it heard last. */
  readonly offset: string | undefined;
  /** Of an instance of our client that repeats emits. */
  readonly nonce: string | undefined;
}

/** What is not understood, for what the server does or the client is, stays the program's. */
export function readConnectAuth(
  auth: Auth,
  { isRecoverable, isOurs }: { isRecoverable: boolean; isOurs: boolean },
): ConnectAuth {
  const { pid, offset, ...others } = auth;
  const comesBack = isRecoverable && typeof pid === "string" && (offset === undefined || typeof offset === "string");
  const rest = comesBack ? others : auth;
  const names = comesBack ? { pid, offset } : { pid: undefined, offset: undefined };
  if (!isOurs || !Object.hasOwn(rest, nonceKey)) return { shown: rest, ...names, nonce: undefined };
  const { [nonceKey]: nonce, ...shown } = rest;
  return { shown, ...names, nonce: typeof nonce === "string" && nonceForm.test(nonce) ? nonce : undefined };
}
