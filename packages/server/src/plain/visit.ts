/** What a request asks for, and who asks: the handshake, the principal, and the parameters of the query. */

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { AdmissionRequest } from "../admission.ts";
import { Refusal } from "../errors.ts";
import type { Handshake } from "../handshake.ts";
import type { Wire } from "../link.ts";
import { principalOf, type Reception } from "../principal.ts";
import { type Cursor, parseCursor } from "./cursor.ts";
import { creditedHeaders, type OriginVerdict } from "./origin.ts";
import { namespaceAt, parseTarget, queryRecord, type RequestTarget, single } from "./request-target.ts";
import { parseSubprotocols } from "./subprotocol.ts";

/** A request whose origin was judged and whose sender is known. */
export interface Visit {
  readonly handshake: Handshake;
  /** By `authenticate`; undefined for an anonymous client. */
  readonly principal: string | undefined;
  /** The whole query, secrets included. */
  readonly query: URLSearchParams;
  readonly session: string | undefined;
  /** The path behind that of the plain wire. */
  readonly namespace: string;
}

/** @throws {Refusal} not-authenticated; bad-request for a malformed query or token */
export async function receiveVisit(
  request: IncomingMessage,
  origin: OriginVerdict,
  reception: Reception & { readonly path: string },
): Promise<Visit> {
  const target = parseTarget(request.url);
  const { query } = target;
  const session = single(query, "session");
  const handshake = handshakeOf(request, target, origin);
  const namespace = namespaceAt(target.path, reception.path) ?? "/";
  return { handshake, principal: await principalOf(reception, () => handshake), query, session, namespace };
}

/** @throws {Refusal} bad-request */
export function admissionRequestOf(visit: Visit, wire: Wire, maxRooms: number): AdmissionRequest {
  const { handshake, principal, session, query, namespace } = visit;
  return { wire, namespace, handshake, principal, session, rooms: roomsOf(query, maxRooms), since: sinceOf(visit)?.id };
}

/**
 * Where the client stopped: a poll's cursor, or an event id alone. The header goes before the query, since an
 * EventSource comes back to the URL that it was made with.
 */
export function sinceOf({ handshake, query }: Visit): Partial<Cursor> | undefined {
  const asked = lastEventId(handshake.headers) ?? single(query, "since");
  return asked === undefined ? undefined : (parseCursor(asked) ?? { id: asked });
}

export function lastEventId(headers: IncomingHttpHeaders): string | undefined {
  const id = headers["last-event-id"];
  return typeof id === "string" && id !== "" ? id : undefined;
}

function roomsOf(query: URLSearchParams, maxRooms: number): readonly string[] {
  const rooms = [...new Set(query.getAll("room"))];
  if (rooms.includes("")) throw new Refusal("bad-request", { message: "a room has no name" });
  if (rooms.length > maxRooms)
    throw new Refusal("bad-request", { message: `more than ${maxRooms} rooms are asked for` });
  return rooms;
}

function handshakeOf(request: IncomingMessage, { path, query }: RequestTarget, origin: OriginVerdict): Handshake {
  const headers = creditedHeaders(request.headers, origin);
  const token = tokenOf(headers, query);
  const shown = new URLSearchParams(query);
  for (const secret of ["session", "token"]) shown.delete(secret); // what is in a handshake gets logged
  const now = new Date();
  return {
    headers,
    query: queryRecord(shown),
    url: shown.size === 0 ? path : `${path}?${shown}`,
    address: request.socket.remoteAddress ?? "",
    secure: request.socket instanceof TLSSocket,
    xdomain: origin.isForeign,
    time: now.toString(),
    issued: now.getTime(),
    auth: token === undefined ? {} : { token },
  };
}

function tokenOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const offered = headers.upgrade === undefined ? undefined : headers["sec-websocket-protocol"];
  const [, bearer] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? []; // RFC 6750 §2.1
  return parseSubprotocols(offered).token ?? bearer ?? single(query, "token");
}
