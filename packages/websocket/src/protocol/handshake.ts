/** The server's half of the opening handshake, RFC 6455 §4.2, and over HTTP/2, RFC 8441 §5: a request in, what to answer out. Pure. */

import { acceptOffers, type DeflateParameters, type DeflatePolicy, deflateName } from "./deflate-offer.ts";
import { HandshakeError, type HandshakeErrorCode } from "./errors.ts";
import { parseExtensions } from "./extension.ts";
import { listsToken, trimBlanks } from "./header-list.ts";
import { parseSubprotocols } from "./subprotocol.ts";

/** Names in lower case; a header that came several times is one list. */
export type HeaderFields = Readonly<Record<string, string | readonly string[] | undefined>>;

/** As much of a request as the handshake looks at. Node's IncomingMessage fits. */
export interface HandshakeRequest {
  readonly method?: string | undefined;
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  readonly headers: HeaderFields;
  /** Names and values in turn, as they came: only here a Host that came twice can be told. */
  readonly rawHeaders: readonly string[];
}

/** 8 is the last draft that browsers shipped; it differs in the name of the Origin header alone. */
export type Version = 13 | 8;

export interface HandshakeRules {
  /** The versions that are spoken; 13 alone by default. */
  readonly versions?: readonly Version[];
}

/** What an extended CONNECT asks for; its lists are not read yet. */
export interface ConnectRequest {
  readonly version: Version;
  /** Where the page that asks comes from, if a browser asks. */
  readonly origin: string | undefined;
  /** The header Sec-WebSocket-Protocol. */
  readonly protocol: string | undefined;
  /** The header Sec-WebSocket-Extensions. */
  readonly extensions: string | undefined;
}

/** What a request over HTTP/1.1 asks for; its lists are not read yet. */
export interface UpgradeRequest extends ConnectRequest {
  readonly key: string;
}

/** What a valid request asks for. */
export interface Handshake extends UpgradeRequest {
  /** Subprotocols offered, in the client's order of preference. */
  readonly protocols: Set<string>;
}

const acceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** 16 bytes in base64. The last digit carries two bits; as in ws, its other four are not looked at (RFC 4648 §3.5). */
const sixteenBytes = /^[+/0-9A-Za-z]{22}==$/;

/**
 * The whole request but its extensions, which nobody needs to understand.
 * @throws {HandshakeError} whose status and headers are the answer
 */
export function readHandshake(request: HandshakeRequest, rules: HandshakeRules = {}): Handshake {
  const upgrade = readUpgrade(request, rules);
  return { ...upgrade, protocols: readProtocols(upgrade) };
}

/**
 * The rules of ws come first, in its order: of a request that breaks several, it is told the same.
 * @throws {HandshakeError} whose status and headers are the answer
 */
export function readUpgrade(request: HandshakeRequest, { versions = [13] }: HandshakeRules = {}): UpgradeRequest {
  const { headers, httpVersionMajor: major, httpVersionMinor: minor } = request;
  const key = field(headers, "sec-websocket-key") ?? "";
  const version = versionOf(headers, versions);
  const otherVersion = versions.includes(8) ? "WS_ERR_HANDSHAKE_VERSION_13_OR_8" : "WS_ERR_HANDSHAKE_VERSION";

  must(request.method === "GET", "WS_ERR_HANDSHAKE_METHOD"); // §4.2.1, 1
  must(field(headers, "upgrade")?.toLowerCase() === "websocket", "WS_ERR_HANDSHAKE_UPGRADE"); // §4.2.1, 3
  must(sixteenBytes.test(key), "WS_ERR_HANDSHAKE_KEY"); // §4.2.1, 5
  must(version !== undefined, otherVersion); // §4.2.1, 6; §4.4
  must(major > 1 || (major === 1 && minor >= 1), "WS_ERR_HANDSHAKE_HTTP_VERSION"); // §4.2.1, 1
  must(hasOneHost(request), "WS_ERR_HANDSHAKE_HOST"); // §4.2.1, 2; RFC 9112 §3.2
  must(listsToken(field(headers, "connection"), "upgrade"), "WS_ERR_HANDSHAKE_CONNECTION"); // §4.2.1, 4
  return { key, ...offersOf(headers, version) };
}

/**
 * An extended CONNECT of HTTP/2: it has no key, no Upgrade and no Connection.
 * @throws {HandshakeError}
 */
export function readConnect(headers: HeaderFields, { versions = [13] }: HandshakeRules = {}): ConnectRequest {
  const version = versionOf(headers, versions);

  must(field(headers, ":method") === "CONNECT", "WS_ERR_HANDSHAKE_METHOD"); // RFC 8441 §4
  must(field(headers, ":protocol") === "websocket", "WS_ERR_HANDSHAKE_UPGRADE"); // RFC 8441 §5
  must(version !== undefined, "WS_ERR_HANDSHAKE_VERSION_13_OR_8"); // §4.4; 426 names a header that HTTP/2 forbids
  must(hasAuthority(headers), "WS_ERR_HANDSHAKE_HOST"); // RFC 9113 §8.3.1
  return offersOf(headers, version);
}

function versionOf(headers: HeaderFields, versions: readonly Version[]): Version | undefined {
  const version = field(headers, "sec-websocket-version");
  return versions.find((each) => String(each) === version);
}

function offersOf(headers: HeaderFields, version: Version): ConnectRequest {
  return {
    version,
    origin: field(headers, version === 8 ? "sec-websocket-origin" : "origin"), // §4.2.1, 7
    protocol: field(headers, "sec-websocket-protocol"), // §4.2.1, 8
    extensions: field(headers, "sec-websocket-extensions"), // §4.2.1, 9
  };
}

/** The subprotocols offered, in the client's order of preference (§4.2.1, 8). @throws {HandshakeError} */
export function readProtocols({ protocol }: Pick<ConnectRequest, "protocol">): Set<string> {
  return protocol === undefined ? new Set() : parse(parseSubprotocols, protocol, "WS_ERR_HANDSHAKE_PROTOCOL");
}

/**
 * The permessage-deflate that client and server agree on, if any (§4.2.2, 5; RFC 7692 §7.1).
 * @throws {HandshakeError} if the header is no list of extensions
 */
export function agreeOnDeflate(
  { extensions }: Pick<ConnectRequest, "extensions">,
  policy: DeflatePolicy,
): DeflateParameters | undefined {
  if (extensions === undefined) return undefined;
  const offered = parse(parseExtensions, extensions, "WS_ERR_HANDSHAKE_EXTENSIONS");
  return acceptOffers(offered[deflateName] ?? [], policy);
}

/** The value of Sec-WebSocket-Accept (§4.2.2, 5.4). `sha1` gives the digest in base64. */
export function acceptKey(key: string, sha1: (text: string) => string): string {
  return sha1(key + acceptGuid);
}

/** Without the blanks around it (RFC 9110 §5.5). */
export function field(headers: HeaderFields, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? trimBlanks(value) : value?.join(", ");
}

/** Of several, Node keeps the first in `headers`. */
function hasOneHost({ headers, rawHeaders }: HandshakeRequest): boolean {
  const lines = rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && name.toLowerCase() === "host");
  return lines.length <= 1 && Boolean(field(headers, "host"));
}

function hasAuthority(headers: HeaderFields): boolean {
  return Boolean(field(headers, ":authority") ?? field(headers, "host"));
}

function parse<T>(read: (header: string) => T, header: string, code: HandshakeErrorCode): T {
  try {
    return read(header);
  } catch (cause) {
    throw new HandshakeError(code, { cause });
  }
}

function must(holds: boolean, code: HandshakeErrorCode): asserts holds {
  if (!holds) throw new HandshakeError(code);
}
