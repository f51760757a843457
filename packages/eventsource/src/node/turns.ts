/** Responses that wait for their turn on a connection (RFC 9112 §9.3.2): Node tells them nothing of its end. */

import type { Socket } from "node:net";
import type { NodeResponse } from "./hooks.ts";

export interface Waiting {
  /** The connection has closed before its turn. */
  lost(): void;
}

/** One listener on a connection, however many wait. */
const waitingOn = new WeakMap<Socket, Set<Waiting>>();

/** The connection, if it is not the response's turn. */
export function awaitedConnection(response: NodeResponse): Socket | undefined {
  return "stream" in response || response.socket !== null ? undefined : response.req?.socket;
}

export function awaitTurn(response: NodeResponse, connection: Socket, waiting: Waiting): void {
  const all = waitingOn.get(connection) ?? new Set();
  if (all.size === 0) connection.on("close", onClose);
  waitingOn.set(connection, all.add(waiting));
  response.once("socket", () => forgetTurn(connection, waiting));
}

export function forgetTurn(connection: Socket, waiting: Waiting): void {
  const all = waitingOn.get(connection);
  all?.delete(waiting);
  if (all?.size !== 0) return;
  waitingOn.delete(connection);
  connection.off("close", onClose);
}

function onClose(this: Socket): void {
  for (const waiting of waitingOn.get(this) ?? []) {
    queueMicrotask(() => waiting.lost()); // the mistake of one listener is no reason to forget the others
  }
  waitingOn.delete(this);
}
