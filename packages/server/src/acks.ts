/** Answers that the server waits for: emits with an ack, to one socket or to many. */

import type { Answer } from "./link.ts";

/** `ack-unsupported`: the client has no way to answer. `timeout`, `disconnected`: no answer came. Others: the client's own. */
export class AckError extends Error {
  override readonly name = "AckError";
  readonly code: string;
  /** Of a broadcast: the answers that did come. */
  responses: readonly unknown[];

  constructor(code: string, message: string, responses: readonly unknown[] = []) {
    super(message);
    this.code = code;
    this.responses = responses;
  }
}

export function timedOut(responses: readonly unknown[] = []): AckError {
  return new AckError("timeout", "operation has timed out", responses);
}

export function disconnected(): AckError {
  return new AckError("disconnected", "the client disconnected before it answered");
}

export function unsupported(): AckError {
  return new AckError("ack-unsupported", "this client cannot answer: a bare WebSocket has to offer anywire.v1");
}

/** Called with the client's answer. Adapters put plain functions here. */
export interface AckListener {
  (...answer: unknown[]): void;
  /** Called instead if no answer comes any more. */
  readonly failed?: (error: AckError) => void;
}

export function ackListener(answered: (...answer: unknown[]) => void, failed: (error: AckError) => void): AckListener {
  return Object.assign(answered, { failed });
}

/** Answers that one socket may owe. */
const maxOwed = 100_000;

/** What one socket has not answered, by the number of the ack; oldest first. */
export class OwedAnswers extends Map<number, AckListener> {
  /** Where too much is owed, nobody waits for the oldest any more. */
  override set(ack: number, listener: AckListener): this {
    for (const [oldest, { failed }] of this) {
      if (this.size < maxOwed) break;
      this.delete(oldest);
      failed?.(new AckError("too-many", "the client owes too many answers"));
    }
    return super.set(ack, listener);
  }

  /** Ignored if the socket owes no such answer. */
  answered(ack: number, answer: Answer): void {
    const listener = this.get(ack);
    if (listener === undefined) return;
    this.delete(ack);
    if ("args" in answer) listener(...answer.args);
    else listener.failed?.(new AckError(answer.error.code, answer.error.message));
  }

  /** The socket will not answer any more. */
  gone(): void {
    const listeners = [...this.values()];
    this.clear();
    for (const { failed } of listeners) failed?.(disconnected());
  }
}

/** Of a client that cannot answer: an adapter that counts on its answer has undefined for it, instead of waiting in vain. */
export class NoAnswers extends OwedAnswers {
  override set(_ack: number, listener: AckListener): this {
    queueMicrotask(listener);
    return this;
  }
}

export interface BroadcastAcksPort {
  /** Milliseconds; undefined waits as long as the sockets live. */
  readonly timeout: number | undefined;
  /** Called once. */
  done(error: AckError | null, responses: unknown[]): void;
  /** It is over. @param isOwed whether somebody has not answered, and need not any more */
  forget(isOwed: boolean): void;
}

/** One broadcast that wants an answer of each who hears it. */
export class BroadcastAcks {
  private readonly port: BroadcastAcksPort;
  private readonly responses: unknown[] = [];
  private readonly timer: NodeJS.Timeout | undefined;
  /** Sockets that have not answered. */
  private owing = 0;
  private failure: AckError | undefined;
  /** It has been handed to all sockets. */
  private isSent = false;
  private isOver = false;

  constructor(port: BroadcastAcksPort) {
    this.port = port;
    if (port.timeout !== undefined) this.timer = setTimeout(() => this.finish(timedOut(this.responses)), port.timeout);
  }

  /** It is sent to one more socket, which can answer. */
  expect(): AckListener {
    this.owing += 1;
    return ackListener(
      (answer) => {
        this.responses.push(answer);
        this.settle();
      },
      (error) => {
        this.failure = error;
        this.settle();
      },
    );
  }

  /** It has been handed to all sockets. */
  sent(): void {
    this.isSent = true;
    this.finishIfSettled();
  }

  private settle(): void {
    this.owing -= 1;
    this.finishIfSettled();
  }

  private finishIfSettled(): void {
    if (!this.isSent || this.owing > 0) return;
    const mustAllAnswer = this.port.timeout !== undefined; // as with Socket.IO, which waits until the time is over
    this.finish(mustAllAnswer || this.responses.length === 0 ? this.failure : undefined);
  }

  private finish(failure: AckError | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.port.forget(this.owing > 0);
    if (failure !== undefined) failure.responses = this.responses;
    this.port.done(failure ?? null, this.responses);
  }
}
