/** Who a client is, as the program says it: asked once for each connection, and again where a session goes on. */

import { Refusal } from "./errors.ts";
import type { Handshake } from "./handshake.ts";

/**
 * Says who the client is, by what its request carries: `handshake.auth.token` (from `Authorization: Bearer`, the
 * subprotocol `bearer.…` or `token=`; on the Socket.IO wire the client's `auth`), a cookie, or whatever else is in the
 * headers and the query.
 * @returns the principal; undefined for an anonymous client
 * @throws {Refusal} to refuse the client, `new Refusal("not-authenticated")` say. Any other error refuses it with 401 too,
 * and is told as an error of the program
 */
export type Authenticate = (handshake: Handshake) => string | undefined | Promise<string | undefined>;

export interface Reception {
  readonly authenticate: Authenticate | undefined;
  /** Takes the program's own errors. */
  readonly report: (error: unknown) => void;
}

/** An error that is no refusal may be a mistake of the program: it is told, and the client is refused all the same. */
export async function principalOf(
  { authenticate, report }: Reception,
  handshake: () => Handshake,
): Promise<string | undefined> {
  if (authenticate === undefined) return undefined;
  try {
    const principal: unknown = await authenticate(handshake());
    if (principal === undefined || typeof principal === "string") return principal;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    report(error);
  }
  throw new Refusal("not-authenticated"); // also for null, false and the like, from a program without types
}
