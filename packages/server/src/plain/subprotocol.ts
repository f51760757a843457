/** Subprotocols of the plain wire (RFC 6455 §1.9): which format a WebSocket speaks, and the token that it may bring along. */

import { Refusal } from "../errors.ts";

/** `bare`: none was chosen. */
export type Subprotocol = "bare" | "anywire.v1" | "anywire.raw";

const bearer = "bearer.";

interface SubprotocolOffer {
  /** The one to echo. */
  readonly chosen: Subprotocol | undefined;
  /** What `bearer.<base64url>` says. */
  readonly token: string | undefined;
}

/** The client's first that is spoken here (RFC 6455 §4.2.2). */
export function chooseSubprotocol(offers: Iterable<string>): Subprotocol | undefined {
  for (const offer of offers) if (isSubprotocol(offer)) return offer;
  return undefined;
}

export function isSubprotocol(text: string): text is Exclude<Subprotocol, "bare"> {
  return text === "anywire.v1" || text === "anywire.raw";
}

/** @throws {Refusal} if a token is offered alone (it would have to be echoed), or is no base64url */
export function parseSubprotocols(header: string | undefined): SubprotocolOffer {
  const offers = (header ?? "").split(",").map((offer) => offer.trim());
  const chosen = chooseSubprotocol(offers);
  const token = offers.find((offer) => offer.startsWith(bearer));
  if (token === undefined) return { chosen, token };
  if (chosen === undefined) throw refused("a bearer subprotocol must be offered beside anywire.v1 or anywire.raw");
  const encoded = token.slice(bearer.length);
  if (!/^[\w-]+$/.test(encoded)) throw refused("the bearer subprotocol is no base64url");
  return { chosen, token: Buffer.from(encoded, "base64url").toString() };
}

function refused(message: string): Refusal {
  return new Refusal("bad-request", { message });
}
