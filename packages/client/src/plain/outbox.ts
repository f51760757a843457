/** What is emitted, until it is sent, or answered. */

import type { Anything } from "@anywire/protocol/emitter";
import { type CodedError, coded } from "./coded.ts";
import { formatFrame } from "./frame.ts";
import type { Link } from "./link.ts";

type Settle = (error?: CodedError | null, ...answer: unknown[]) => void;

/** A part of a socket. Methods return the whole. */
export interface Outbox {
  timeout(ms: number): Anything;
  emitWithAck(...args: Anything[]): Promise<Anything>;
  emit(...args: Anything[]): Anything;
  /** Sends what was not sent, if it is connected. @param lost the newest that will not be answered any more */
  flush(this: Carried, lost?: number): void;
  /** @param recovered the session goes on: the server knows by their ids which of those without an answer have run */
  resume(recovered: boolean): void;
  /** By its number, which is that of its ack; oldest first. */
  readonly waiting: Map<number, readonly [text: string, settle: Settle, wantsAck: boolean]>;
}

interface Carried {
  readonly connected: boolean;
  readonly link?: Link;
}

/** Emits that wait; more are refused. */
const maxWaiting = 500;

export function outbox(): Outbox & ThisType<Outbox & Carried> {
  const waiting: Outbox["waiting"] = new Map();
  let newest = 0;
  /** The newest that was sent. */
  let sent = 0;
  /** Of the next emit. */
  let ackTimeout: number | undefined;
  return {
    waiting,
    timeout(ms) {
      ackTimeout = ms;
      return this;
    },
    emitWithAck(...args) {
      ackTimeout ??= 0;
      return new Promise((resolve, reject) =>
        this.emit(...args, (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer))),
      );
    },
    emit(event, ...args) {
      const number = ++newest;
      const ms = ackTimeout;
      ackTimeout = undefined;
      const ack = typeof args.at(-1) === "function" && args.pop();
      const text = formatFrame({ event, args, ...(ack && { id: `${number}`, ack: number }) });
      const timer = ms && setTimeout(() => settle(coded("timeout")), ms);
      const settle: Settle = (error = null, ...answer) => {
        clearTimeout(timer);
        if (waiting.delete(number) && ack) ack(...(error || ms !== undefined ? [error] : []), ...answer);
      };
      waiting.set(number, [text, settle, ack]);
      if (waiting.size > maxWaiting) settle(coded("queue-full"));
      else this.flush();
      return this;
    },
    flush(lost = 0) {
      for (const [number, [text, settle, wantsAck]] of waiting)
        if (number <= lost) settle(coded("disconnected"));
        else if (this.connected && number > sent) {
          sent = number;
          if (!wantsAck) settle();
          this.link?.send(text, number);
        }
    },
    resume(recovered) {
      if (recovered) sent = 0;
      this.flush(sent);
    },
  };
}
