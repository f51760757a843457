/** `io()`: finds or makes the connection to a server, and gives the socket of the namespace that the URL names. */

import type { Anything } from "@anywire/protocol/emitter";
import { addressOf } from "./engine/address.ts";
import type { Manager } from "./manager.ts";
import type { ManagerOptions, SocketOptions } from "./options.ts";
import type { PageLocation } from "./platform.ts";
import type { Socket } from "./socket.ts";

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
    const [uri, options = {}] = typeof given === "string" ? [given, more] : ["", given ?? more];
    const { secure, hostname, port, pathname } = addressOf(uri, {}, location);
    const id = [secure, hostname, port, options.path || "/socket.io"].join();
    const known = managers.get(id);
    const isOwn = options.forceNew || (options as Anything)["force new connection"] || options.multiplex === false;
    if (known && !isOwn && !(pathname in known.nsps)) return known.socket(pathname, options);
    const manager = new Constructor(uri, options);
    if (!known && !isOwn) managers.set(id, manager);
    return manager.socket(pathname, options);
  }
  return lookup;
}
