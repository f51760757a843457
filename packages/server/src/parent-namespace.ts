/** Namespaces that are made when a client asks for them: `io.of(/^\/room-\d+$/)`. Socket.IO's `ParentNamespace`. */

import type { Anything, DefaultEventsMap, EventsMap } from "@anywire/protocol/emitter";
import type { AckError, BroadcastAcksPort } from "./acks.ts";
import type { Adapter } from "./adapter.ts";
import type { OutgoingEvent } from "./link.ts";
import { Namespace } from "./namespace.ts";
import type { RunTarget } from "./pipeline.ts";
import { Rooms } from "./rooms.ts";
import type { Server } from "./server.ts";

/** Children without sockets that are kept, so that clients who ask for ever new names cost no more than this. */
const maxEmpty = 10_000;

const copied = ["connect", "connection", "error"] as const;

/** With whatever maps. */
export type AnyParentNamespace = ParentNamespace<Anything, Anything, Anything, Anything>;

export class ParentNamespace<
  Listen extends EventsMap = DefaultEventsMap,
  Emit extends EventsMap = Listen,
  ServerSide extends EventsMap = DefaultEventsMap,
  Data = Anything,
> extends Namespace<Listen, Emit, ServerSide, Data> {
  private static count = 0;
  /** Those that were made and are still there. */
  readonly children: Set<Namespace<Listen, Emit, ServerSide, Data>>;
  /** Longest empty first. */
  private readonly empty: Set<Namespace<Listen, Emit, ServerSide, Data>>;

  constructor(server: Server<Listen, Emit, ServerSide, Data>) {
    super(server, `/_${ParentNamespace.count}`);
    ParentNamespace.count += 1;
    this.children = new Set();
    this.empty = new Set();
  }

  /** @internal A namespace with the middlewares and the listeners that this one has now. */
  createChild(name: string): Namespace<Listen, Emit, ServerSide, Data> {
    const child = new Namespace(this.server, name);
    for (const middleware of this._fns) child.use(middleware);
    for (const event of copied)
      for (const listener of this.rawListeners(event)) child.on(event, listener as () => void);
    child.whenEmpty = () => this.childEmptied(child);
    this.children.add(child);
    this.server.addNamespace(child);
    return child;
  }

  override broadcast(target: RunTarget, event: OutgoingEvent): void {
    for (const child of this.children) child.broadcast(target, event);
  }

  override request(target: RunTarget, event: OutgoingEvent, answers: Omit<BroadcastAcksPort, "forget">): void {
    const children = [...this.children];
    const responses: unknown[] = [];
    let left = children.length;
    let failure: AckError | null = null;
    if (left === 0) return process.nextTick(() => answers.done(null, responses));
    const done: BroadcastAcksPort["done"] = (error, answered) => {
      responses.push(...answered);
      failure ??= error;
      left -= 1;
      if (left === 0) answers.done(failure, responses);
    };
    for (const child of children) child.request(target, event, { ...answers, done });
  }

  /** @throws {Error} always: which children other nodes have is not known */
  override fetchSockets(): never {
    throw new Error("fetchSockets() is not supported on parent namespaces");
  }

  /** Nobody is in here. */
  protected override openAdapter(): Adapter {
    return new Rooms(this);
  }

  private childEmptied(child: Namespace<Listen, Emit, ServerSide, Data>): void {
    this.empty.delete(child);
    this.empty.add(child);
    const kept = this.server.limits.cleanupEmptyChildNamespaces ? 0 : maxEmpty;
    for (const oldest of this.empty) {
      if (this.empty.size <= kept) return;
      this.empty.delete(oldest);
      if (oldest.sockets.size === 0 && oldest.entering === 0) this.remove(oldest);
    }
  }

  private remove(child: Namespace<Listen, Emit, ServerSide, Data>): void {
    this.children.delete(child);
    this.server.removeNamespace(child);
    void child.adapter.close();
    void child.history?.close();
  }
}
