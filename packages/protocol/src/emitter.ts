/** Listeners by event name, with the face of @socket.io/component-emitter. */

/** Listeners by the names of their events: an interface will do. */
export type EventMap = object;

export type EventName<Events extends EventMap> = keyof Events & (string | symbol);

export type EventArgs<Events extends EventMap, Name extends keyof Events> = Events[Name] extends (
  ...args: infer Args
) => unknown
  ? Args
  : never;

type Listener = (...args: never[]) => unknown;

/** A listener for one time, and what it was made of. */
interface OnceListener extends Listener {
  readonly fn?: unknown;
}

type ListenerOf<Listened extends EventMap, Reserved extends EventMap, Name> = Name extends keyof Reserved
  ? Reserved[Name] & Listener
  : Name extends keyof Listened
    ? Listened[Name] & Listener
    : never;

/**
 * @typeParam Listened what the other side emits
 * @typeParam Emitted what this side may emit
 * @typeParam Reserved what the class itself emits
 */
export class Emitter<Listened extends EventMap, Emitted extends EventMap, Reserved extends EventMap = object> {
  /** The lists are never changed, so that one may be walked while listeners come and go. */
  #listeners: Map<unknown, readonly OnceListener[]> | undefined;

  on<Name extends EventName<Listened> | EventName<Reserved>>(
    name: Name,
    listener: ListenerOf<Listened, Reserved, Name>,
  ): this {
    return this.#add(name, listener);
  }

  once<Name extends EventName<Listened> | EventName<Reserved>>(
    name: Name,
    listener: ListenerOf<Listened, Reserved, Name>,
  ): this {
    const once = (...args: unknown[]): void => {
      this.#remove(name, once);
      Reflect.apply(listener, this, args);
    };
    once.fn = listener;
    return this.#add(name, once);
  }

  /** Without a listener: all of that event; without a name: all of them. */
  off<Name extends EventName<Listened> | EventName<Reserved>>(
    name?: Name,
    listener?: ListenerOf<Listened, Reserved, Name>,
  ): this {
    if (name === undefined) this.#listeners = undefined;
    else if (listener === undefined) this.#listeners?.delete(name);
    else this.#remove(name, listener);
    return this;
  }

  addEventListener<Name extends EventName<Listened> | EventName<Reserved>>(
    name: Name,
    listener: ListenerOf<Listened, Reserved, Name>,
  ): this {
    return this.on(name, listener);
  }

  removeListener<Name extends EventName<Listened> | EventName<Reserved>>(
    name?: Name,
    listener?: ListenerOf<Listened, Reserved, Name>,
  ): this {
    return this.off(name, listener);
  }

  removeEventListener<Name extends EventName<Listened> | EventName<Reserved>>(
    name?: Name,
    listener?: ListenerOf<Listened, Reserved, Name>,
  ): this {
    return this.off(name, listener);
  }

  removeAllListeners<Name extends EventName<Listened> | EventName<Reserved>>(name?: Name): this {
    return this.off(name);
  }

  emit<Name extends EventName<Emitted>>(name: Name, ...args: EventArgs<Emitted, Name>): this {
    return this.#call(name, args);
  }

  /** A copy, in the order in which they are called. */
  listeners<Name extends EventName<Listened> | EventName<Reserved>>(name: Name): Listener[] {
    return [...(this.#listeners?.get(name) ?? [])];
  }

  hasListeners<Name extends EventName<Listened> | EventName<Reserved>>(name: Name): boolean {
    return this.#listeners?.has(name) ?? false;
  }

  protected emitReserved<Name extends EventName<Reserved>>(name: Name, ...args: EventArgs<Reserved, Name>): this {
    return this.#call(name, args);
  }

  #add(name: unknown, listener: OnceListener): this {
    this.#listeners ??= new Map();
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return this;
  }

  #remove(name: unknown, listener: Listener): void {
    const list = this.#listeners?.get(name) ?? [];
    const at = list.findIndex((each) => each === listener || each.fn === listener);
    if (at === -1) return;
    if (list.length === 1) this.#listeners?.delete(name);
    else this.#listeners?.set(name, list.toSpliced(at, 1));
  }

  #call(name: unknown, args: readonly unknown[]): this {
    for (const listener of this.#listeners?.get(name) ?? []) Reflect.apply(listener, this, args);
    return this;
  }
}
