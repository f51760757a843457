/** The server's half of the opening handshake, RFC 6455 §4.2: a request in, what to answer out. Pure. */

import { HandshakeError, type HandshakeErrorCode } from "./errors.ts";
import { parseSubprotocols, trimBlanks } from "./subprotocol.ts";

/** As much of a request as the handshake looks at. Node's IncomingMessage fits. */
export interface HandshakeRequest {
  readonly method?: string | undefined;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  /** Names and values in turn, as they came: only here a header that came twice can be told. */
  readonly rawHeaders: readonly string[];
}

/** What a valid request asks for. */
export interface Handshake {
  readonly key: string;
  /** Subprotocols offered, in the client's order of preference. */
  readonly protocols: Set<string>;
}

const acceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** 16 bytes in base64. The last digit carries two bits; as in ws, its other four are not looked at (RFC 4648 §3.5). */
const sixteenBytes = /^[+/0-9A-Za-z]{22}==$/;

/** @throws {HandshakeError} whose status and headers are the answer */
export function readHandshake(request: HandshakeRequest): Handshake {
  const headers = collectHeaders(request.rawHeaders);
  const { httpVersionMajor: major, httpVersionMinor: minor } = request;
  const host = headers.get("host");
  const key = headers.get("sec-websocket-key");
  const protocols = headers.get("sec-websocket-protocol");

  must(request.method === "GET", "WS_ERR_HANDSHAKE_METHOD"); // §4.2.1, 1
  must(major > 1 || (major === 1 && minor >= 1), "WS_ERR_HANDSHAKE_HTTP_VERSION"); // §4.2.1, 1
  must(host?.length === 1 && host[0] !== "", "WS_ERR_HANDSHAKE_HOST"); // §4.2.1, 2; RFC 9112 §3.2
  must(single(headers.get("upgrade"))?.toLowerCase() === "websocket", "WS_ERR_HANDSHAKE_UPGRADE"); // §4.2.1, 3
  must(hasToken(headers.get("connection"), "upgrade"), "WS_ERR_HANDSHAKE_CONNECTION"); // §4.2.1, 4
  must(key?.length === 1 && sixteenBytes.test(key[0] ?? ""), "WS_ERR_HANDSHAKE_KEY"); // §4.2.1, 5
  must(single(headers.get("sec-websocket-version")) === "13", "WS_ERR_HANDSHAKE_VERSION"); // §4.2.1, 6; §4.4
  return {
    key: key[0] ?? "",
    protocols: protocols === undefined ? new Set() : parseSubprotocols(protocols.join(",")), // §4.2.1, 8
  };
}

/** The value of Sec-WebSocket-Accept (§4.2.2, 5.4). `sha1` gives the digest in base64. */
export function acceptKey(key: string, sha1: (text: string) => string): string {
  return sha1(key + acceptGuid);
}

function must(holds: boolean, code: HandshakeErrorCode): asserts holds {
  if (!holds) throw new HandshakeError(code);
}

/** The names that the rules look at: the others, and their number, are nobody's business here. */
const wanted: ReadonlySet<string> = new Set([
  "host",
  "upgrade",
  "connection",
  "sec-websocket-key",
  "sec-websocket-version",
  "sec-websocket-protocol",
]);

function collectHeaders(raw: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    if (!wanted.has(name)) continue;
    const value = trimBlanks(raw[at + 1] ?? "");
    const values = headers.get(name);
    if (values === undefined) headers.set(name, [value]);
    else values.push(value);
  }
  return headers;
}

function single(values: readonly string[] | undefined): string | undefined {
  return values?.length === 1 ? values[0] : undefined;
}

function hasToken(values: readonly string[] | undefined, token: string): boolean {
  return values?.some((value) => value.split(",").some((part) => trimBlanks(part).toLowerCase() === token)) ?? false;
}
