/** `@anywire/client/shared`: `io` that also takes `shared: true`, by which all tabs of a site hold one connection. */

import { Fetch } from "./engine/fetch-polling.ts";
import { Session } from "./engine/session.ts";
import { WebSocket } from "./engine/websocket.ts";
import { createLookup, type LookupOptions } from "./io.ts";
import { Manager as AnyManager } from "./manager.ts";
import type { ManagerOptions } from "./options.ts";
import type { Platform } from "./platform.ts";
import { browserHost } from "./shared/browser-host.ts";
import { type SharedOption, Sharing } from "./shared/sharing.ts";
import { Socket } from "./socket.ts";
import { webBase64 } from "./web-base64.ts";

const { location } = globalThis;

const web: Platform = {
  transports: { polling: Fetch, websocket: WebSocket },
  binaryType: "arraybuffer",
  base64: webBase64,
  location,
};

const host = browserHost();
const sharing = host && new Sharing(host, (uri, options) => new Session(uri, options, web));

/** One connection to a server; with `shared`, a part of one that all tabs share. */
export class Manager extends AnyManager {
  constructor(uri?: string, options?: Partial<ManagerOptions> & SharedOption) {
    const openSession = sharing && ((...args: Parameters<Sharing["openSession"]>) => sharing.openSession(...args));
    super(uri, options, { ...web, openSession });
  }
}

interface SharedLookup {
  (options?: LookupOptions & SharedOption): Socket;
  (uri?: string, options?: LookupOptions & SharedOption): Socket;
}

const lookup: SharedLookup = createLookup(Manager, location);

/** Connects to a server: the socket of the namespace that the URL names. */
export const io = Object.assign(lookup, { Manager, Socket, io: lookup, connect: lookup });

export type { SharedOption } from "./shared/sharing.ts";
export { io as connect, io as default, Socket };
