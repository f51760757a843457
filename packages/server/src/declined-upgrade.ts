/**
 * Offers of another protocol than WebSocket (`Upgrade: h2c`, as Java's client and `curl --http2` make) are declined: the
 * request is answered as what it is without the offer (RFC 9110 §7.8).
 */

import type { Server as HttpServer, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Server as TlsServer } from "node:tls";
import { Refusal } from "./errors.ts";
import { refuseUpgrade } from "./plain/problem.ts";
import { isTruncated } from "./plain/request-head.ts";
import type { UpgradeRequest } from "./plain/upgrades.ts";

/** Hop-by-hop fields that make the offer. */
const offering = new Set(["upgrade", "connection", "http2-settings"]);

export function offersWebSocket(request: IncomingMessage): boolean {
  return /(^|,)\s*websocket\s*(,|\/|$)/i.test(request.headers.upgrade ?? "");
}

/** Hands the connection back to the HTTP server, with the request as it would have come without its offer. */
export function declineUpgrade(httpServer: HttpServer, { request, socket, head }: UpgradeRequest): void {
  if (isTruncated(request)) return refuseUpgrade(socket, new Refusal("too-many-headers")); // its length may be missing
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = request.rawHeaders[at] ?? "";
    if (!offering.has(name.toLowerCase())) lines.push(`${name}: ${request.rawHeaders[at + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  httpServer.emit(httpServer instanceof TlsServer ? "secureConnection" : "connection", socket);
}

/** Cuts an upgrade that is left to the program's other listeners, if none of them takes it within `ms` milliseconds. */
export function cutUnlessTaken(socket: Duplex, ms: number): void {
  if (!(socket instanceof Socket)) return;
  socket.on("error", ignore); // it may be nobody's, and an error without a listener ends the process
  const { bytesWritten } = socket;
  const cut = (): void => {
    const isRead = socket.readableFlowing !== null; // a listener before ours may have answered already
    if (!isRead && socket.bytesWritten === bytesWritten) socket.destroy();
  };
  setTimeout(cut, ms).unref();
}

function ignore(): void {}
