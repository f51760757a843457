/** Answers that the server waits for: emits with an ack, to one socket or to a room. */

import type { Answer } from "./link.ts";

/** `ack-unsupported`: the client has no way to answer. `timeout`, `disconnected`: no answer came. Others: the client's own. */
export class AckError extends Error {
  override readonly name = "AckError";
  readonly code: string;
  /** Of a broadcast: the answers that did come. */
  responses: unknown[] = [];

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** One emit that wants an ack, to however many sockets. */
export interface Awaited {
  /** It is sent to this socket, which can answer. */
  expect(socket: string): void;
  answer(socket: string, answer: Answer): void;
  /** This socket will not answer any more. */
  gone(socket: string): void;
  /** It has been handed to all sockets. */
  sent(): void;
}

/** All that a namespace waits for, by ack number. */
export class Acks {
  private readonly waiting = new Map<number, Awaited>();
  private newest = 0;

  add(awaited: Awaited): number {
    this.newest += 1;
    this.waiting.set(this.newest, awaited);
    return this.newest;
  }

  get(ack: number): Awaited | undefined {
    return this.waiting.get(ack);
  }

  remove(ack: number): void {
    this.waiting.delete(ack);
  }

  get size(): number {
    return this.waiting.size;
  }
}

export type AckCallback = (error: AckError | null, answers: ReadonlyMap<string, unknown>) => void;

/** Collects the answers of those the event was sent to, until all came or time is up. */
export class Collector implements Awaited {
  private readonly expected = new Set<string>();
  private readonly answers = new Map<string, unknown>();
  private isSent = false;
  private done: AckCallback | undefined;
  private readonly timer: NodeJS.Timeout | undefined;
  private failure: AckError | undefined;

  /**
   * @param timeout milliseconds; undefined waits as long as the sockets live
   * @param done called once
   */
  constructor(timeout: number | undefined, done: AckCallback) {
    this.done = done;
    if (timeout !== undefined) this.timer = setTimeout(() => this.timeIsUp(), timeout);
  }

  expect(socket: string): void {
    this.expected.add(socket);
  }

  answer(socket: string, answer: Answer): void {
    if (!this.expected.delete(socket)) return;
    if ("error" in answer) this.failure = new AckError(answer.error.code, answer.error.message);
    else this.answers.set(socket, answer.args.length > 1 ? answer.args : answer.args[0]);
    this.settle();
  }

  gone(socket: string): void {
    if (!this.expected.delete(socket)) return;
    this.failure = new AckError("disconnected", "the client disconnected before it answered");
    this.settle();
  }

  sent(): void {
    this.isSent = true;
    this.settle();
  }

  private settle(): void {
    if (this.isSent && this.expected.size === 0) this.finish(this.answers.size === 0 ? this.failure : undefined);
  }

  private timeIsUp(): void {
    this.finish(new AckError("timeout", "operation has timed out"));
  }

  private finish(error: AckError | undefined): void {
    const { done } = this;
    this.done = undefined;
    clearTimeout(this.timer);
    if (error !== undefined) error.responses = [...this.answers.values()];
    done?.(error ?? null, this.answers);
  }
}
