/** The plain wire's one URL: judges who asks, negotiates the wire, and answers every request (wires: "Plain wire: one URL"). */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Gate } from "../admission.ts";
import { Refusal } from "../errors.ts";
import { negotiateWire } from "./accept.ts";
import { endOnceRead } from "./body.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { Inbox } from "./inbox.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { judgeOrigin, type OriginVerdict } from "./origin.ts";
import { Polls } from "./polls.ts";
import { allowedMethods, beginAnswer, problemOf, writeAnswer, writeRawAnswer } from "./problem.ts";
import { parseTarget } from "./request-target.ts";
import { openStream } from "./streams.ts";
import { checkHandshake, type UpgradeRequest, Upgrades } from "./upgrades.ts";
import { receiveVisit } from "./visit.ts";

/** An HTTP request whose origin was judged. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly origin: OriginVerdict;
  readonly headers: Readonly<Record<string, string>>;
}

type Report = (error: unknown) => void;

export class PlainEndpoint {
  private readonly gate: Gate;
  private readonly options: ResolvedPlainOptions;
  private readonly report: Report;
  private readonly inbox: Inbox;
  private readonly polls: Polls;
  private readonly upgrades: Upgrades;

  /** @param report takes the program's own errors, of which the client is only told that there was one */
  constructor(gate: Gate, options: ResolvedPlainOptions, report: Report = warn) {
    this.gate = gate;
    this.options = options;
    this.report = report;
    const parts = { gate, limits: options, now };
    this.inbox = new Inbox(parts);
    this.polls = new Polls({ ...parts, inbox: this.inbox });
    this.upgrades = new Upgrades(parts);
  }

  /** The request is for this URL. */
  handles(request: IncomingMessage): boolean {
    return parseTarget(request.url).path === this.options.path;
  }

  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    void this.respond(request, response);
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", ignore); // a reset in mid-admission; `close` follows
    void this.upgrade({ request, socket, head });
  }

  /** Lets go of everything that is not a live link; those are closed by their sockets. */
  close(): void {
    this.polls.close();
    this.upgrades.close();
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let headers: Readonly<Record<string, string>> = {};
    try {
      const origin = await this.judge(request);
      headers = corsHeaders(origin.grant);
      await this.route({ request, response, origin, headers });
    } catch (error) {
      this.reportOwn(error);
      if (response.headersSent) return void response.destroy();
      const problem = problemOf(error, headers);
      beginAnswer(response, problem);
      if (problem.status === 408)
        response.end(); // its time is over
      else endOnceRead(request, response);
    }
  }

  private async route(exchange: Exchange): Promise<void> {
    const { request, response, origin } = exchange;
    if (request.method === "GET") return this.get(exchange);
    if (request.method === "POST") return this.post(exchange);
    if (request.method !== "OPTIONS") throw new Refusal("method-not-allowed");
    writeAnswer(response, { status: 204, headers: { Allow: allowedMethods, ...preflightHeaders(origin.grant) } });
  }

  private async get(exchange: Exchange): Promise<void> {
    const wire = negotiateWire(exchange.request.headers.accept);
    if (wire === undefined) throw new Refusal("not-acceptable");
    const visit = await receiveVisit(exchange.request, exchange.origin, this.options);
    if (wire === "poll") await this.polls.serve({ ...exchange, visit });
    else await openStream({ ...exchange, visit }, { gate: this.gate, limits: this.options, now });
  }

  private async post({ request, response, origin, headers }: Exchange): Promise<void> {
    const visit = await receiveVisit(request, origin, this.options);
    const answer = await this.inbox.post(request, response, visit);
    if (answer !== undefined) writeAnswer(response, { ...answer, headers: { ...headers, ...answer.headers } });
  }

  private async upgrade(upgrade: UpgradeRequest): Promise<void> {
    const { request, socket } = upgrade;
    let headers: Readonly<Record<string, string>> = {};
    try {
      const origin = await this.judge(request);
      headers = corsHeaders(origin.grant);
      checkHandshake(request);
      const visit = await receiveVisit(request, origin, this.options);
      await this.upgrades.serve(upgrade, visit);
    } catch (error) {
      this.reportOwn(error);
      if (this.upgrades.isUp(socket)) socket.destroy();
      else writeRawAnswer(socket, problemOf(error, headers));
    }
  }

  private judge(request: IncomingMessage): Promise<OriginVerdict> {
    if (!this.handles(request)) throw new Refusal("not-found");
    return judgeOrigin(request.headers, this.options.cors);
  }

  private reportOwn(error: unknown): void {
    if (!(error instanceof Refusal)) this.report(error);
  }
}

const now = (): number => performance.now();

function ignore(): void {}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
