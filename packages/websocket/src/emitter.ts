/** EventEmitter whose events have types, as loosely as those of @types/ws: any other event and any other listener compiles too. */

import { EventEmitter } from "node:events";

/** Whatever a program takes a listener's arguments for. */
type AnyArguments = Parameters<Parameters<EventEmitter["on"]>[1]>;

/** @typeParam Events names, each with the arguments that its listeners get */
export interface Emitter<Events> extends EventEmitter {
  on<Name extends keyof Events>(event: Name, listener: Listener<this, Events[Name]>): this;
  on(event: string | symbol, listener: Listener<this, AnyArguments>): this;

  once<Name extends keyof Events>(event: Name, listener: Listener<this, Events[Name]>): this;
  once(event: string | symbol, listener: Listener<this, AnyArguments>): this;

  off<Name extends keyof Events>(event: Name, listener: Listener<this, Events[Name]>): this;
  off(event: string | symbol, listener: Listener<this, AnyArguments>): this;

  addListener<Name extends keyof Events>(event: Name, listener: Listener<this, Events[Name]>): this;
  addListener(event: string | symbol, listener: Listener<this, AnyArguments>): this;

  removeListener<Name extends keyof Events>(event: Name, listener: Listener<this, Events[Name]>): this;
  removeListener(event: string | symbol, listener: Listener<this, AnyArguments>): this;
}

type Listener<This, Arguments> = (this: This, ...args: Arguments extends unknown[] ? Arguments : never) => void;

interface EmitterClass extends Pick<typeof EventEmitter, keyof typeof EventEmitter> {
  new <Events>(...options: ConstructorParameters<typeof EventEmitter>): Emitter<Events>;
}

export const Emitter: EmitterClass = EventEmitter;
