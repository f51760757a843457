/** The plain wire's one URL: judges who asks, negotiates the wire, and answers every request (wires: "Plain wire: one URL"). */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Gate } from "../admission.ts";
import { Refusal } from "../errors.ts";
import type { Reception } from "../principal.ts";
import { negotiateWire } from "./accept.ts";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import { Inbox } from "./inbox.ts";
import { OpenResponses } from "./open-responses.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { judgeOrigin, type OriginVerdict } from "./origin.ts";
import { Polls } from "./polls.ts";
import { allowedMethods, refuseRequest, refuseUpgrade, writeAnswer } from "./problem.ts";
import { checkHead, lostItsUpgrade } from "./request-head.ts";
import { namespaceAt, pathOf } from "./request-target.ts";
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

/** Milliseconds that clients have to take what ends them, when the endpoint closes. */
const closeGrace = 500;

export class PlainEndpoint {
  private readonly gate: Gate;
  private readonly options: ResolvedPlainOptions;
  private readonly reception: Reception & { readonly path: string };
  private readonly inbox: Inbox;
  private readonly polls: Polls;
  private readonly upgrades: Upgrades;
  private readonly responses = new OpenResponses();
  /** Sockets whose upgrade was not decided. */
  private readonly undecided = new Set<Duplex>();
  private isClosing = false;

  /** @param report takes the program's own errors, of which the client is only told that there was one */
  constructor(gate: Gate, options: ResolvedPlainOptions, report: Report = warn) {
    this.gate = gate;
    this.options = options;
    this.reception = { authenticate: options.authenticate, path: options.path, report };
    const parts = { gate, limits: options, now };
    this.inbox = new Inbox(parts);
    this.polls = new Polls({ ...parts, inbox: this.inbox });
    this.upgrades = new Upgrades(parts);
  }

  /** The request is for this URL, or for a namespace behind it: only then it may be handed over. */
  handles(request: IncomingMessage): boolean {
    return namespaceAt(pathOf(request.url), this.options.path) !== undefined;
  }

  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    this.responses.add(response);
    void this.respond(request, response);
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", ignore); // a reset in mid-admission; `close` follows
    if (this.responses.areOn(socket))
      socket.destroy(); // whatever was said would stand amidst another answer
    else void this.upgrade({ request, socket, head });
  }

  /**
   * Lets nobody in any more. Links are closed by their sockets; what is left of them, and all that is still asked, ends
   * within half a second, whatever the clients do.
   */
  async close(): Promise<void> {
    this.isClosing = true;
    this.polls.close();
    for (const socket of this.undecided) refuseUpgrade(socket, new Refusal("shutting-down"));
    await Promise.all([this.upgrades.close(closeGrace), this.responses.close(closeGrace)]);
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let headers: Readonly<Record<string, string>> = {};
    try {
      const origin = await this.judge(request);
      headers = corsHeaders(origin.grant);
      await this.route({ request, response, origin, headers });
    } catch (error) {
      this.reportOwn(error);
      refuseRequest(response, error, headers);
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
    if (lostItsUpgrade(exchange.request)) throw new Refusal("upgrade-required"); // §4.2.1
    const wire = negotiateWire(exchange.request.headers.accept);
    if (wire === undefined) throw new Refusal("not-acceptable");
    const visit = await receiveVisit(exchange.request, exchange.origin, this.reception);
    if (wire === "poll") await this.polls.serve({ ...exchange, visit });
    else await openStream({ ...exchange, visit }, { gate: this.gate, limits: this.options, now });
  }

  private async post({ request, response, origin, headers }: Exchange): Promise<void> {
    const visit = await receiveVisit(request, origin, this.reception);
    const answer = await this.inbox.post(request, response, visit);
    if (answer !== undefined) writeAnswer(response, { ...answer, headers: { ...headers, ...answer.headers } });
  }

  private async upgrade(upgrade: UpgradeRequest): Promise<void> {
    const { request, socket } = upgrade;
    let headers: Readonly<Record<string, string>> = {};
    this.undecided.add(socket);
    try {
      const origin = await this.judge(request);
      headers = corsHeaders(origin.grant);
      checkHandshake(request);
      const visit = await receiveVisit(request, origin, this.reception);
      await this.upgrades.serve(upgrade, visit);
    } catch (error) {
      this.reportOwn(error);
      if (this.upgrades.isUp(socket)) socket.destroy();
      else refuseUpgrade(socket, error, headers);
    } finally {
      this.undecided.delete(socket);
    }
  }

  private judge(request: IncomingMessage): Promise<OriginVerdict> {
    if (this.isClosing) throw new Refusal("shutting-down");
    checkHead(request);
    return judgeOrigin(request.headers, this.options.cors);
  }

  private reportOwn(error: unknown): void {
    if (!(error instanceof Refusal)) this.reception.report(error);
  }
}

const now = (): number => performance.now();

function ignore(): void {}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
