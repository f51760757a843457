/** A namespace: who comes in, and what can be sent to those who are in. The API of Socket.IO's `Namespace`. */

import type { AdmissionRequest } from "./admission.ts";
import { BroadcastOperator } from "./broadcast.ts";
import { dispatch } from "./dispatch.ts";
import { NamespaceGate } from "./gate.ts";
import type { Middleware } from "./middleware.ts";
import { NamespaceCore } from "./namespace-core.ts";
import { randomId } from "./random-id.ts";
import type { Server } from "./server.ts";
import { privateRoomPrefix, Session, type SessionIdentity } from "./session.ts";
import { Socket } from "./socket.ts";
import { everyone } from "./target.ts";

/** What listeners of a namespace are called with. */
export interface NamespaceEvents {
  /** A client is in. */
  connection: [socket: Socket];
  /** The same. */
  connect: [socket: Socket];
  /** The program's own error, in a listener of this socket's event, where there is one. */
  error: [error: unknown, socket?: Socket, event?: string];
  /** Of the server: a namespace was made. */
  new_namespace: [namespace: Namespace];
}

/** A listener may be async: a resume waits for those of `connection`, and a rejection is an error like a throw. */
export type NamespaceListener<Event extends keyof NamespaceEvents> = (...args: NamespaceEvents[Event]) => unknown;

/** Names that other nodes cannot send. */
const reserved: ReadonlySet<string> = new Set(["connect", "connection", "new_namespace"]);

export class Namespace extends NamespaceCore {
  /** @internal How clients come in. */
  readonly gate: NamespaceGate;

  constructor(server: Server, name: string) {
    super(server, name);
    this.gate = new NamespaceGate(this, server.limits.gate);
  }

  /** A function that each client passes before it is connected. */
  use(middleware: Middleware): this {
    this._fns.push(middleware);
    return this;
  }

  /** To everyone in the namespace; see {@link BroadcastOperator.emit}. */
  override emit(name: string, ...args: readonly unknown[]): boolean {
    return this.operator.emit(name, ...args);
  }

  /** `emit("message", …)`. */
  send(...args: readonly unknown[]): this {
    this.emit("message", ...args);
    return this;
  }

  /** The same as `send`. */
  write(...args: readonly unknown[]): this {
    return this.send(...args);
  }

  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.operator.emitWithAck(name, ...args);
  }

  /** Whoever the operator's methods choose; everyone at first. */
  get operator(): BroadcastOperator {
    return new BroadcastOperator(this, everyone);
  }

  /** Members of the rooms. */
  to(room: string | readonly string[]): BroadcastOperator {
    return this.operator.to(room);
  }

  /** The same as `to`. */
  in(room: string | readonly string[]): BroadcastOperator {
    return this.to(room);
  }

  /** Everyone but the members of the rooms. */
  except(room: string | readonly string[]): BroadcastOperator {
    return this.operator.except(room);
  }

  compress(compress: boolean): BroadcastOperator {
    return this.operator.compress(compress);
  }

  get volatile(): BroadcastOperator {
    return this.operator.volatile;
  }

  get local(): BroadcastOperator {
    return this.operator.local;
  }

  timeout(ms: number): BroadcastOperator {
    return this.operator.timeout(ms);
  }

  socketsJoin(room: string | readonly string[]): void {
    this.operator.socketsJoin(room);
  }

  socketsLeave(room: string | readonly string[]): void {
    this.operator.socketsLeave(room);
  }

  disconnectSockets(close = false): void {
    this.operator.disconnectSockets(close);
  }

  fetchSockets(): ReturnType<BroadcastOperator["fetchSockets"]> {
    return this.operator.fetchSockets();
  }

  allSockets(): Promise<Set<string>> {
    return this.operator.allSockets();
  }

  /** Emits to the namespaces of this name on the other nodes. With a function as last argument, it is called with `(error, responses)`. */
  serverSideEmit(name: string, ...args: readonly unknown[]): boolean {
    if (reserved.has(name)) throw new Error(`"${name}" is a reserved event name`);
    void this.pipeline.run(() => this.adapter.serverSideEmit([name, ...args]));
    return true;
  }

  /** @returns what the other nodes answered. @throws what the adapter says, with the `responses` that did come */
  serverSideEmitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      this.serverSideEmit(name, ...args, (error: Error | null, responses: unknown[]) =>
        error ? reject(Object.assign(error, { responses })) : resolve(responses),
      );
    });
  }

  /** Ids of the connected sockets, as with Socket.IO 2. */
  clients(done: (error: Error | null, ids: string[]) => void): this {
    this.allSockets().then((ids) => done(null, [...ids]), done as (error: Error) => void);
    return this;
  }

  /** The sockets by their ids, as with Socket.IO 2. A copy without prototype. */
  get connected(): Readonly<Record<string, Socket>> {
    return Object.assign(Object.create(null), Object.fromEntries(this.sockets));
  }

  /** @internal Another node has emitted. */
  _onServerSideEmit([name, ...args]: [name: string, ...args: unknown[]]): void {
    dispatch({ emitter: this, event: name, args, failed: (error) => this.report(error, undefined, name) });
  }

  /** @internal Calls local listeners, which `emit` does not. */
  tell(event: string, ...args: unknown[]): void {
    dispatch({ emitter: this, event, args, failed: (error) => this.report(error, undefined, event) });
  }

  /** @internal @param names those of the session that it may go on with; new ones if undefined */
  createSocket(request: AdmissionRequest, names: SessionIdentity | undefined): Socket {
    const { wire, client, handshake, principal } = request;
    const secret = names?.secret ?? (this.history === undefined && wire === "socket.io" ? undefined : randomId(24)); // 192 bits
    const id = names?.socket ?? request.id ?? privateRoomPrefix + randomId(15).slice(1);
    const session =
      secret === undefined ? undefined : new Session({ secret, socket: id, principal }, this.history?.position ?? "");
    return new Socket(this, { id, wire, client, principal, session, handshake });
  }
}
