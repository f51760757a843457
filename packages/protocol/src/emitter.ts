/** Listeners by event name, with the face of @socket.io/component-emitter. */

import type {
  Anything,
  EventNames,
  EventParams,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "./event-map.ts";

export type {
  AllButLast,
  Anything,
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithMultipleResponses,
  DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventNamesWithError,
  EventNamesWithoutAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  FirstNonErrorTuple,
  Last,
  MultiplyArray,
  RemoveAcknowledgements,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
  TypedEventBroadcaster,
} from "./event-map.ts";

type Listener = (...args: Anything[]) => Anything;

/** A listener for one time, and what it was made of. */
interface OnceListener extends Listener {
  readonly fn?: unknown;
}

/**
 * @typeParam Listened what the other side emits
 * @typeParam Emitted what this side may emit
 * @typeParam Reserved what the class itself emits
 */
export class Emitter<
  Listened extends EventsMap,
  Emitted extends EventsMap,
  // biome-ignore lint/complexity/noBannedTypes: no names at all
  Reserved extends EventsMap = {},
> {
  /** The lists are never changed, so that one may be walked while listeners come and go. */
  #listeners = new Map<unknown, readonly OnceListener[]>();

  on<Name extends ReservedOrUserEventNames<Reserved, Listened>>(
    name: Name,
    listener: ReservedOrUserListener<Reserved, Listened, Name>,
  ): this {
    return this.#add(name, listener);
  }

  once<Name extends ReservedOrUserEventNames<Reserved, Listened>>(
    name: Name,
    listener: ReservedOrUserListener<Reserved, Listened, Name>,
  ): this {
    const once = (...args: unknown[]): void => {
      this.#remove(name, once);
      listener.apply(this, args);
    };
    once.fn = listener;
    return this.#add(name, once);
  }

  /** Without a listener: all of that event; without a name: all of them. */
  off<Name extends ReservedOrUserEventNames<Reserved, Listened>>(
    name?: Name,
    listener?: ReservedOrUserListener<Reserved, Listened, Name>,
  ): this {
    if (name === undefined) this.#listeners.clear();
    else this.#remove(name, listener);
    return this;
  }

  addEventListener<Name extends ReservedOrUserEventNames<Reserved, Listened>>(
    name: Name,
    listener: ReservedOrUserListener<Reserved, Listened, Name>,
  ): this {
    return this.on(name, listener);
  }

  removeListener<Name extends ReservedOrUserEventNames<Reserved, Listened>>(
    name?: Name,
    listener?: ReservedOrUserListener<Reserved, Listened, Name>,
  ): this {
    return this.off(name, listener);
  }

  removeEventListener<Name extends ReservedOrUserEventNames<Reserved, Listened>>(
    name?: Name,
    listener?: ReservedOrUserListener<Reserved, Listened, Name>,
  ): this {
    return this.off(name, listener);
  }

  removeAllListeners<Name extends ReservedOrUserEventNames<Reserved, Listened>>(name?: Name): this {
    return this.off(name);
  }

  emit<Name extends EventNames<Emitted>>(name: Name, ...args: EventParams<Emitted, Name>): this {
    return this.#call(name, args);
  }

  /** A copy, in the order in which they are called. */
  listeners<Name extends ReservedOrUserEventNames<Reserved, Listened>>(name: Name): Listener[] {
    return [...this.#list(name)];
  }

  hasListeners<Name extends ReservedOrUserEventNames<Reserved, Listened>>(name: Name): boolean {
    return this.#listeners.has(name);
  }

  protected emitReserved<Name extends EventNames<Reserved>>(name: Name, ...args: EventParams<Reserved, Name>): this {
    return this.#call(name, args);
  }

  #list(name: unknown): readonly OnceListener[] {
    return this.#listeners.get(name) ?? [];
  }

  #add(name: unknown, listener: OnceListener): this {
    this.#listeners.set(name, [...this.#list(name), listener]);
    return this;
  }

  #remove(name: unknown, listener: Listener | undefined): void {
    const list = this.#list(name);
    const at = list.findIndex((each) => each === listener || each.fn === listener);
    const left = at < 0 ? list : list.filter((_, index) => index !== at);
    if (listener && left.length > 0) this.#listeners.set(name, left);
    else this.#listeners.delete(name);
  }

  #call(name: unknown, args: unknown[]): this {
    for (const listener of this.#list(name)) listener.apply(this, args);
    return this;
  }
}
