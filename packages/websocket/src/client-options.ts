/** Options of a client: declared, documented, resolved and checked here alone. Times in milliseconds. */

import type { ClientRequestArgs, OutgoingHttpHeaders } from "node:http";
import type { ClientHttp2Session } from "node:http2";
import type { RequestOptions } from "node:https";
import type { TcpNetConnectOpts } from "node:net";
import type { Duplex } from "node:stream";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { badOption } from "./errors.ts";
import type { ConnectionOptions } from "./node/connection.ts";
import type { OpeningOptions } from "./node/opening.ts";
import { type ConnectionSettings, resolveConnection, resolveTimeout } from "./options.ts";
import type { Version } from "./protocol/handshake.ts";
import type { FinishRequestCallback, PerMessageDeflateOptions } from "./ws-api.ts";

/**
 * What `http.request`, `net.connect` and `tls.connect` take goes to them: `agent`, `auth`, `ca`, `cert`, `family`, `key`,
 * `localAddress`, `lookup`, `rejectUnauthorized` (true if not said), `servername`, `signal`, … Not so `host`, `hostname`,
 * `method`, `path`, `port`, `protocol`, `socketPath` and `timeout`: they follow from the address.
 */
interface NodeOptions
  extends Omit<RequestOptions, "createConnection">,
    Omit<TlsOptions, keyof RequestOptions>,
    Omit<TcpNetConnectOpts, keyof RequestOptions | keyof TlsOptions> {}

export interface ClientOptions extends ConnectionSettings, NodeOptions {
  /** Subprotocols to ask for, if the constructor is given none, in order of preference. @default [] */
  protocols?: string | readonly string[] | undefined;
  /** Headers of the request. Those of the handshake itself cannot be replaced. @default {} */
  headers?: OutgoingHttpHeaders | readonly string[] | undefined;
  /** The header Origin. @default none */
  origin?: string | undefined;
  /** 13, or 8 for servers of before RFC 6455. @default 13 */
  protocolVersion?: number | undefined;
  /**
   * How long each request may take until it is answered; 0 for no limit.
   * @default 240_000
   */
  handshakeTimeout?: number | undefined;
  /**
   * Go where an answer of status 3xx points to. `Authorization`, `Cookie` and `Proxy-Authorization` go along only to the
   * same host and port and never from TLS to none, `Host` only to the same host and port: all of them, if somebody
   * listens to the event `redirect`, who may then change the headers.
   * @default false
   */
  followRedirects?: boolean | undefined;
  /** More than this fail with "Maximum redirects exceeded". @default 10 */
  maxRedirects?: number | undefined;
  /** Called with each request before it is sent, to change its headers; it must call `request.end()`. @default none */
  finishRequest?: FinishRequestCallback | undefined;
  /** Makes the connection, unless there is an `agent`. @default `net.connect`, or `tls.connect` for wss: */
  createConnection?: Connector["createConnection"] | undefined;
  /**
   * WebSocket over HTTP/2 (RFC 8441): on a session of the program's, which stays open, or true for one of ours, which
   * clients of the same host and port share if their options for the connection are the same, and which ends with the
   * last of them. Nothing is asked over HTTP/1.1 instead: a server that has no HTTP/2, or does not offer WebSockets over
   * it, is an error. Not with `agent`.
   * @default false
   */
  http2?: boolean | ClientHttp2Session | undefined;
}

/** A method, so that `net.connect` and `tls.connect` fit, which want less of their options. */
interface Connector {
  // biome-ignore lint/suspicious/noExplicitAny: they have callbacks of their own kinds
  createConnection(options: ClientRequestArgs, oncreate: any): Duplex | null | undefined;
}

export interface ResolvedClientOptions extends OpeningOptions {
  /** Undefined: compression is not offered. */
  readonly deflatePolicy: PerMessageDeflateOptions | undefined;
  readonly finishRequest: FinishRequestCallback | undefined;
  readonly connection: ConnectionOptions;
}

/** As in Chromium. */
const handshakeTimeout = 240_000;

/**
 * @throws {RangeError} for a version that is not spoken
 * @throws {TypeError} for an option that makes no sense
 */
export function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  const { perMessageDeflate = options.assembleFragments ?? true } = options;
  if (options.http2 && options.agent) throw badOption("agent", "left out with http2, whose session is the connection");
  return {
    protocolVersion: versionOf(options.protocolVersion ?? 13),
    origin: options.origin || undefined,
    headers: headersOf(options.headers),
    deflatePolicy: perMessageDeflate === true ? {} : perMessageDeflate || undefined,
    followRedirects: options.followRedirects ?? false,
    maxRedirects: notNegative("maxRedirects", options.maxRedirects ?? 10),
    handshakeTimeout: resolveTimeout("handshakeTimeout", options.handshakeTimeout, handshakeTimeout),
    http2: options.http2 ?? false,
    request: options,
    finishRequest: options.finishRequest,
    connection: resolveConnection(options, "client"),
  };
}

const versions: readonly Version[] = [8, 13];

function versionOf(given: number): Version {
  const version = versions.find((each) => each === given);
  if (version !== undefined) return version;
  throw new RangeError(`Unsupported protocol version: ${given} (supported versions: ${versions.join(", ")})`);
}

function notNegative(name: string, value: number): number {
  if (typeof value !== "number" || !(value >= 0)) throw badOption(name, "a number that is not negative");
  return value;
}

/** As `http.request` takes them: by name, or names and values in turn. */
function headersOf(given: ClientOptions["headers"]): OutgoingHttpHeaders {
  if (!isList(given)) return given ?? {};
  const headers: Record<string, string[]> = Object.create(null);
  for (let at = 0; at + 1 < given.length; at += 2) {
    const name = given[at] ?? "";
    headers[name] = [...(headers[name] ?? []), given[at + 1] ?? ""];
  }
  return headers;
}

export interface ClientArguments {
  readonly protocols: readonly string[];
  readonly options: ClientOptions;
}

/** What the constructor is given behind the address: subprotocols, options, or both. Subprotocols are not checked yet. */
export function clientArguments(
  protocols: string | readonly string[] | ClientOptions | undefined,
  options: ClientOptions | undefined,
): ClientArguments {
  const given = isOptions(protocols) ? protocols : (options ?? {});
  const named = protocols === undefined || isOptions(protocols) ? given.protocols : protocols;
  if (named === undefined) return { protocols: [], options: given };
  return { protocols: isList(named) ? named : [named], options: given };
}

function isOptions(value: string | readonly string[] | ClientOptions | undefined): value is ClientOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList<T>(value: T | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}
