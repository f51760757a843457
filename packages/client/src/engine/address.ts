/** Where a session goes: the URI and the options as engine.io-client reads them. */

import type { PageLocation } from "../platform.ts";
import type { EngineOptions } from "./engine-options.ts";

export interface Address {
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly port: string | number;
  readonly secure: boolean;
  /** Of the URI: a namespace of Socket.IO. As it is written there, while a `URL` would encode its letters. */
  readonly pathname: string;
  readonly query: Record<string, unknown>;
}

/** Scheme, credentials (which are dropped), IPv6 in brackets or another host, port, path, query: each may be missing. */
const parts = /^(?:(\w+:)?\/\/)?(?:[^/?#@]*@)?(?:\[([^\]]*)]|([^/?#:]*)):?(\d*)([^?#]*)\??([^#]*)/;

/** @param location of the page, which counts where neither the URI nor an option says it */
export function addressOf(
  uri: string | undefined,
  options: EngineOptions,
  location: PageLocation | undefined,
): Address {
  const [, scheme, ipv6, host, uriPort, pathname, uriQuery] = parts.exec(uri || options.host || "") ?? [];
  const hostname = ipv6 || host || options.hostname;
  const secure = (uri ? undefined : options.secure) ?? /[ps]s:/.test(scheme ?? location?.protocol ?? "");
  const query = uriQuery || options.query;
  return {
    hostname: hostname || location?.hostname || "localhost",
    port: (uri ? uriPort : options.port) || (!hostname && location?.port) || (secure ? "443" : "80"),
    secure,
    pathname: pathname || "/",
    query: typeof query === "string" ? parseQuery(query) : { ...query },
  };
}

/** A `+` stays one. */
function parseQuery(query: string): Record<string, unknown> {
  return Object.fromEntries(new URLSearchParams(query.replaceAll("+", "%2B")));
}
