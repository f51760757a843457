/** The half of a socket that takes what its client sends: to middleware and listeners, with the function that answers. */

import { EventEmitter } from "node:events";
import type { Anything, EventsMap } from "@anywire/protocol/emitter";
import { ackFunction, dropAck, failAck, failure } from "./ack-function.ts";
import { CatchAll } from "./catch-all.ts";
import { dispatch } from "./dispatch.ts";
import { type EventMiddleware, runEventMiddleware } from "./event-middleware.ts";
import type { SocketHost } from "./host.ts";
import type { IncomingEvent, Link } from "./link.ts";
import type { OnceTable, Reply } from "./once.ts";
import type { SocketReservedEvents } from "./reserved-events.ts";
import type { Session } from "./session.ts";
import type { AnySocket } from "./socket.ts";
import { TypedEmitter } from "./typed-emitter.ts";

/** The name of an event and its arguments. */
type EventData = [name: string, ...args: unknown[]];

interface InboundSetup {
  readonly session: Session | undefined;
  readonly onceKey: string | undefined;
}

export abstract class InboundSocket<
  Listen extends EventsMap = Anything,
  Emit extends EventsMap = Anything,
> extends TypedEmitter<Listen, Emit, SocketReservedEvents> {
  /** @internal By which the client may come back; undefined if it may not. */
  session: Session | undefined;
  /** @internal What carries it, once that is up. */
  link: Link | undefined;
  /** @internal By which emits of our client are known when they are repeated, on whatever session; undefined if it repeats none. */
  readonly onceKey: string | undefined;
  protected readonly host: SocketHost;
  protected state: "opening" | "connected" | "disconnecting" | "closed";
  private incoming: CatchAll | undefined;
  private middleware: EventMiddleware[] | undefined;

  constructor(host: SocketHost, { session, onceKey }: InboundSetup) {
    super({ captureRejections: true });
    this.session = session;
    this.link = undefined;
    this.onceKey = onceKey;
    this.host = host;
    this.state = "opening";
    this.incoming = undefined;
    this.middleware = undefined;
  }

  /** @internal */
  receive({ name, args, id }: IncomingEvent, reply: Reply | undefined): void {
    this.receiveData([name, ...args], reply, id);
  }

  /** @internal @param id the client's own, by which it may repeat the event */
  receiveData(data: EventData, reply: Reply | undefined, id?: string): void {
    if (this.state !== "opening") this.take(data, reply, id);
    else this.host.pipeline.do(() => this.take(data, reply, id)); // its entrance is waiting there too, ahead of this
  }

  /** @internal Calls the program's listeners of what happens to the socket. */
  tell(event: string, ...args: unknown[]): void {
    dispatch({ emitter: this, event, args, failed: (error) => this.host.report(error, this.self, event) });
  }

  /** Node calls this when an async listener has failed. */
  override [EventEmitter.captureRejectionSymbol](error: unknown, event: string | symbol, ...args: unknown[]): void {
    failAck(args, error);
    this.host.report(error, this.self, String(event));
  }

  protected get catchAllIncoming(): CatchAll {
    this.incoming ??= new CatchAll();
    return this.incoming;
  }

  protected addMiddleware(middleware: EventMiddleware): void {
    this.middleware ??= [];
    this.middleware.push(middleware);
  }

  /** This, as the program knows it. */
  protected abstract get self(): AnySocket;

  private take(data: EventData, reply: Reply | undefined, id: string | undefined): void {
    const hearsErrors = this.link?.hearsErrors === true;
    if (this.state === "closed") {
      if (hearsErrors) reply?.(failure("disconnected", "the socket is disconnected"));
      return;
    }
    const ordered = reply === undefined ? undefined : this.inOrder(reply);
    const once = id === undefined ? undefined : this.onceTable;
    if (id !== undefined && once?.repeats(this.repeatOf(data, ordered, id), this.host.now())) return;
    if (ordered !== undefined && hearsErrors && !this.isHandled(data[0]))
      return ordered(failure("no-handler", `nothing listens to "${data[0]}"`)); // not remembered: nothing ran
    const begun = id === undefined ? undefined : once?.begin(id, ordered, this.host.now());
    if (ordered !== undefined)
      data.push(ackFunction(begun?.reply ?? ordered, hearsErrors ? this.host.ackTimeout : undefined, begun?.dropped));
    this.handle(data);
  }

  /** Where what the client may repeat is remembered. */
  private get onceTable(): OnceTable | undefined {
    const key = this.onceKey ?? this.session?.secret;
    return key === undefined ? undefined : this.host.onces.of(key);
  }

  /** On the plain wire each repeat is a request of its own, that waits for its answer. */
  private repeatOf(data: EventData, reply: Reply | undefined, id: string): Parameters<OnceTable["repeats"]>[0] {
    return { id, reply, isAlone: this.onceKey !== undefined, again: () => this.take(data, reply, id) };
  }

  /** A middleware may answer too. */
  private isHandled(name: string): boolean {
    return this.listenerCount(name) > 0 || this.middleware !== undefined || this.incoming?.isEmpty === false;
  }

  private handle(data: EventData): void {
    this.incoming?.call(this, data, (error) => this.failedOn(data, error));
    if (this.middleware === undefined) return this.fire(data);
    runEventMiddleware(this.middleware, data, {
      passed: () => this.fire(data),
      refused: (error) => this.refused(data, error),
      failed: (error) => this.failedOn(data, error),
    });
  }

  private fire(data: EventData): void {
    if (this.state === "closed") return dropAck(data);
    try {
      const listeners = this.listenerCount(data[0]);
      if (listeners === 1)
        Reflect.apply(EventEmitter.prototype.emit, this, data); // the hot path
      else if (listeners > 1) this.fireEach(data);
    } catch (error) {
      this.failedOn(data, error);
    }
  }

  /** An error in one of them does not keep the event from the others. */
  private fireEach([event, ...args]: EventData): void {
    dispatch({ emitter: this, event, args, failed: (error) => this.failedOn([event, ...args], error) });
  }

  /** By its own middleware. */
  private refused(data: EventData, error: unknown): void {
    failAck(data, error);
    if (this.listenerCount("error") > 0) this.tell("error", error);
    else this.host.report(error, this.self, data[0]);
  }

  private failedOn(data: EventData, error: unknown): void {
    failAck(data, error);
    this.host.report(error, this.self, data[0]);
  }

  /** An answer comes after what its handler emitted before. */
  private inOrder(reply: Reply): Reply {
    return (answer) => {
      if (this.host.pipeline.settle()) return reply(answer);
      const kept = "args" in answer ? { args: this.host.keep(answer.args) } : answer;
      this.host.pipeline.do(() => reply(kept));
    };
  }
}
