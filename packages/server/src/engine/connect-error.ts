/** What a client is told when it may not enter a namespace (Socket.IO protocol 5, "Connection to a namespace"; 4, "ERROR"). */

import { Refusal } from "../errors.ts";
import type { EngineProtocol } from "./transport.ts";

interface ConnectError {
  readonly message: string;
  /** The program's own, of the error that a middleware gave to `next`. */
  readonly data?: unknown;
}

/** Clients of Socket.IO 2 are told the data, or else the message. */
export function connectErrorOf(error: unknown, protocol: EngineProtocol): unknown {
  const told = toldOf(error);
  return protocol === 3 ? (told.data ?? told.message) : told;
}

/** A middleware's own words; of what was none of the client's business, only that it was refused. */
function toldOf(error: unknown): ConnectError {
  if (!(error instanceof Refusal)) return { message: "the connection was refused" };
  const { cause, code, message } = error;
  if (code !== "refused") return { message, data: { code } };
  return cause instanceof Error && "data" in cause ? { message, data: cause.data } : { message };
}
