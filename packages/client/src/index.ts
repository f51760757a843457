/** @anywire/client in browsers and workers. */

import type { DefaultEventsMap, EventsMap } from "@anywire/protocol/emitter";
import { createLookup } from "./io.ts";
import { Manager as AnyManager } from "./manager.ts";
import type { ManagerOptions } from "./options.ts";
import { Socket } from "./socket.ts";
import { webPlatform } from "./web-platform.ts";

/** One connection to a server; sockets of several namespaces share it. */
export class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends AnyManager<ListenEvents, EmitEvents> {
  constructor(options?: Partial<ManagerOptions>);
  constructor(uri?: string, options?: Partial<ManagerOptions>);
  constructor(uri?: string | Partial<ManagerOptions>, options?: Partial<ManagerOptions>);
  constructor(uri?: string | Partial<ManagerOptions>, options?: Partial<ManagerOptions>) {
    super(uri, options, webPlatform);
  }
}

const lookup = /* @__PURE__ */ createLookup(Manager, webPlatform.location);

/** Connects to a server: the socket of the namespace that the URL names. */
export const io = /* @__PURE__ */ Object.assign(lookup, { Manager, Socket, io: lookup, connect: lookup });

export { protocol } from "@anywire/protocol/socket";
export { Fetch, Fetch as NodeXHR, Fetch as XHR } from "./engine/fetch-polling.ts";
export { WebSocket, WebSocket as NodeWebSocket } from "./engine/websocket.ts";
export { ClientError, type ClientErrorCode } from "./errors.ts";
export { type EventsOptions, events } from "./events.ts";
export type { Lookup, LookupOptions } from "./io.ts";
export type { DisconnectDescription, ManagerReservedEvents } from "./manager-events.ts";
export type { Auth, ManagerOptions, SocketOptions } from "./options.ts";
export type { ExtendedError, SocketReservedEvents } from "./socket-core.ts";
export { WebTransport } from "./webtransport.ts";
export { io as connect, io as default, Socket };
