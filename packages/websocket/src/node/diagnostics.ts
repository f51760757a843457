/**
 * What happens here, for tools that watch (node:diagnostics_channel). Costs nothing while nobody subscribes.
 *
 * | channel | message |
 * |---|---|
 * | `anywire:websocket:accept` | `{ server, request, socket }`: a handshake was answered with 101, or 200 on HTTP/2 |
 * | `anywire:websocket:refuse` | `{ server, request, status, error }`: a handshake was refused; `error` says what was wrong with it, or with us |
 * | `anywire:websocket:open` | `{ socket }` |
 * | `anywire:websocket:close` | `{ socket, code, reason }` |
 * | `anywire:websocket:error` | `{ socket, error }` |
 */

import { channel } from "node:diagnostics_channel";

const accept = channel("anywire:websocket:accept");
const refuse = channel("anywire:websocket:refuse");
const open = channel("anywire:websocket:open");
const close = channel("anywire:websocket:close");
const failure = channel("anywire:websocket:error");

export function publishAccept(server: object, request: object, socket: object): void {
  if (accept.hasSubscribers) accept.publish({ server, request, socket });
}

export interface Refused {
  readonly server: object;
  readonly request: object;
  readonly status: number;
  readonly error?: Error | undefined;
}

export function publishRefuse(refused: Refused): void {
  if (refuse.hasSubscribers) refuse.publish(refused);
}

export function publishOpen(socket: object): void {
  if (open.hasSubscribers) open.publish({ socket });
}

export function publishClose(socket: object, code: number, reason: Buffer): void {
  if (close.hasSubscribers) close.publish({ socket, code, reason });
}

export function publishError(socket: object, error: Error): void {
  if (failure.hasSubscribers) failure.publish({ socket, error });
}
