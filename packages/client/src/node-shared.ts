/** `@anywire/client/shared` in Node.js, where there are no tabs: each program has its own connection. */

import { io as lookup, Manager, Socket } from "./node.ts";
import type { SharedLookup } from "./shared/sharing.ts";

/** Connects to a server: the socket of the namespace that the URL names. `shared` changes nothing. */
export const io: typeof lookup & SharedLookup = lookup;

export type { SharedOption } from "./shared/sharing.ts";
export { io as connect, io as default, Manager, Socket };
