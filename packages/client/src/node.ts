/** @anywire/client in Node.js. */

import type { DefaultEventsMap, EventsMap } from "@anywire/protocol/emitter";
import { createLookup } from "./io.ts";
import { Manager as AnyManager } from "./manager.ts";
import { nodePlatform } from "./node-platform.ts";
import type { ManagerOptions } from "./options.ts";
import { Socket } from "./socket.ts";

/** One connection to a server; sockets of several namespaces share it. */
export class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends AnyManager<ListenEvents, EmitEvents> {
  constructor(options?: Partial<ManagerOptions>);
  constructor(uri?: string, options?: Partial<ManagerOptions>);
  constructor(uri?: string | Partial<ManagerOptions>, options?: Partial<ManagerOptions>);
  constructor(uri?: string | Partial<ManagerOptions>, options?: Partial<ManagerOptions>) {
    super(uri, options, nodePlatform);
  }
}

const lookup = /* @__PURE__ */ createLookup(Manager, undefined);

/** Connects to a server: the socket of the namespace that the URL names. */
export const io = /* @__PURE__ */ Object.assign(lookup, { Manager, Socket, io: lookup, connect: lookup });

export { protocol } from "@anywire/protocol/socket";
export { NodeFetch as Fetch, NodeFetch as XHR } from "./engine/node-fetch.ts";
export { NodeXHR } from "./engine/node-polling.ts";
export { NodeWebSocket } from "./engine/node-websocket.ts";
export { WebSocket } from "./engine/websocket.ts";
export { ClientError, type ClientErrorCode } from "./errors.ts";
export { type EventsOptions, events } from "./events.ts";
export { EventSourceTransport } from "./eventsource.ts";
export type { Lookup, LookupOptions } from "./io.ts";
export type { DisconnectDescription, ManagerReservedEvents } from "./manager-events.ts";
export type { Auth, ManagerOptions, SocketOptions } from "./options.ts";
export type { ExtendedError, SocketReservedEvents } from "./socket-core.ts";
export { WebTransport } from "./webtransport.ts";
export { io as connect, io as default, Socket };
