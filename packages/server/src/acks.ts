/** Answers that the server waits for: emits with an ack, to one socket or to many. */

import type { Answer } from "./link.ts";

/** `ack-unsupported`: the client has no way to answer. `timeout`, `disconnected`: no answer came. Others: the client's own. */
export class AckError extends Error {
  override readonly name = "AckError";
  readonly code: string;
  /** Of a broadcast: the answers that did come. */
  readonly responses: readonly unknown[];

  constructor(code: string, message: string, responses: readonly unknown[] = []) {
    super(message);
    this.code = code;
    this.responses = responses;
  }
}

/** @param answers by the ids of the sockets that answered */
export type AckCallback = (error: AckError | null, answers: ReadonlyMap<string, unknown>) => void;

/** One emit that wants an ack. */
interface Waiting {
  /** Sockets that it was sent to and that have not answered. */
  readonly owing: Set<string>;
  readonly answers: Map<string, unknown>;
  /** The newest of those that failed. */
  failure: readonly [code: string, message: string] | undefined;
  /** It has been handed to all sockets. */
  isSent: boolean;
  readonly timer: NodeJS.Timeout | undefined;
  readonly done: AckCallback;
}

/** All that a namespace waits for. */
export class Acks {
  private readonly waiting = new Map<number, Waiting>();
  /** What each socket has not answered. */
  private readonly owed = new Map<string, Set<number>>();
  private newest = 0;

  /**
   * @param timeout milliseconds; undefined waits as long as the sockets live
   * @param done called once
   * @returns the number by which the answers come
   */
  open(timeout: number | undefined, done: AckCallback): number {
    this.newest += 1;
    const ack = this.newest;
    const expired = (): void => this.finish(ack, ["timeout", "operation has timed out"]);
    const timer = timeout === undefined ? undefined : setTimeout(expired, timeout);
    const [owing, answers] = [new Set<string>(), new Map<string, unknown>()];
    this.waiting.set(ack, { owing, answers, failure: undefined, isSent: false, timer, done });
    return ack;
  }

  /** It is sent to this socket, which can answer. */
  expect(ack: number, socket: string): void {
    const waiting = this.waiting.get(ack);
    if (waiting === undefined) return;
    waiting.owing.add(socket);
    const owed = this.owed.get(socket);
    if (owed === undefined) this.owed.set(socket, new Set([ack]));
    else owed.add(ack);
  }

  /** It has been handed to all sockets. */
  sent(ack: number): void {
    const waiting = this.waiting.get(ack);
    if (waiting === undefined) return;
    waiting.isSent = true;
    this.settle(ack, waiting);
  }

  /** Ignored if this socket owes no such answer. */
  answered(ack: number, socket: string, answer: Answer): void {
    const waiting = this.waiting.get(ack);
    if (waiting === undefined || !waiting.owing.delete(socket)) return;
    this.pay(socket, ack);
    if ("error" in answer) waiting.failure = [answer.error.code, answer.error.message];
    else waiting.answers.set(socket, answer.args.length > 1 ? answer.args : answer.args[0]);
    this.settle(ack, waiting);
  }

  /** This socket will not answer any more. */
  gone(socket: string): void {
    for (const ack of this.owed.get(socket) ?? []) {
      this.answered(ack, socket, {
        error: { code: "disconnected", message: "the client disconnected before it answered" },
      });
    }
  }

  /** Emits that wait, and sockets that owe. */
  get sizes(): { readonly waiting: number; readonly owing: number } {
    return { waiting: this.waiting.size, owing: this.owed.size };
  }

  private settle(ack: number, { isSent, owing, answers, failure }: Waiting): void {
    if (isSent && owing.size === 0) this.finish(ack, answers.size === 0 ? failure : undefined);
  }

  private finish(ack: number, failure: Waiting["failure"]): void {
    const waiting = this.waiting.get(ack);
    if (waiting === undefined) return;
    const { owing, answers, timer, done } = waiting;
    this.waiting.delete(ack);
    for (const socket of owing) this.pay(socket, ack);
    clearTimeout(timer);
    done(failure === undefined ? null : new AckError(...failure, [...answers.values()]), answers);
  }

  private pay(socket: string, ack: number): void {
    const owed = this.owed.get(socket);
    owed?.delete(ack);
    if (owed?.size === 0) this.owed.delete(socket);
  }
}
