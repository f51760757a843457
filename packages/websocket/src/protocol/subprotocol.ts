/** The header Sec-WebSocket-Protocol, RFC 6455 §11.3.4: a list of distinct tokens. */

import { HeaderReader } from "./header-list.ts";

/**
 * The names in the client's order of preference.
 * @throws {SyntaxError} with the text of ws
 */
export function parseSubprotocols(header: string): Set<string> {
  const reader = new HeaderReader(header);
  const names = new Set<string>();
  let more: boolean;
  do {
    const name = reader.token();
    more = reader.another();
    if (names.has(name)) throw new SyntaxError(`The "${name}" subprotocol is duplicated`); // §4.1, 10
    names.add(name);
  } while (more);
  return names;
}
