/** A namespace: who comes in, and what can be sent to those who are in. The API of Socket.IO's `Namespace`. */

import type {
  AllButLast,
  Anything,
  DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventNamesWithoutAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "@anywire/protocol/emitter";
import type { AdmissionRequest } from "./admission.ts";
import { type AnyOperator, BroadcastOperator } from "./broadcast.ts";
import { dispatch } from "./dispatch.ts";
import { NamespaceGate } from "./gate.ts";
import type { Middleware } from "./middleware.ts";
import { NamespaceCore } from "./namespace-core.ts";
import { onceKeyOf } from "./once-tables.ts";
import type { Server } from "./server.ts";
import { createSecret, createSocketId, Session, type SessionIdentity } from "./session.ts";
import { Socket } from "./socket.ts";
import { everyone } from "./target.ts";

/** Names that other nodes cannot send. */
const reserved: ReadonlySet<string> = new Set(["connect", "connection", "new_namespace"]);

/** With whatever maps. */
export type AnyNamespace = Namespace<Anything, Anything, Anything, Anything>;

/**
 * @typeParam Listen events that clients send
 * @typeParam Emit events that are sent to them
 * @typeParam ServerSide events between servers
 * @typeParam Data the program's own of each socket
 */
export class Namespace<
  Listen extends EventsMap = DefaultEventsMap,
  Emit extends EventsMap = Listen,
  ServerSide extends EventsMap = DefaultEventsMap,
  Data = Anything,
> extends NamespaceCore<Listen, Emit, ServerSide, Data> {
  /** @internal How clients come in. */
  readonly gate: NamespaceGate;

  constructor(server: Server<Listen, Emit, ServerSide, Data>, name: string) {
    super(server, name);
    this.gate = new NamespaceGate(this, server.limits.gate);
  }

  /** Adds a function that each client passes before it is connected: `next()` lets it pass, `next(error)` refuses it with the error's `message` and `data`. */
  use(middleware: Middleware<Socket<Listen, Emit, ServerSide, Data>>): this {
    this._fns.push(middleware);
    return this;
  }

  /** To everyone in the namespace; see {@link BroadcastOperator.emit}. */
  override emit<Name extends EventNamesWithoutAck<Emit>>(event: Name, ...args: EventParams<Emit, Name>): boolean;
  override emit(name: string, ...args: readonly unknown[]): boolean {
    return this.operator.emit(name, ...args);
  }

  /** @internal Whoever the operator's methods choose; everyone at first. */
  get operator(): AnyOperator {
    return new BroadcastOperator(this, everyone);
  }

  /** Emits to the namespaces of this name on the other nodes. With a function as last argument, it is called with `(error, responses)`. */
  serverSideEmit<Name extends EventNames<ServerSide>>(
    event: Name,
    ...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSide>, Name>
  ): boolean;
  serverSideEmit(name: string, ...args: readonly unknown[]): boolean {
    this.tellServers([name, ...args]);
    return true;
  }

  /**
   * @returns what the other nodes answered
   * @throws what the adapter says, with the `responses` that did come
   */
  serverSideEmitWithAck<Name extends EventNamesWithAck<ServerSide>>(
    event: Name,
    ...args: AllButLast<EventParams<ServerSide, Name>>
  ): Promise<FirstNonErrorArg<Last<EventParams<ServerSide, Name>>>[]>;
  serverSideEmitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const answered = (error: Error | null, responses: unknown[]): void =>
        error ? reject(Object.assign(error, { responses })) : resolve(responses);
      this.tellServers([name, ...args, answered]);
    });
  }

  /** The sockets by their ids, as with Socket.IO 2. A copy without prototype. */
  get connected(): Readonly<Record<string, Socket<Listen, Emit, ServerSide, Data>>> {
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
  createSocket(request: AdmissionRequest, names: SessionIdentity | undefined): Socket<Listen, Emit, ServerSide, Data> {
    const { wire, client, handshake, principal, nonce } = request;
    const secret = names?.secret ?? (this.history === undefined && wire === "socket.io" ? undefined : createSecret());
    const id = names?.socket ?? request.id ?? createSocketId();
    const session =
      secret === undefined ? undefined : new Session({ secret, socket: id, principal }, this.history?.position ?? "");
    const onceKey = nonce === undefined ? undefined : onceKeyOf(principal, nonce);
    return new Socket(this, { id, wire, client, principal, session, handshake, onceKey });
  }

  private tellServers(event: [name: string, ...args: unknown[]]): void {
    if (reserved.has(event[0])) throw new Error(`"${event[0]}" is a reserved event name`);
    this.pipeline.do(() => this.adapter.serverSideEmit(event));
  }
}
