/** What a socket does on the wire: greeting, events, acknowledgements, retries, recovery (Socket.IO protocol 5). */

import type { Anything, EventsMap } from "@anywire/protocol/emitter";
import { ackType, connectType, disconnectType, eventType, isReservedName, type Packet } from "@anywire/protocol/socket";
import { type AckListener, expectAck, type PendingAcks, settleAck } from "./acks.ts";
import { type AnyListener, callListeners } from "./any-listeners.ts";
import { IsolatedEmitter } from "./engine/isolated-emitter.ts";
import { ClientError } from "./errors.ts";
import { isolate } from "./isolate.ts";
import type { Announced, ManagedSocket, Manager } from "./manager.ts";
import type { DisconnectDescription } from "./manager-events.ts";
import { createNonce } from "./nonce.ts";
import type { Auth, SocketOptions } from "./options.ts";
import type { Flags, OutgoingPacket } from "./outgoing-packet.ts";
import { type Retried, RetryQueue } from "./retry-queue.ts";

/** Events that wait for the connection, unless the option says otherwise. */
const defaultQueue = 10_000;

/** Why a socket is not connected any more. */
export type DisconnectReason =
  | "io server disconnect"
  | "io client disconnect"
  | "ping timeout"
  | "transport close"
  | "transport error"
  | "parse error"
  | "forced close";

/** A refusal, with what the server's middleware said. */
export interface ExtendedError extends Error {
  data?: Anything;
}

export interface SocketReservedEvents {
  connect: () => void;
  connect_error: (error: ExtendedError) => void;
  disconnect: (reason: DisconnectReason, description?: DisconnectDescription) => void;
  /** The offline queue is full: this event is not sent. Its acknowledgement fails. */
  "anywire:refused": (error: Error, event: readonly unknown[]) => void;
  /** As in Socket.IO 2, of the manager. */
  reconnect: (attempt: number) => void;
  reconnecting: (attempt: number) => void;
  reconnect_attempt: (attempt: number) => void;
  reconnect_error: (error: Error) => void;
  reconnect_failed: () => void;
}

// biome-ignore lint/suspicious/noExplicitAny: a manager of any events
export type AnyManager = Manager<any, any>;

/** What of its programs' face the manager and the wire need. */
export abstract class SocketCore<ListenEvents extends EventsMap, EmitEvents extends EventsMap>
  extends IsolatedEmitter<SocketReservedEvents, ListenEvents, EmitEvents>
  implements ManagedSocket
{
  readonly io: AnyManager;
  /** The namespace. */
  readonly nsp: string;
  /** What the server calls it; undefined while it is not connected. */
  id: string | undefined;
  connected = false;
  /** The server remembered it: rooms and data are as before, and what was missed comes now. */
  recovered = false;
  auth: Auth | undefined;
  /** Events that came before the server's greeting. */
  receiveBuffer: unknown[][] = [];
  /** Packets that wait for the connection. */
  sendBuffer: OutgoingPacket[] = [];
  readonly #options: SocketOptions;
  readonly #acks: PendingAcks = new Map();
  readonly #retries: RetryQueue;
  protected readonly incoming: AnyListener[] = [];
  protected readonly outgoing: AnyListener[] = [];
  /** Of the next emit. */
  protected flags: Flags = {};
  #nextId = 0;
  /** By it the server knows the socket when it comes back. */
  #pid: string | undefined;
  /** The newest event that was received. */
  #offset: string | undefined;
  /** By it a server of ours knows the repeats of what was sent. */
  #nonce: string | undefined;

  constructor(io: AnyManager, nsp: string, options: Partial<SocketOptions>) {
    super();
    this.io = io;
    this.nsp = nsp;
    this.auth = options.auth;
    this.#options = options;
    this.#retries = new RetryQueue({
      isConnected: () => this.connected,
      limit: options.retries ?? 0,
      try: (retried, listener) => this.#try(retried, listener),
    });
  }

  /** It is connected, or tries to be. */
  get active(): boolean {
    return this.io._active.has(this);
  }

  /** @internal Of the manager, where Socket.IO 2 had it on the socket too. */
  _tell(event: Announced, argument: Anything): void {
    this.emitReserved(event as "reconnect", argument);
  }

  /** @internal The session is open: asks for the namespace. */
  _opened(): void {
    const { auth, io } = this;
    const { engine } = io;
    const connect = (data?: object): void => {
      if (io.engine === engine && this.active) this.#connect(data); // the answer may come late
    };
    if (typeof auth !== "function") return connect(auth);
    const answer: Anything = auth(connect); // of functions that call back, anything
    answer?.then?.(
      (data: object | undefined) => data && connect(data),
      (error: Error) => this.#refused(error),
    );
  }

  /** For good, until `connect()`. */
  #refused(error: Error): void {
    this.io._destroy(this);
    this._failed(error);
  }

  /** @internal */
  _failed(error: Error): void {
    if (!this.connected) this.emitReserved("connect_error", error);
  }

  /** @internal The connection is gone, or the server has sent the socket away. */
  _closed(reason: DisconnectReason, description?: DisconnectDescription): void {
    this.connected = false;
    this.id = undefined;
    this.emitReserved("disconnect", reason, description);
    const waiting = new Set(this.sendBuffer.map(({ id }) => id));
    const error = new ClientError("disconnected", "socket has been disconnected");
    for (const id of [...this.#acks.keys()]) if (!waiting.has(id)) settleAck(this.#acks, id, [error]);
  }

  /** @internal */
  _packet({ type, id, data }: Packet): void {
    const payload = data as Anything; // the decoder has looked
    if (type === eventType) this.#event(payload, id);
    else if (type === ackType) settleAck(this.#acks, id, [null, ...payload]);
    else if (type === connectType) this.#greeted(payload);
    else if (type === disconnectType) {
      this.io._destroy(this);
      this._closed("io server disconnect");
    } else if (id !== undefined) settleAck(this.#acks, id, [new ClientError(payload.code, payload.message)]);
    else this.#refused(Object.assign(new Error(payload.message), { data: payload.data }));
  }

  protected sendEvent(event: unknown[], isPromise = false): this {
    if (isReservedName(event[0])) throw new Error(`"${event[0]}" is a reserved event name`);
    const { nsp } = this;
    const { ackTimeout, retries = 0 } = this.#options;
    const { timeout = ackTimeout, signal, volatile, compress = true } = this.flags;
    this.flags = {};
    const isRetried = retries > 0 && !volatile;
    const hearsErrors = isPromise || isRetried || (timeout ?? signal) !== undefined;
    const ack = typeof event.at(-1) === "function" ? (event.pop() as Anything) : undefined;
    const listener: AckListener | undefined =
      ack &&
      ((error, ...answer) => {
        if (hearsErrors) ack.call(this, error, ...answer);
        else if (error === null) ack.apply(this, answer); // else it is never called
      });
    const packet: OutgoingPacket = { type: eventType, nsp, data: event, options: { compress } };
    const retried = { packet, timeout, signal, volatile, listener };
    if (!isRetried) this.#try(retried, listener);
    else if (this.#retries.length < (this.connected ? defaultQueue : this.#room)) this.#retries.add(retried);
    else this.#refuse(packet, listener);
    return this;
  }

  #try({ packet, timeout, signal, volatile }: Retried, listener: AckListener | undefined): void {
    const { engine } = this.io;
    const isLive = this.connected && !engine._hasPingExpired();
    if (volatile && !(isLive && engine.transport.writable)) return;
    if (!isLive && this.sendBuffer.length >= this.#room) return this.#refuse(packet, listener);
    if (listener) {
      const abandon = (): void => {
        this.sendBuffer = this.sendBuffer.filter((other) => other !== packet);
      };
      packet.id ??= this.#nextId++;
      expectAck(this.#acks, this.io._timers, { id: packet.id, listener, timeout, signal, abandon });
    }
    if (isLive) this.#write(packet);
    else this.sendBuffer.push(packet);
  }

  get #room(): number {
    return Number(this.#options.offlineQueue ?? defaultQueue);
  }

  #refuse({ data }: OutgoingPacket, listener: AckListener | undefined): void {
    const error = new ClientError("queue-full");
    this.emitReserved("anywire:refused", error, data);
    isolate(() => listener?.(error));
  }

  #write(packet: OutgoingPacket): void {
    callListeners(this.outgoing, this, packet.data);
    this.io._packet(packet);
  }

  #connect(auth: object | undefined): void {
    const { retries } = this.#options;
    const { nsp } = this;
    this.receiveBuffer = []; // of a connection that was lost before its greeting: the server sends it again
    let data = auth;
    if (this.#pid) data = { pid: this.#pid, offset: this.#offset, ...data };
    if (retries && this.io.engine.isOurs) {
      this.#nonce ??= createNonce();
      data = { ...data, "anywire:nonce": this.#nonce };
    }
    this.io._packet({ type: connectType, nsp, data });
  }

  /** The server has let the socket in. */
  #greeted(data: { sid?: string; pid?: string } | undefined): void {
    if (this.connected) return; // it is in already
    if (!data?.sid) return this._failed(new Error(tooOld));
    this.id = data.sid;
    this.recovered = data.pid !== undefined && this.#pid === data.pid;
    this.#pid = data.pid;
    this.connected = true;
    for (const event of this.receiveBuffer.splice(0)) this.#fire(event);
    for (const packet of this.sendBuffer.splice(0)) isolate(() => this.#write(packet)); // it may be none that can be encoded
    isolate(() => this.#retries.drain(true));
    this.emitReserved("connect");
  }

  #event(event: unknown[], id: number | undefined): void {
    if (id !== undefined) event.push(this.#answerTo(id));
    if (this.connected) this.#fire(event);
    else if (this.receiveBuffer.length < defaultQueue) this.receiveBuffer.push(event);
  }

  #fire(event: unknown[]): void {
    const last = event.at(-1);
    if (this.#pid !== undefined && typeof last === "string") this.#offset = last;
    callListeners(this.incoming, this, event);
    this.emitReserved(...(event as ["connect"])); // any name: the emitter knows no difference
  }

  /** What the program answers with, once. */
  #answerTo(id: number): (...answer: unknown[]) => void {
    let isAnswered = false;
    return (...data) => {
      if (isAnswered) return;
      isAnswered = true;
      this.io._packet({ type: ackType, nsp: this.nsp, id, data });
    };
  }
}

const tooOld = "It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client";
