/** What programs find as `_receiver` on a live WebSocket, as with ws: the limit on its messages, a socket's own. */

import type { Connection } from "./node/connection.ts";
import { limit } from "./options.ts";
import { deflateName } from "./protocol/deflate-offer.ts";

export class ReceiverFace {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** In bytes; 0 for no limit. Programs allow little until they know the peer, and then more. */
  get _maxPayload(): number {
    const { maxPayload } = this.#connection.protocol;
    return maxPayload === Number.MAX_SAFE_INTEGER ? 0 : maxPayload;
  }

  set _maxPayload(bytes: number) {
    const { protocol } = this.#connection;
    protocol.maxPayload = limit("maxPayload", bytes, protocol.maxPayload);
  }

  /** With ws, what is inflated has a limit of its own; here it is the same. */
  get _extensions(): Readonly<Record<string, ReceiverFace>> {
    return this.#connection.deflate === undefined ? {} : { [deflateName]: this };
  }
}
