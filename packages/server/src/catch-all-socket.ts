/** The part of a socket's API that hears every event: `onAny`, `onAnyOutgoing`, `use`. */

import type { EventsMap } from "@anywire/protocol/emitter";
import type { CatchAllListener } from "./catch-all.ts";
import type { EventMiddleware } from "./event-middleware.ts";
import { SocketCore } from "./socket-core.ts";

export abstract class CatchAllSocket<Listen extends EventsMap, Emit extends EventsMap> extends SocketCore<
  Listen,
  Emit
> {
  /**
   * Adds a function that each event of the client passes before its listeners. An error given to `next` reaches the
   * socket's listeners of `error`, and fails the ack.
   */
  use(middleware: EventMiddleware): this {
    this.addMiddleware(middleware);
    return this;
  }

  /** Calls the listener for every event of the client, before the event's own listeners. */
  onAny(listener: CatchAllListener): this {
    this.catchAllIncoming.append(listener);
    return this;
  }

  /** The same, in front of the others. */
  prependAny(listener: CatchAllListener): this {
    this.catchAllIncoming.prepend(listener);
    return this;
  }

  /** Removes the listener; all of them without one. */
  offAny(listener?: CatchAllListener): this {
    this.catchAllIncoming.remove(listener);
    return this;
  }

  listenersAny(): CatchAllListener[] {
    return this.catchAllIncoming.list;
  }

  /** Calls the listener for every event that is sent to the client, broadcasts included. */
  onAnyOutgoing(listener: CatchAllListener): this {
    this.catchAllOutgoing.append(listener);
    return this;
  }

  /** The same, in front of the others. */
  prependAnyOutgoing(listener: CatchAllListener): this {
    this.catchAllOutgoing.prepend(listener);
    return this;
  }

  /** Removes the listener; all of them without one. */
  offAnyOutgoing(listener?: CatchAllListener): this {
    this.catchAllOutgoing.remove(listener);
    return this;
  }

  listenersAnyOutgoing(): CatchAllListener[] {
    return this.catchAllOutgoing.list;
  }
}
