/** Where a session goes: the URI and the options as engine.io-client reads them. */

import type { PageLocation } from "../platform.ts";
import type { EngineOptions } from "./engine-options.ts";

export interface Address {
  /** IPv6 without brackets. */
  readonly hostname: string;
  readonly port: string | number;
  readonly secure: boolean;
  readonly query: Record<string, unknown>;
}

/** Scheme, credentials (which are dropped), IPv6 with and without brackets or another host, port, path, query. */
const parts =
  /^(?:(https?|wss?):\/\/)?(?:[^/?#@]*@)?(?:\[([^\]]*)\]|((?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}|[^/?#:]*))(?::(\d*))?[^?#]*(?:\?([^#]*))?/i;

/** @param location of the page, which counts where neither the URI nor an option says it */
export function addressOf(
  uri: string | undefined,
  options: EngineOptions,
  location: PageLocation | undefined,
): Address {
  const { host } = options;
  const [, scheme, bracketed, plain, uriPort, uriQuery] = parts.exec(uri || host || "") ?? [];
  const hostname = bracketed || plain || options.hostname;
  const secure = uri ? /s$/i.test(scheme ?? "") : (options.secure ?? location?.protocol === "https:");
  const port = uri ? uriPort : options.port;
  const query = (uri && uriQuery) || options.query;
  return {
    hostname: hostname || location?.hostname || "localhost",
    port: port || (!hostname && location?.port) || (secure ? "443" : "80"),
    secure,
    query: typeof query === "string" ? parseQuery(query) : { ...query },
  };
}

/** A `+` stays one. */
function parseQuery(query: string): Record<string, string> {
  return Object.fromEntries(
    query.split("&").map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [decodeURIComponent(name), decodeURIComponent(value.join("="))];
    }),
  );
}
