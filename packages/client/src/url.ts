/** The URL of a server and one of its namespaces, as socket.io-client reads it. */

import type { PageLocation } from "./platform.ts";

export interface ServerUrl {
  /** As it is given to the session: scheme, host, port, query. */
  readonly source: string;
  /** Of the server: URLs with the same id share a connection. */
  readonly id: string;
  /** The namespace. */
  readonly path: string;
}

/**
 * @param uri undefined for the page's own host
 * @param enginePath the option `path`
 */
export function parseUrl(uri: string | undefined, enginePath: string, location: PageLocation | undefined): ServerUrl {
  const source = withScheme(uri, location);
  const [, scheme = "", host = "", path = ""] = parts.exec(source) ?? [];
  const port = /:\d+$/.test(host) ? "" : /s$/.test(scheme) ? ":443" : ":80"; // `localhost` and `localhost:80` are one server
  return { source, id: `${scheme}://${host}${port}${enginePath}`, path: path || "/" };
}

/** Not `URL`, which would write the namespace's letters in another way. */
const parts = /^(\w+):\/\/(?:[^/?#]*@)?([^/?#]*)([^?#]*)/;

function withScheme(uri: string | undefined, location: PageLocation | undefined): string {
  const protocol = location?.protocol ?? "http:";
  const host = location?.host ?? "localhost";
  if (uri === undefined) return `${protocol}//${host}`;
  if (/^(https?|wss?):\/\//.test(uri)) return uri;
  if (uri.startsWith("//")) return protocol + uri;
  if (uri.startsWith("/")) return `${protocol}//${host}${uri}`;
  return `${location === undefined ? "https:" : protocol}//${uri}`;
}
