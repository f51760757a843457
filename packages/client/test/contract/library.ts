/** What a Socket.IO client library exports, and what tests reach into. */

import type * as client from "socket.io-client";

export type ClientSocket = client.Socket;
export type Manager = client.Manager;
export type ClientOptions = Partial<client.ManagerOptions & client.SocketOptions>;

/** npm's `socket.io-client` and ours are used alike. */
export type Library = Pick<
  typeof client,
  "io" | "connect" | "default" | "Manager" | "Socket" | "protocol" | "Fetch" | "NodeXHR" | "NodeWebSocket"
>;

/** Something that events are heard of: a socket of either end, a manager, an engine. */
interface Hearing {
  once(event: string, listener: (...args: unknown[]) => void): unknown;
}

/** What the event brings, the next time. */
export function heard(emitter: object, event: string): Promise<unknown[]> {
  const hearing = emitter as Hearing; // every emitter has it, each with its own event types
  return new Promise((resolve) => hearing.once(event, (...args: unknown[]) => resolve(args)));
}

/** The one argument of the event, an error, the next time. */
export async function heardError(emitter: object, event: string): Promise<Error & Record<string, unknown>> {
  const [error] = await heard(emitter, event);
  if (!(error instanceof Error)) throw new Error(`${event} brought no error`);
  return Object.assign(error);
}

/** Writes down which events came, in their order, with what `detail` makes of their arguments. */
export function diary(
  emitters: Readonly<Record<string, [emitter: object, events: readonly string[]]>>,
  detail: (...args: unknown[]) => string = () => "",
): string[] {
  const lines: string[] = [];
  for (const [name, [emitter, events]] of Object.entries(emitters)) {
    for (const event of events) {
      const on: unknown = Reflect.get(emitter, "on");
      if (typeof on !== "function") throw new Error(`${name} is no emitter`);
      on.call(emitter, event, (...args: unknown[]) => lines.push(`${name} ${event} ${detail(...args)}`.trimEnd()));
    }
  }
  return lines;
}

/** What a promise fails with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const failure = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Error)) throw new Error("it should have failed");
  return Object.assign(failure);
}
