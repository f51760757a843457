/** An EventEmitter that knows whether anybody listens to what happens with each message: mostly nobody does. */

import { EventEmitter } from "node:events";

type Listener = Parameters<EventEmitter["on"]>[1];

/** Events of a session or of the server that come with messages. */
const perMessage: ReadonlySet<string | symbol> = new Set([
  "packet",
  "packetCreate",
  "data",
  "message",
  "flush",
  "drain",
  "heartbeat",
]);

export class ObservedEmitter extends EventEmitter {
  /** Node's own: the listeners by event. It makes a new one when the first comes. */
  declare private _events: object | undefined;
  /** @internal Once somebody has listened, it stays so. */
  isObserved: boolean;

  constructor() {
    super();
    this._events = undefined; // of a session it is 184 bytes, and mostly stays empty
    this.isObserved = false;
  }

  override on(event: string | symbol, listener: Listener): this {
    this.isObserved ||= perMessage.has(event);
    return super.on(event, listener);
  }

  override addListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener);
  }

  override prependListener(event: string | symbol, listener: Listener): this {
    this.isObserved ||= perMessage.has(event);
    return super.prependListener(event, listener);
  }
}
