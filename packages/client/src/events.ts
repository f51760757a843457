/** The events of one name as an async iterator: for who would rather wait in a loop than be called. */

import type { Anything, EventNames, EventParams, EventsMap } from "@anywire/protocol/emitter";
import { ClientError } from "./errors.ts";
import type { Socket } from "./socket.ts";

export interface EventsOptions {
  /** Ends it: the loop throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Events that may wait to be read; one more ends it with `iterator-full`. @default 10_000 */
  readonly limit?: number | undefined;
}

/**
 * Listens from now on, while the socket reconnects too; ends when either side has disconnected it for good.
 * @throws {ClientError} `iterator-full`
 * @throws the signal's reason
 */
export function events<ListenEvents extends EventsMap, Name extends EventNames<ListenEvents>>(
  socket: Socket<ListenEvents, Anything>,
  name: Name,
  options: EventsOptions = {},
): AsyncGenerator<EventParams<ListenEvents, Name>, void, void> {
  const inbox = new Inbox<EventParams<ListenEvents, Name>>(socket, name, options);
  const reading = inbox.read();
  const end = reading.return.bind(reading);
  reading.return = (value) => {
    inbox.leave(); // the generator may not have begun
    return end(value);
  };
  return reading;
}

class Inbox<Args> {
  readonly #waiting: Args[] = [];
  /** Listens no more. */
  readonly leave: () => void;
  #isOver = false;
  #error: unknown;
  #wake: () => void = () => {};

  constructor(socket: Socket<Anything, Anything>, name: Anything, { signal, limit = 10_000 }: EventsOptions) {
    const heard = (...args: Anything): void => {
      if (this.#waiting.push(args) > limit) this.#end(new ClientError("iterator-full"));
      this.#wake();
    };
    const disconnected = (): void => {
      if (!socket.active) this.#end(undefined);
    };
    const aborted = (): void => this.#end(signal?.reason);
    this.leave = () => {
      socket.off(name, heard).off("disconnect", disconnected);
      signal?.removeEventListener("abort", aborted);
    };
    socket.on(name, heard).on("disconnect", disconnected);
    signal?.addEventListener("abort", aborted);
    if (signal?.aborted) aborted();
  }

  async *read(): AsyncGenerator<Args, void, void> {
    try {
      while (true) {
        const next = this.#waiting.shift();
        if (next !== undefined) yield next;
        else if (this.#isOver) break;
        else await this.#woken();
      }
    } finally {
      this.leave();
    }
    if (this.#error !== undefined) throw this.#error;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #end(error: unknown): void {
    this.#error = error;
    this.#isOver = true;
    this.leave();
    this.#wake();
  }
}
