/** Emits to one client that want its answer. */

import { AckError, type Acks } from "./acks.ts";
import { attempt } from "./dispatch.ts";
import { checkEventName } from "./event-name.ts";
import type { OutgoingEvent } from "./link.ts";
import { snapshot } from "./snapshot.ts";

export interface RequestPort {
  /** Id of the socket. */
  readonly id: string;
  readonly acks: Acks;
  /** Why no answer can come. */
  obstacle(): AckError | undefined;
  send(event: OutgoingEvent): void;
  /** An error of the program's own, in a callback. */
  failed(error: unknown, event: string): void;
}

export interface Request {
  readonly name: string;
  readonly args: readonly unknown[];
  /** Milliseconds; undefined waits as long as the socket lives. */
  readonly timeout: number | undefined;
}

type RequestCallback = (error: AckError | null, answer: unknown) => void;

/** `socket.timeout(ms)`. */
export interface TimedEmitter {
  emit(name: string, ...args: readonly unknown[]): true;
  emitWithAck(name: string, ...args: readonly unknown[]): Promise<unknown>;
}

export class Requests {
  private readonly port: RequestPort;

  constructor(port: RequestPort) {
    this.port = port;
  }

  /** `socket.emit(name, …, callback)`: called with the answer, if one comes. */
  emit(request: Request, callback: (...answer: unknown[]) => unknown): void {
    this.send(request, (error, answer) => {
      if (error === null) this.call(request, () => callback(answer));
      else if (error.code === "ack-unsupported") this.port.failed(error, request.name); // it would wait for ever
    });
  }

  /** @returns a promise of the answer; it rejects with an AckError */
  ask(request: Request): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.send(request, (error, answer) => (error === null ? resolve(answer) : reject(error)));
    });
  }

  within(timeout: number): TimedEmitter {
    return {
      emit: (name, ...args) => {
        const callback = args.at(-1);
        if (typeof callback !== "function") throw new TypeError("timeout(ms).emit needs a callback as last argument");
        const request = { name, args: args.slice(0, -1), timeout };
        this.send(request, (error, answer) => {
          this.call(request, () => Reflect.apply(callback, undefined, error === null ? [null, answer] : [error]));
        });
        return true;
      },
      emitWithAck: (name, ...args) => this.ask({ name, args, timeout }),
    };
  }

  /** @throws {TypeError} if the event cannot be sent */
  private send({ name, args, timeout }: Request, done: RequestCallback): void {
    const { id, acks } = this.port;
    checkEventName(name);
    const event = { name, args: snapshot(args), id: undefined };
    const obstacle = this.port.obstacle();
    if (obstacle !== undefined) return done(obstacle, undefined);
    const ack = acks.open(timeout, (error, answers) => {
      if (error === null && !answers.has(id))
        done(disconnected(), undefined); // it was gone before the event was sent
      else done(error, answers.get(id));
    });
    this.port.send({ ...event, ack });
  }

  private call({ name }: Request, callback: () => unknown): void {
    attempt(callback, (error) => this.port.failed(error, name));
  }
}

export function disconnected(): AckError {
  return new AckError("disconnected", "the client disconnected before it answered");
}

export function unsupported(): AckError {
  return new AckError("ack-unsupported", "this client cannot answer: a bare WebSocket has to offer anywire.v1");
}
