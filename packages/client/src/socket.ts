/** One namespace of a server, as the program has it: socket.io-client's `Socket`. */

import type {
  AllButLast,
  Anything,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EventNames,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "@anywire/protocol/emitter";
import { disconnectType } from "@anywire/protocol/socket";
import { type AnyListener, removeListener } from "./any-listeners.ts";
import type { SocketOptions } from "./options.ts";
import { type AnyManager, type DisconnectReason as Reason, SocketCore } from "./socket-core.ts";

export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends SocketCore<ListenEvents, EmitEvents> {
  /** Made by `io()` and `Manager.socket()`. */
  constructor(io: AnyManager, nsp: string, options: Partial<SocketOptions> = {}) {
    super(io, nsp, options);
    const { signal } = options;
    signal?.addEventListener("abort", () => this.disconnect());
    if (signal?.aborted) this.disconnect();
    else if (io._autoConnect) this.connect();
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  connect(): this {
    if (this.connected) return this;
    const { active, io } = this;
    io._active.add(this);
    if (!io._reconnecting) io.open();
    if (io._readyState === "open" && !active) this._opened(); // else it has asked already
    return this;
  }

  /** The same as `connect()`. */
  open(): this {
    return this.connect();
  }

  /** For good, until `connect()`. */
  disconnect(): this {
    if (this.connected) this.io._packet({ type: disconnectType, nsp: this.nsp });
    this.io._destroy(this);
    if (this.connected) this._closed("io client disconnect");
    return this;
  }

  /** The same as `disconnect()`. */
  close(): this {
    return this.disconnect();
  }

  /** Emits `message`. */
  send(...args: Anything[]): this {
    return this.sendEvent(["message", ...args]);
  }

  /**
   * Sends an event; a function as last argument is called with the server's answer. Without a connection it waits for one.
   * @throws {Error} if the name is reserved
   */
  override emit<Name extends EventNames<EmitEvents>>(event: Name, ...args: EventParams<EmitEvents, Name>): this {
    return this.sendEvent([event, ...args]);
  }

  /**
   * Resolves with the first argument of the answer.
   * @throws {ClientError} `timeout`, `disconnected`, `queue-full`, or what the server says
   */
  emitWithAck<Name extends EventNames<EmitEvents>>(
    event: Name,
    ...args: AllButLast<EventParams<EmitEvents, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Name>>>> {
    return new Promise((resolve, reject) => {
      const settle = (error: Error | null, answer: Anything): void => (error ? reject(error) : resolve(answer));
      this.sendEvent([event, ...args, settle], true);
    });
  }

  /** Whether the next emit is compressed, where the transport can. */
  compress(compress: boolean): this {
    this.flags.compress = compress;
    return this;
  }

  /** The next emit may be lost: it is not sent if it would have to wait. */
  get volatile(): this {
    this.flags.volatile = true;
    return this;
  }

  /** Milliseconds for the acknowledgement of the next emit, which is then called with an error first, or null. */
  timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>> {
    this.flags.timeout = timeout;
    return this as Socket<ListenEvents, Anything>;
  }

  /** Ends the waiting for the acknowledgement of the next emit, which is then called with an error first, or null. */
  signal(signal: AbortSignal): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>> {
    this.flags.signal = signal;
    return this as Socket<ListenEvents, Anything>;
  }

  /** Every event that comes, its name first. */
  onAny(listener: AnyListener): this {
    this.incoming.push(listener);
    return this;
  }

  /** Before the others. */
  prependAny(listener: AnyListener): this {
    this.incoming.unshift(listener);
    return this;
  }

  /** Without a listener: all of them. */
  offAny(listener?: AnyListener): this {
    removeListener(this.incoming, listener);
    return this;
  }

  listenersAny(): AnyListener[] {
    return this.incoming;
  }

  /** Every event that is sent, its name first; acknowledgements are none. */
  onAnyOutgoing(listener: AnyListener): this {
    this.outgoing.push(listener);
    return this;
  }

  /** Before the others. */
  prependAnyOutgoing(listener: AnyListener): this {
    this.outgoing.unshift(listener);
    return this;
  }

  /** Without a listener: all of them. */
  offAnyOutgoing(listener?: AnyListener): this {
    removeListener(this.outgoing, listener);
    return this;
  }

  listenersAnyOutgoing(): AnyListener[] {
    return this.outgoing;
  }
}

export declare namespace Socket {
  type DisconnectReason = Reason;
}
