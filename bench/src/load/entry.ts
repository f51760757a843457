/** How a client comes in: what it asks for, and what is said before the messages. Pure. */

import { type Extension, noExtension, type Opening, type Target, webSocketOpening } from "./opening.ts";

/** What is said on an open connection before messages may follow. */
export interface Greeting {
  /** The client is in. */
  readonly isOver: boolean;
  /**
   * @returns what the client answers
   * @throws {Disqualified} if that is not how a server greets
   */
  take(bytes: Uint8Array): Uint8Array | undefined;
}

export interface Entry {
  /** @param key of the handshake. @default always the same one */
  opening(target: Target, key?: string): Opening;
  /** For one connection; undefined if messages may follow the opening at once. */
  createGreeting(): Greeting | undefined;
}

/** Of a WebSocket that carries the messages as they are. */
export function webSocketEntry(extension: Extension = noExtension): Entry {
  return {
    opening: (target, key) => webSocketOpening(target, extension, key),
    createGreeting: () => undefined,
  };
}
