/** What a client sends: each event runs its handlers once, and an event that wants an ack is always answered. */

import type { EventEmitter } from "node:events";
import { dispatch } from "./dispatch.ts";
import type { Answer, IncomingEvent } from "./link.ts";
import type { Reply } from "./once.ts";
import type { Session } from "./session.ts";
import { snapshot } from "./snapshot.ts";

export interface InboundPort {
  readonly emitter: EventEmitter;
  readonly session: Session;
  /** Milliseconds that a handler has to answer. */
  readonly ackTimeout: number;
  now(): number;
  /** An error of the program's own, in a handler. */
  failed(error: unknown, event: string): void;
}

export class Inbound {
  private readonly port: InboundPort;

  constructor(port: InboundPort) {
    this.port = port;
  }

  receive(event: IncomingEvent, reply: Reply | undefined): void {
    const { name, id } = event;
    const { once } = this.port.session;
    const now = this.port.now();
    if (id !== undefined && once.repeats(id, reply, now)) return;
    if (reply !== undefined && this.port.emitter.listenerCount(name) === 0) {
      return reply(failure("no-handler", `nothing listens to "${name}"`)); // not remembered: nothing ran
    }
    this.handle(event, id === undefined ? reply : once.begin(id, reply, now));
  }

  private handle({ name, args }: IncomingEvent, reply: Reply | undefined): void {
    const { emitter } = this.port;
    if (reply === undefined) {
      dispatch({ emitter, event: name, args, failed: (error) => this.port.failed(error, name) });
      return;
    }
    const settle = this.settleOnce(name, reply);
    const failed = (error: unknown): void => {
      this.port.failed(error, name);
      settle(failureOf(error));
    };
    const ack = (...answer: unknown[]): void => settle({ args: snapshot(answer) });
    dispatch({ emitter, event: name, args: [...args, ack], failed });
  }

  /** The reply, given at most once, and by a `timeout` error if nobody else does. */
  private settleOnce(name: string, reply: Reply): Reply {
    let pending: Reply | undefined = reply;
    const settle = (answer: Answer): void => {
      clearTimeout(timer);
      const give = pending;
      pending = undefined;
      give?.(answer);
    };
    const timer = setTimeout(
      () => settle(failure("timeout", `"${name}" was not answered in time`)),
      this.port.ackTimeout,
    );
    return settle;
  }
}

export function failure(code: string, message: string): Answer {
  return { error: { code, message } };
}

/** What the client is told of a handler's error: its own code and message. */
function failureOf(error: unknown): Answer {
  if (typeof error !== "object" || error === null) return failure("handler-error", String(error));
  const code = "code" in error && typeof error.code === "string" ? error.code : "handler-error";
  return failure(code, "message" in error && typeof error.message === "string" ? error.message : "the handler failed");
}
