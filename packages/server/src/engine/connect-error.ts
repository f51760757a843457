/** What a client is told when it may not enter a namespace (Socket.IO protocol 5, "Connection to a namespace"). */

import { Refusal } from "../errors.ts";

export interface ConnectErrorData {
  readonly message: string;
  /** The program's own, of the error that a middleware gave to `next`. */
  readonly data?: unknown;
}

/** A middleware's own words; of what was none of the client's business, only that it was refused. */
export function connectErrorOf(error: unknown): ConnectErrorData {
  if (!(error instanceof Refusal)) return { message: "the connection was refused" };
  const { cause, code, message } = error;
  if (code !== "refused") return { message, data: { code } };
  return cause instanceof Error && "data" in cause ? { message, data: cause.data } : { message };
}
