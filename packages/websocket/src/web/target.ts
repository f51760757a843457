/** Where a WebSocket is to connect to: the first steps of the constructors, WHATWG WebSockets §3.1. */

import { isToken } from "../protocol/header-list.ts";

export interface Target {
  /** Its scheme is `ws:` or `wss:`. */
  readonly url: URL;
  /** In order of preference. */
  readonly protocols: readonly string[];
}

const schemes: ReadonlyMap<string, string> = new Map([
  ["http:", "ws:"],
  ["https:", "wss:"],
]);

/** @throws {DOMException} SyntaxError */
export function resolveTarget(address: string, protocols: readonly string[]): Target {
  const url = parseUrl(address);
  url.protocol = schemes.get(url.protocol) ?? url.protocol;
  if (url.protocol !== "ws:" && url.protocol !== "wss:") {
    throw syntaxError(`The scheme of the URL must be ws, wss, http or https: ${url.href}`);
  }
  if (url.href.includes("#")) throw syntaxError(`The URL must have no fragment: ${url.href}`);
  const distinct = new Set(protocols);
  if (distinct.size !== protocols.length) throw syntaxError("A subprotocol is named twice"); // RFC 6455 §4.1, 10
  for (const protocol of protocols) {
    if (!isToken(protocol)) throw syntaxError(`Not a name of a subprotocol: ${JSON.stringify(protocol)}`);
  }
  return { url, protocols };
}

/** There is no document, and so no base. */
function parseUrl(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw syntaxError(`Not an absolute URL: ${address}`);
  }
}

function syntaxError(message: string): DOMException {
  return new DOMException(message, "SyntaxError");
}
