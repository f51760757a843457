/** What EventSource and poll clients send: a POST becomes an event, or an answer, for the socket of its session. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gate, LiveSession } from "../admission.ts";
import { Refusal } from "../errors.ts";
import type { Answer as AckAnswer, IncomingEvent, LinkHandler } from "../link.ts";
import { TokenBucket } from "../token-bucket.ts";
import { readBody } from "./body.ts";
import { formatAck } from "./envelopes.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { postParserFor } from "./post.ts";
import type { Answer } from "./problem.ts";
import type { Visit } from "./visit.ts";

interface InboxOptions {
  readonly gate: Gate;
  readonly limits: Pick<ResolvedPlainOptions, "maxMessageBytes" | "bodyTimeout" | "answerTimeout" | "rate">;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export class Inbox {
  private readonly options: InboxOptions;
  private readonly rates = new WeakMap<LinkHandler, TokenBucket>();

  constructor(options: InboxOptions) {
    this.options = options;
  }

  /**
   * @returns undefined if the client went away meanwhile
   * @throws {Refusal}
   */
  async post(request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<Answer | undefined> {
    const { limits } = this.options;
    const parse = postParserFor(request.headers["content-type"], request.headers["content-encoding"]);
    if (visit.session !== undefined) this.sessionOf(visit.session, visit); // before the body is read
    const body = await readBody(request, { maxBytes: limits.maxMessageBytes, timeout: limits.bodyTimeout });
    if (body === undefined) return undefined;
    const { session, frame } = parse(body);
    const { handler } = this.sessionOf(oneSession(visit.session, session), visit);
    this.charge(handler);
    if ("answer" in frame) handler.answered(frame.ack, frame.answer);
    else if (frame.ack !== undefined) return this.answered({ handler, response, event: frame, ack: frame.ack });
    else handler.receive({ name: frame.name, args: frame.args, id: frame.id }, undefined);
    return { status: 204, headers: {} };
  }

  /** @throws {Refusal} if no live socket has the session, or another principal's has */
  sessionOf(session: string, { principal, namespace }: Visit): LiveSession {
    const live = this.options.gate.find(session, namespace);
    if (live === undefined) throw new Refusal("unknown-session");
    if (live.principal !== principal) throw new Refusal("session-not-yours");
    return live;
  }

  /** @throws {Refusal} if the session sends more than it may */
  charge(handler: LinkHandler): void {
    let bucket = this.rates.get(handler);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.options.limits.rate, this.options.now);
      this.rates.set(handler, bucket);
    }
    const retryAfter = bucket.take();
    if (retryAfter > 0) throw new Refusal("too-many", { retryAfter });
  }

  private answered({ handler, response, event, ack }: AwaitedEvent): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      const settle = (answer: Answer | undefined): void => {
        clearTimeout(timer);
        response.off("close", leave);
        resolve(answer);
      };
      const reply = (answer: AckAnswer): void => settle(ackAnswer(ack, answer));
      const leave = (): void => settle(undefined);
      const timer = setTimeout(() => reply(late), this.options.limits.answerTimeout);
      response.once("close", leave);
      if (response.destroyed) leave(); // gone already; what it sent counts all the same
      handler.receive({ name: event.name, args: event.args, id: event.id }, reply);
    });
  }
}

interface AwaitedEvent {
  readonly handler: LinkHandler;
  readonly response: ServerResponse;
  readonly event: IncomingEvent;
  readonly ack: number;
}

const late: AckAnswer = { error: { code: "timeout", message: "no answer came in time" } };

function ackAnswer(ack: number, answer: AckAnswer): Answer {
  return { status: 200, headers: { "Content-Type": "application/json" }, body: formatAck(ack, answer) };
}

function oneSession(inQuery: string | undefined, inBody: string | undefined): string {
  const session = inQuery ?? inBody;
  if (session === undefined || session === "") throw new Refusal("session-required");
  if (inBody !== undefined && inBody !== session) {
    throw new Refusal("bad-request", { message: "the query names another session than the body" });
  }
  return session;
}
