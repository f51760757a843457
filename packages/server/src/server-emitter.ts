/** The server as an EventEmitter: what is said to it is said to its main namespace, as with Socket.IO. */

import type { EventEmitter } from "node:events";
import type {
  Anything,
  EventNames,
  EventParams,
  EventsMap,
  RemoveAcknowledgements,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "@anywire/protocol/emitter";
import type { AnyOperator } from "./broadcast.ts";
import { BroadcastEmitter } from "./broadcast-emitter.ts";

type AnyListener = (...args: Anything[]) => void;

export abstract class ServerEmitter<
  Listen extends EventsMap,
  Emit extends EventsMap,
  Reserved extends EventsMap,
  Data,
> extends BroadcastEmitter<Listen, Emit, Reserved, Data> {
  /** The namespace `/`. */
  abstract readonly sockets: EventEmitter & { readonly operator: AnyOperator };

  /** @internal */
  get operator(): AnyOperator {
    return this.sockets.operator;
  }

  override on<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
    listener: ReservedOrUserListener<Reserved, Listen, Name>,
  ): this;
  override on(event: string | symbol, listener: AnyListener): this {
    this.sockets.on(event, listener);
    return this;
  }

  override addListener(event: string | symbol, listener: AnyListener): this {
    this.sockets.addListener(event, listener);
    return this;
  }

  override once<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
    listener: ReservedOrUserListener<Reserved, Listen, Name>,
  ): this;
  override once(event: string | symbol, listener: AnyListener): this {
    this.sockets.once(event, listener);
    return this;
  }

  override prependListener(event: string | symbol, listener: AnyListener): this {
    this.sockets.prependListener(event, listener);
    return this;
  }

  override prependOnceListener(event: string | symbol, listener: AnyListener): this {
    this.sockets.prependOnceListener(event, listener);
    return this;
  }

  override off(event: string | symbol, listener: AnyListener): this {
    this.sockets.off(event, listener);
    return this;
  }

  override removeListener(event: string | symbol, listener: AnyListener): this {
    return this.off(event, listener);
  }

  override removeAllListeners(event?: string | symbol): this {
    this.sockets.removeAllListeners(event);
    return this;
  }

  override emit<Name extends EventNames<RemoveAcknowledgements<Emit>>>(
    event: Name,
    ...args: EventParams<RemoveAcknowledgements<Emit>, Name>
  ): boolean;
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    return this.sockets.emit(event, ...args);
  }

  override listeners<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
  ): ReservedOrUserListener<Reserved, Listen, Name>[];
  override listeners(event: string | symbol): ReturnType<EventEmitter["listeners"]> {
    return this.sockets.listeners(event);
  }

  override rawListeners(event: string | symbol): ReturnType<EventEmitter["rawListeners"]> {
    return this.sockets.rawListeners(event);
  }

  override listenerCount(event: string | symbol): number {
    return this.sockets.listenerCount(event);
  }

  override eventNames(): (string | symbol)[] {
    return this.sockets.eventNames();
  }

  override setMaxListeners(count: number): this {
    this.sockets.setMaxListeners(count);
    return this;
  }

  override getMaxListeners(): number {
    return this.sockets.getMaxListeners();
  }
}
