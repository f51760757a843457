/** What is known of a client from its first request; names and types are Socket.IO's. */

import type { IncomingHttpHeaders } from "node:http";
import type { ParsedUrlQuery } from "node:querystring";
import type { Anything } from "@anywire/protocol/emitter";

export interface Handshake {
  headers: IncomingHttpHeaders;
  /** Date of the request, as text. */
  time: string;
  /** IP address of the other end. */
  address: string;
  /** The origin is another one than the host. */
  xdomain: boolean;
  /** Came over TLS. */
  secure: boolean;
  /** Date of the request, in milliseconds. */
  issued: number;
  url: string;
  /** The keys come from the client. An ordinary object, as with Socket.IO: programs call its `hasOwnProperty`. */
  query: ParsedUrlQuery;
  /** Credentials: the client's own `auth` (Socket.IO); on plain wires `{ token }`, if it gave one. */
  auth: { [key: string]: Anything };
}
