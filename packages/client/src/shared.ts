/** `@anywire/client/shared`: `io` that also takes `shared: true`, by which all tabs of a site hold one connection. */

import type { DefaultEventsMap, EventsMap } from "@anywire/protocol/emitter";
import { Session } from "./engine/session.ts";
import { createLookup } from "./io.ts";
import { Manager as AnyManager } from "./manager.ts";
import type { ManagerOptions } from "./options.ts";
import { browserHost } from "./shared/browser-host.ts";
import { type SharedLookup, type SharedOption, Sharing } from "./shared/sharing.ts";
import { Socket } from "./socket.ts";
import { webPlatform } from "./web-platform.ts";

const host = browserHost();
const sharing = host && new Sharing(host, (uri, options) => new Session(uri, options, webPlatform));

/** One connection to a server; with `shared`, a part of one that all tabs share. */
export class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends AnyManager<ListenEvents, EmitEvents> {
  constructor(options?: Partial<ManagerOptions> & SharedOption);
  constructor(uri?: string, options?: Partial<ManagerOptions> & SharedOption);
  constructor(uri?: string | Partial<ManagerOptions>, options?: Partial<ManagerOptions>) {
    const openSession = sharing && ((...args: Parameters<Sharing["openSession"]>) => sharing.openSession(...args));
    super(uri, options, { ...webPlatform, openSession });
  }
}

const lookup: SharedLookup = createLookup(Manager, webPlatform.location);

/** Connects to a server: the socket of the namespace that the URL names. */
export const io = Object.assign(lookup, { Manager, Socket, io: lookup, connect: lookup });

export type { SharedOption } from "./shared/sharing.ts";
export { io as connect, io as default, Socket };
