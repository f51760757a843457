/** `io()`: finds or makes the connection to a server, and gives the socket of the namespace that the URL names. */

import type { Manager } from "./manager.ts";
import type { ManagerOptions, SocketOptions } from "./options.ts";
import type { PageLocation } from "./platform.ts";
import type { Socket } from "./socket.ts";
import { parseUrl } from "./url.ts";

export type LookupOptions = Partial<ManagerOptions & SocketOptions>;

export interface Lookup {
  (options?: LookupOptions): Socket;
  (uri?: string, options?: LookupOptions): Socket;
}

/** @param Constructor makes the connections of this platform */
export function createLookup(
  Constructor: new (uri: string, options: LookupOptions) => Manager,
  location: PageLocation | undefined,
): Lookup {
  const managers = new Map<string, Manager>();
  /** No arrow function: `new io("/chat")` has been written too. */
  function lookup(given?: string | LookupOptions, more?: LookupOptions): Socket {
    const [uri, options = {}] = typeof given === "string" ? [given, more] : [undefined, given ?? more];
    const { source, id, path } = parseUrl(uri, options.path || "/socket.io", location);
    const known = managers.get(id);
    const isOwn = options.forceNew || "force new connection" in options || options.multiplex === false;
    if (known !== undefined && !isOwn && !(path in known.nsps)) return known.socket(path, options);
    const manager = new Constructor(source, options);
    if (known === undefined && !isOwn) managers.set(id, manager);
    return manager.socket(path, options);
  }
  return lookup;
}
