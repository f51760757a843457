/** The client's half of the opening handshake, RFC 6455 §4.1, and over HTTP/2, RFC 8441 §5. Pure. */

import { acceptAnswer, type DeflateParameters, type DeflatePolicy } from "./deflate-offer.ts";
import { AnswerError, type AnswerErrorCode } from "./errors.ts";
import { acceptKey, field, type HeaderFields } from "./handshake.ts";
import { isToken, listsToken } from "./header-list.ts";

/** How HTTP/1.1 is left (§4.1, 5 and 6). */
const upgrade = { Connection: "Upgrade", Upgrade: "websocket" };

/** How a stream of HTTP/2 becomes a WebSocket (RFC 8441 §4 and §5). */
const connect = { ":method": "CONNECT", ":protocol": "websocket" };

/** What a client asks for. */
export interface OpeningRequest {
  /** 16 random bytes in base64; undefined over HTTP/2, which has no key (RFC 8441 §5). */
  readonly key: string | undefined;
  /** 13 or 8. */
  readonly version: number;
  /** In order of preference. */
  readonly protocols: readonly string[];
  /** The value of Sec-WebSocket-Extensions: `formatOffer`. */
  readonly extensions: string | undefined;
  readonly origin: string | undefined;
}

/** What the answer is judged by. */
export interface ExpectedAnswer {
  /** The key that was sent; undefined over HTTP/2. */
  readonly key: string | undefined;
  /** Gives the digest in base64. */
  readonly sha1: (text: string) => string;
  readonly protocols: readonly string[];
  /** The policy that `formatOffer` was given; undefined if no extension was offered. */
  readonly deflate: DeflatePolicy | undefined;
}

export interface Answer {
  /** The subprotocol that the server chose; empty if none was asked for. */
  readonly protocol: string;
  readonly deflate: DeflateParameters | undefined;
}

/** The headers that make a request ask for a WebSocket, as ws writes them. */
export function requestHeaders(request: OpeningRequest): Record<string, string> {
  const { key, version, protocols, extensions, origin } = request;
  const headers: Record<string, string> = { "Sec-WebSocket-Version": String(version) }; // §4.1, 9
  Object.assign(headers, key === undefined ? connect : { "Sec-WebSocket-Key": key, ...upgrade }); // §4.1, 5 to 7
  if (extensions !== undefined) headers["Sec-WebSocket-Extensions"] = extensions; // §4.1, 11
  if (protocols.length > 0) headers["Sec-WebSocket-Protocol"] = protocols.join(","); // §4.1, 10
  if (origin) headers[version === 8 ? "Sec-WebSocket-Origin" : "Origin"] = origin; // §4.1, 8
  return headers;
}

/** Before anything is sent: a list of distinct tokens (§4.1, 10). @throws {SyntaxError} */
export function checkProtocols(protocols: readonly unknown[]): asserts protocols is readonly string[] {
  const valid = protocols.every((protocol) => typeof protocol === "string" && isToken(protocol));
  if (valid && new Set(protocols).size === protocols.length) return;
  throw new SyntaxError("An invalid or duplicated subprotocol was specified");
}

/**
 * Reads the headers of an answer of status 101, or over HTTP/2 of status 200. One that came twice is a list in them, and
 * so no value that is expected.
 * @throws {AnswerError} if the connection must fail
 */
export function readAnswer(headers: HeaderFields, expected: ExpectedAnswer): Answer {
  if (expected.key !== undefined) checkUpgrade(headers, acceptKey(expected.key, expected.sha1));
  return {
    protocol: readProtocol(field(headers, "sec-websocket-protocol"), expected.protocols),
    deflate: readDeflate(field(headers, "sec-websocket-extensions"), expected.deflate),
  };
}

function checkUpgrade(headers: HeaderFields, accept: string): void {
  must(field(headers, "upgrade")?.toLowerCase() === "websocket", "WS_ERR_ANSWER_UPGRADE"); // §4.1, 2
  must(listsToken(field(headers, "connection"), "upgrade"), "WS_ERR_ANSWER_CONNECTION"); // §4.1, 3
  must(field(headers, "sec-websocket-accept") === accept, "WS_ERR_ANSWER_ACCEPT"); // §4.1, 4
}

function readProtocol(protocol: string | undefined, asked: readonly string[]): string {
  must(protocol === undefined || asked.length > 0, "WS_ERR_ANSWER_PROTOCOL_UNASKED"); // §4.1, 6
  must(protocol === undefined || asked.includes(protocol), "WS_ERR_ANSWER_PROTOCOL"); // §4.1, 6
  must(protocol !== undefined || asked.length === 0, "WS_ERR_ANSWER_NO_PROTOCOL"); // WHATWG WebSockets, "establish"
  return protocol ?? "";
}

function readDeflate(header: string | undefined, policy: DeflatePolicy | undefined): DeflateParameters | undefined {
  if (header === undefined) return undefined;
  if (policy === undefined) throw new AnswerError("WS_ERR_ANSWER_NO_EXTENSION_ASKED"); // §4.1, 5
  return acceptAnswer(header, policy);
}

function must(holds: boolean, code: AnswerErrorCode): void {
  if (!holds) throw new AnswerError(code);
}
