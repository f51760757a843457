/** The requests of an HTTP server that are ours, beside those of the program's own listeners. */

import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { cutUnlessTaken, declineUpgrade, offersWebSocket } from "./declined-upgrade.ts";
import { Refusal } from "./errors.ts";
import { refuseRequest, refuseUpgrade } from "./plain/problem.ts";

/** What is ours of an HTTP server. */
export interface HttpRoute {
  handles(request: IncomingMessage): boolean;
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Absent where nothing is upgraded. */
  handleUpgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** What becomes of upgrades that are nobody's. */
export interface StrayUpgrades {
  /** They are ended. @default true */
  destroyUpgrade?: boolean | undefined;
  /** Milliseconds that others have to answer them. @default 1_000 */
  destroyUpgradeTimeout?: number | undefined;
}

/**
 * The first route that handles a request has it; all others stay with the listeners that are there already. A `request`
 * listener that is added afterwards hears of ours too, as with Socket.IO: give it to `createServer`, or add it before.
 * @returns what takes the routes away again
 */
export function addRoutes(httpServer: HttpServer, routes: readonly HttpRoute[], stray: StrayUpgrades): () => void {
  const others = httpServer.listeners("request");
  httpServer.removeAllListeners("request");
  let isDetached = false;
  const routeOf = (request: IncomingMessage): HttpRoute | undefined =>
    isDetached ? undefined : routes.find((route) => route.handles(request));
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const route = routeOf(request);
    if (route !== undefined) route.handleRequest(request, response);
    else if (others.length === 0 && httpServer.listenerCount("request") === 1)
      refuseRequest(response, new Refusal("not-found"));
    else for (const listener of others) Reflect.apply(listener, httpServer, [request, response]);
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const route = routeOf(request);
    if (route === undefined && httpServer.listenerCount("upgrade") > 1) leaveToOthers(socket, stray);
    else if (!offersWebSocket(request)) declineUpgrade(httpServer, { request, socket, head });
    else if (route?.handleUpgrade !== undefined) route.handleUpgrade(request, socket, head);
    else if (stray.destroyUpgrade !== false) refuseUpgrade(socket, new Refusal("not-found"));
  };
  httpServer.on("request", onRequest).on("upgrade", onUpgrade);
  return () => {
    httpServer.off("upgrade", onUpgrade);
    isDetached = true; // requests go on to those that were there before
  };
}

function leaveToOthers(socket: Duplex, { destroyUpgrade = true, destroyUpgradeTimeout = 1_000 }: StrayUpgrades): void {
  if (destroyUpgrade) cutUnlessTaken(socket, destroyUpgradeTimeout);
}
