/** Names of events that Socket.IO and Node's EventEmitter keep for themselves (Socket.IO protocol 5, "Event names"). */

const names: ReadonlySet<unknown> = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

/** Whether neither the other side nor the program may emit this name. */
export function isReservedName(name: unknown): boolean {
  return names.has(name);
}
