/** The server as an EventEmitter: what is said to it is said to its main namespace, as with Socket.IO. */

import { EventEmitter } from "node:events";
import type { Anything } from "./event-map.ts";

type Listener = (...args: Anything[]) => void;

export abstract class ServerEmitter extends EventEmitter {
  /** The namespace `/`. */
  abstract readonly sockets: EventEmitter;

  override on(event: string | symbol, listener: Listener): this {
    this.sockets.on(event, listener);
    return this;
  }

  override addListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener);
  }

  override once(event: string | symbol, listener: Listener): this {
    this.sockets.once(event, listener);
    return this;
  }

  override prependListener(event: string | symbol, listener: Listener): this {
    this.sockets.prependListener(event, listener);
    return this;
  }

  override prependOnceListener(event: string | symbol, listener: Listener): this {
    this.sockets.prependOnceListener(event, listener);
    return this;
  }

  override off(event: string | symbol, listener: Listener): this {
    this.sockets.off(event, listener);
    return this;
  }

  override removeListener(event: string | symbol, listener: Listener): this {
    return this.off(event, listener);
  }

  override removeAllListeners(event?: string | symbol): this {
    this.sockets.removeAllListeners(event);
    return this;
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    return this.sockets.emit(event, ...args);
  }

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
