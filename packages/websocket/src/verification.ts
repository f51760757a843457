/** Whom the program lets in: `verifyClient` as in ws, then `authorize`. Both may take their time. */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { badOption } from "./errors.ts";
import type { Refusal } from "./node/upgrade.ts";
import type { VerifyClientCallbackAsync, VerifyClientCallbackSync } from "./ws-api.ts";

/** An answer of the program: at hand, or promised. */
export type Answer<T> = T | PromiseLike<T>;

export type VerifyClient<R extends IncomingMessage = IncomingMessage> =
  | VerifyClientCallbackSync<R>
  | VerifyClientCallbackAsync<R>;

/** Lets in by returning nothing; or promises to. */
export type Authorize<R extends IncomingMessage = IncomingMessage> = (
  request: R,
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is one that lets in
) => Answer<Refusal | undefined | void>;

/** A request at the door. */
export interface Candidate<R extends IncomingMessage> {
  readonly request: R;
  /** Where the page comes from that asks, if a browser asks. */
  readonly origin: string | undefined;
}

/** Exactly one of them is called, once for each decision of the program. */
export interface Outcome<T> {
  decided(decision: T): void;
  /** What the program was asked threw, or its promise was rejected. */
  failed(error: unknown): void;
}

/** Goes on at once with an answer that is at hand. While one is awaited nobody reads the stream: early frames wait in it. */
export function whenAnswered<T>(answer: Answer<T>, { decided, failed }: Outcome<T>): void {
  if (!isPromised(answer)) return decided(answer);
  answer.then(
    (given) => process.nextTick(decided, given), // what it throws is an exception, not a rejection
    (error: unknown) => process.nextTick(failed, error),
  );
}

export interface TimeLimit {
  /** Milliseconds; Infinity for none. */
  readonly limit: number;
  late(): void;
}

/** One outcome of what may take its time: the first is told, and once `wait` was called, none that comes late. */
export class Awaited<T> implements Outcome<T> {
  private readonly outcome: Outcome<T>;
  private readonly time: TimeLimit;
  private over = false;
  private timer: ReturnType<typeof setTimeout> | undefined = undefined;
  private stream: Duplex | undefined = undefined;

  constructor(outcome: Outcome<T>, time: TimeLimit) {
    this.outcome = outcome;
    this.time = time;
  }

  readonly decided = (decision: T): void => {
    if (this.end()) this.outcome.decided(decision);
  };

  readonly failed = (error: unknown): void => {
    if (this.end()) this.outcome.failed(error);
  };

  /** Nobody waits any longer than for the stream. */
  wait(stream: Duplex): void {
    if (this.over || this.time.limit === Infinity || stream.destroyed) return;
    this.stream = stream.once("close", this.forget);
    this.timer = setTimeout(() => this.end() && this.time.late(), this.time.limit);
  }

  private readonly forget = (): void => {
    clearTimeout(this.timer);
  };

  /** @returns whether it was open */
  private end(): boolean {
    if (this.over) return false;
    this.over = true;
    this.forget();
    this.stream?.off("close", this.forget);
    return true;
  }
}

/** What the program has said about whom it lets in. */
export interface Hooks<R extends IncomingMessage> {
  readonly verifyClient?: VerifyClient<R> | undefined;
  readonly authorize?: Authorize<R> | undefined;
}

/** Decides with a refusal, or undefined to let the candidate in; at once, unless a hook takes its time. */
export function verify<R extends IncomingMessage>(
  hooks: Hooks<R>,
  candidate: Candidate<R>,
  outcome: Outcome<Refusal | undefined>,
): void {
  askVerifyClient(hooks.verifyClient, candidate, {
    decided: (refusal) => {
      if (refusal === undefined) askAuthorize(hooks.authorize, candidate, outcome);
      else outcome.decided(refusal);
    },
    failed: outcome.failed,
  });
}

/** What it throws at once is thrown on, as in ws. An async function, which ws would take for a yes, is waited for. */
function askVerifyClient<R extends IncomingMessage>(
  ask: VerifyClient<R> | undefined,
  { request, origin }: Candidate<R>,
  { decided, failed }: Outcome<Refusal | undefined>,
): void {
  if (!ask) return decided(undefined);
  const info = { origin: origin as string, secure: isSecure(request), req: request }; // the type is that of @types/ws
  if (takesCallback(ask)) {
    // biome-ignore lint/complexity/useMaxParams: the shape is that of ws
    ask(info, (verified, status, body, headers) => {
      decided(verified ? undefined : { status: status || 401, body, headers });
    });
    return;
  }
  const verdict = (ask as VerifyClientCallbackSync<R>)(info); // the guard leaves the compiler no type
  whenAnswered(verdict, { decided: (verified) => decided(verified ? undefined : { status: 401 }), failed });
}

/** Fails for an answer that is neither nothing nor a refusal: nobody comes in by mistake. */
function askAuthorize<R extends IncomingMessage>(
  ask: Authorize<R> | undefined,
  { request }: Candidate<R>,
  { decided, failed }: Outcome<Refusal | undefined>,
): void {
  if (!ask) return decided(undefined);
  const told = (answer: unknown): void => {
    if (answer === undefined || isRefusal(answer)) decided(answer);
    else failed(badOption("authorize", "a function that returns nothing, or { status, headers, body }"));
  };
  let answer: unknown;
  try {
    answer = ask(request);
  } catch (error) {
    return failed(error);
  }
  whenAnswered(answer, { decided: told, failed });
}

function isPromised<T>(answer: T | PromiseLike<T>): answer is PromiseLike<T> {
  return typeof answer === "object" && answer !== null && "then" in answer && typeof answer.then === "function";
}

function takesCallback<R extends IncomingMessage>(ask: VerifyClient<R>): ask is VerifyClientCallbackAsync<R> {
  return ask.length === 2;
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "status" in value && typeof value.status === "number";
}

function isSecure({ socket }: IncomingMessage): boolean {
  return ("authorized" in socket && socket.authorized === true) || ("encrypted" in socket && socket.encrypted === true);
}
