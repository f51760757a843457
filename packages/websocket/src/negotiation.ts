/** What a client asks for, and what a server agrees on: the subprotocol, and the extension (RFC 6455 §4.2.2, 4 and 5). */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { misuse } from "./errors.ts";
import { isHttp2Stream } from "./node/http2-stream.ts";
import { type DeflateParameters, deflateName } from "./protocol/deflate-offer.ts";
import {
  agreeOnDeflate,
  type ConnectRequest,
  type HandshakeRules,
  readConnect,
  readProtocols,
  readUpgrade,
  type UpgradeRequest,
} from "./protocol/handshake.ts";
import { isToken } from "./protocol/header-list.ts";
import type { PerMessageDeflateOptions } from "./ws-api.ts";

/** The versions of the protocol that ws speaks. */
const spoken: HandshakeRules = { versions: [13, 8] };

/**
 * What is asked for; over HTTP/2 the key is empty, as there is none (RFC 8441 §5).
 * @throws {HandshakeError} if it breaks a rule
 */
export function readRequest(request: IncomingMessage, stream: Duplex): UpgradeRequest {
  return isHttp2Stream(stream) ? { key: "", ...readConnect(request.headers, spoken) } : readUpgrade(request, spoken);
}

/** By the name of the extension. */
export interface AgreedExtensions {
  readonly [deflateName]?: DeflateParameters | undefined;
}

export interface Negotiated {
  /** Offered, in the client's order of preference. */
  readonly protocols: Set<string>;
  readonly extensions: AgreedExtensions;
}

/** @throws {HandshakeError} if what the client offers is no list */
export function negotiate(offers: ConnectRequest, compression: PerMessageDeflateOptions | undefined): Negotiated {
  const protocols = readProtocols(offers);
  if (compression === undefined) return { protocols, extensions: {} };
  return { protocols, extensions: { [deflateName]: agreeOnDeflate(offers, compression) } };
}

export type HandleProtocols<Request> = (protocols: Set<string>, request: Request) => string | false;

/**
 * The subprotocol, by the program's choice or the client's preference; "" for none.
 * @throws {TypeError} if the program chose what cannot be a subprotocol
 */
export function chooseProtocol<Request>(
  offered: Set<string>,
  request: Request,
  handle: HandleProtocols<Request> | undefined,
): string {
  if (offered.size === 0) return "";
  const [first = ""] = offered;
  const chosen = handle ? handle(offered, request) : first;
  if (!chosen) return "";
  if (!isToken(chosen)) throw misuse("protocol"); // it would break out of its header
  return chosen;
}
