/** `io.to(…)`, `socket.broadcast`, …: an immutable choice of sockets, and what can be done with them. */

import type { AckError } from "./acks.ts";
import { attempt } from "./dispatch.ts";
import { checkEventName } from "./event-name.ts";
import type { BroadcastHost } from "./host.ts";
import type { RunTarget } from "./pipeline.ts";
import { snapshot } from "./snapshot.ts";
import type { Socket } from "./socket.ts";

export class BroadcastOperator {
  private readonly host: BroadcastHost;
  private readonly target: RunTarget;
  private readonly ackTimeout: number | undefined;

  constructor(host: BroadcastHost, target: RunTarget, ackTimeout?: number) {
    this.host = host;
    this.target = target;
    this.ackTimeout = ackTimeout;
  }

  /** Members of this room too. */
  to(room: string | readonly string[]): BroadcastOperator {
    return this.with({ rooms: union(this.target.rooms, room) });
  }

  /** The same as `to`. */
  in(room: string | readonly string[]): BroadcastOperator {
    return this.to(room);
  }

  /** But not the members of this room. */
  except(room: string | readonly string[]): BroadcastOperator {
    return this.with({ except: union(this.target.except, room) });
  }

  /** May be lost: not in the history, and dropped where a link is congested. */
  get volatile(): BroadcastOperator {
    return this.with({ volatile: true, logged: false });
  }

  /** Milliseconds to wait for acks. */
  timeout(ms: number): BroadcastOperator {
    return new BroadcastOperator(this.host, this.target, ms);
  }

  /**
   * Sends the event to all of them. With a function as last argument, it is called once with what they answered:
   * `(error, responses)`.
   * @throws {TypeError} if the name is reserved or holds CR, LF or NUL, or the arguments cannot be encoded
   */
  emit(name: string, ...args: readonly unknown[]): true {
    const last = args.at(-1);
    if (typeof last === "function") {
      this.emitAwaited(name, args.slice(0, -1), (...outcome) => {
        attempt(
          () => Reflect.apply(last, undefined, outcome),
          (error) => this.host.report(error, undefined, name),
        );
      });
    } else {
      checkEventName(name);
      this.host.send(this.target, { name, args: snapshot(args), id: undefined, ack: undefined });
    }
    return true;
  }

  /** `emit("message", …)`. */
  send(...args: readonly unknown[]): true {
    return this.emit("message", ...args);
  }

  /**
   * @returns what those that can answer answered
   * @throws {AckError} code `timeout`, with the `responses` that did come
   */
  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      this.emitAwaited(name, args, (error, responses) => (error === null ? resolve(responses) : reject(error)));
    });
  }

  /** Makes them join. */
  socketsJoin(room: string | readonly string[]): void {
    this.each((socket) => socket.join(room));
  }

  /** Makes them leave. */
  socketsLeave(room: string): void {
    this.each((socket) => socket.leave(room));
  }

  /** Disconnects them, after what was emitted to them before. */
  disconnectSockets(close = false): void {
    this.each((socket) => socket.disconnect(close));
  }

  async fetchSockets(): Promise<Socket[]> {
    const sockets: Socket[] = [];
    await this.each((socket) => {
      sockets.push(socket);
    });
    return sockets;
  }

  private each(visit: (socket: Socket) => void): void | Promise<void> {
    return this.host.visit(this.target, visit);
  }

  private emitAwaited(
    name: string,
    args: readonly unknown[],
    done: (error: AckError | null, responses: unknown[]) => void,
  ): void {
    checkEventName(name);
    const event = { name, args: snapshot(args), id: undefined };
    const ack = this.host.acks.open(this.ackTimeout, (error, answers) => done(error, [...answers.values()]));
    this.host.send({ ...this.target, logged: false }, { ...event, ack });
  }

  private with(change: Partial<RunTarget>): BroadcastOperator {
    return new BroadcastOperator(this.host, { ...this.target, ...change }, this.ackTimeout);
  }
}

function union(rooms: readonly string[], more: string | readonly string[]): readonly string[] {
  return [...new Set([...rooms, ...(typeof more === "object" ? more : [more])])];
}
