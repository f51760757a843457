/** Long polls (wires: "Long poll"): each request finds the link of its session, or is let in as a new one. */

import type { ServerResponse } from "node:http";
import type { Gate } from "../admission.ts";
import { Refusal } from "../errors.ts";
import type { Inbox } from "./inbox.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { type Poll, PollLink } from "./poll-link.ts";
import { writeAnswer } from "./problem.ts";
import { single } from "./request-target.ts";
import { admissionRequestOf, sinceOf, type Visit } from "./visit.ts";

interface PollsOptions {
  readonly gate: Gate;
  readonly inbox: Inbox;
  readonly limits: ResolvedPlainOptions;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** A request for a poll, its answer, and the headers to answer with. */
interface PollExchange {
  readonly response: ServerResponse;
  readonly visit: Visit;
  readonly headers: Readonly<Record<string, string>>;
}

interface Lingering {
  readonly link: PollLink;
  readonly timer: NodeJS.Timeout;
}

export class Polls {
  private readonly options: PollsOptions;
  /** By session: links that have ended, with events that their clients are still to fetch. */
  private readonly lingering = new Map<string, Lingering>();

  constructor(options: PollsOptions) {
    this.options = options;
  }

  /** @throws {Refusal} */
  async serve({ response, visit, headers }: PollExchange): Promise<void> {
    const poll: Poll = {
      since: sinceOf(visit),
      wait: waitOf(visit, this.options.limits),
      answer: (body) =>
        writeAnswer(response, { status: 200, headers: { ...headers, "Content-Type": "application/json" }, body }),
    };
    const link = this.linkOf(visit);
    if (link === undefined) return this.admit(poll, { response, visit });
    if (!link.poll(poll)) {
      this.forget(link.session);
      throw new Refusal("unknown-session");
    }
    abandonOnClose(link, poll, response);
  }

  /** Lets go of what ended links still hold. */
  close(): void {
    for (const session of [...this.lingering.keys()]) this.forget(session);
  }

  /** The link that the session has, live or lingering. */
  private linkOf(visit: Visit): PollLink | undefined {
    const { session, principal, namespace } = visit;
    if (session === undefined) return undefined;
    const live = this.options.gate.find(session, namespace);
    if (live === undefined) return this.lingeringOf(session, principal);
    const { handler } = this.options.inbox.sessionOf(session, visit);
    this.options.inbox.charge(handler);
    return live.link instanceof PollLink ? live.link : undefined;
  }

  private lingeringOf(session: string, principal: string | undefined): PollLink | undefined {
    const link = this.lingering.get(session)?.link;
    if (link !== undefined && link.principal !== principal) throw new Refusal("session-not-yours");
    return link;
  }

  /** A client comes in. */
  private async admit(poll: Poll, { response, visit }: Pick<PollExchange, "response" | "visit">): Promise<void> {
    const { gate, limits, now } = this.options;
    const request = admissionRequestOf(visit, "poll", limits.maxRooms);
    const admission = await gate.admit(request);
    if (response.destroyed) return admission.abandon();
    const { handler, session } = admission;
    const { principal, since } = request;
    const lingers = (ended: PollLink): void => this.keep(ended);
    const link = new PollLink({ handler, session, principal, since, limits, now, lingers });
    link.poll(poll); // held before the link is open, so that all that it is opened with is one batch
    abandonOnClose(link, poll, response);
    admission.open(link);
  }

  private keep(link: PollLink): void {
    this.forget(link.session); // what an older link of the session held
    const timer = setTimeout(() => this.forget(link.session), this.options.limits.pollSessionTimeout);
    this.lingering.set(link.session, { link, timer: timer.unref() });
  }

  private forget(session: string): void {
    clearTimeout(this.lingering.get(session)?.timer);
    this.lingering.delete(session);
  }
}

function abandonOnClose(link: PollLink, poll: Poll, response: ServerResponse): void {
  if (response.destroyed) link.abandon(poll);
  else response.once("close", () => link.abandon(poll));
}

/** Milliseconds, from `wait=` in seconds. */
function waitOf({ query }: Visit, { pollWait, maxPollWait }: ResolvedPlainOptions): number {
  const wait = single(query, "wait");
  if (wait === undefined) return pollWait;
  if (!/^\d{1,9}(?:\.\d{1,3})?$/.test(wait))
    throw new Refusal("bad-request", { message: "wait is a number of seconds" });
  return Math.min(Number(wait) * 1000, maxPollWait);
}
