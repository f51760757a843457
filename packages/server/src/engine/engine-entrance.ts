/** The way of a request into the Engine.IO server: middlewares, admission, then to its session or to a new one. */

import type { WebSocket } from "@anywire/websocket";
import { formatCookie } from "./cookie.ts";
import type { Admitted, EngineAdmission } from "./engine-admission.ts";
import { EngineRefusal } from "./engine-errors.ts";
import type { EngineServer } from "./engine-server.ts";
import type { EngineSession } from "./engine-session.ts";
import { type EngineVisit, RequestVisit, type UpgradeVisit } from "./engine-visit.ts";
import { protocolOf } from "./handshake-request.ts";
import { httpTransportOf } from "./http-transports.ts";
import type { MiddlewareChain } from "./middleware-chain.ts";
import {
  type HttpTransport,
  isHttpTransport,
  type ResponseHeaders,
  type Transport,
  type TransportName,
} from "./transport.ts";
import { WebSocketTransport } from "./websocket-transport.ts";
import { WebSocketUpgrades } from "./websocket-upgrades.ts";

interface EntranceParts {
  readonly middlewares: MiddlewareChain;
  readonly admission: EngineAdmission;
}

export class EngineEntrance {
  private readonly server: EngineServer;
  private readonly middlewares: MiddlewareChain;
  private readonly admission: EngineAdmission;
  private readonly upgrades: WebSocketUpgrades;

  constructor(server: EngineServer, { middlewares, admission }: EntranceParts) {
    this.server = server;
    this.middlewares = middlewares;
    this.admission = admission;
    this.upgrades = new WebSocketUpgrades(server.opts);
  }

  enter(visit: RequestVisit | UpgradeVisit): void {
    if (this.middlewares.isEmpty) return this.judge(visit);
    this.middlewares.run(visit.request, visit.response, (error) => {
      if (error === undefined) this.judge(visit);
      else this.refuse(visit, new EngineRefusal("BAD_REQUEST", { name: "MIDDLEWARE_FAILURE", error }));
    });
  }

  private judge(visit: RequestVisit | UpgradeVisit): void {
    this.admission.judge(visit.request, visit.isUpgrade, (verdict) => {
      if (verdict instanceof EngineRefusal) this.refuse(visit, verdict);
      else if (!visit.isGone) this.admit(visit, verdict);
    });
  }

  private admit(visit: RequestVisit | UpgradeVisit, { session, transport }: Admitted): void {
    if (session === undefined && this.server.isRetiring) this.refuse(visit, new EngineRefusal("SHUTTING_DOWN", {}));
    else if (session?.readyState === "closed")
      this.refuse(visit, new EngineRefusal("UNKNOWN_SID", { sid: session.id }));
    else if (visit instanceof RequestVisit) {
      if (session === undefined) this.openByRequest(visit, transport);
      else this.carry(visit, session, transport);
    } else if (session === undefined) this.openByUpgrade(visit);
    else this.upgrade(visit, session);
  }

  private carry(visit: RequestVisit, session: EngineSession, name: TransportName): void {
    const carrier = session.transportNamed(name) ?? this.beginStream(visit, session, name);
    if (carrier !== undefined && isHttpTransport(carrier)) return carrier.handleRequest(this.exchangeOf(visit, {}));
    const context = { name: "TRANSPORT_MISMATCH", transport: name, previousTransport: session.transport.name };
    this.refuse(visit, new EngineRefusal("BAD_REQUEST", context));
  }

  /** A stream is upgraded to by asking for it. */
  private beginStream(visit: RequestVisit, session: EngineSession, name: TransportName): HttpTransport | undefined {
    const transport = this.makeTransport(visit, name);
    return transport !== undefined && session.beginUpgrade(transport) ? transport : undefined;
  }

  private openByRequest(visit: RequestVisit, name: TransportName): void {
    this.withId(visit, (id) => {
      const transport = this.makeTransport(visit, name);
      if (transport === undefined)
        return this.refuse(visit, new EngineRefusal("UNKNOWN_TRANSPORT", { transport: name }));
      const { cookie } = this.server.opts;
      const headers: ResponseHeaders = cookie === undefined ? {} : { "Set-Cookie": [formatCookie(id, cookie)] };
      const session = this.open(visit, id, transport);
      transport.handleRequest(this.exchangeOf(visit, headers));
      this.announce(session);
    });
  }

  private openByUpgrade(visit: UpgradeVisit): void {
    this.withId(visit, (id) => {
      this.openWebSocket(visit, (transport) => this.announce(this.open(visit, id, transport)));
    });
  }

  private upgrade(visit: UpgradeVisit, session: EngineSession): void {
    this.openWebSocket(visit, (transport) => {
      if (!session.beginUpgrade(transport)) transport.close(() => {});
    });
  }

  private openWebSocket(visit: UpgradeVisit, opened: (transport: WebSocketTransport) => void): void {
    const { request, socket } = visit;
    this.upgrades.open(visit, {
      headers: () => this.headersFor(visit, visit.accept()),
      opened: (ws: WebSocket) => opened(new WebSocketTransport(ws, socket, protocolOf(request._query))),
    });
  }

  private makeTransport({ request }: RequestVisit, name: TransportName): HttpTransport | undefined {
    const { _query: query } = request;
    return httpTransportOf(name)?.({ protocol: protocolOf(query), query, options: this.server.opts });
  }

  private open({ request }: EngineVisit, id: string, transport: Transport): EngineSession {
    const session = this.server.openSession({ id, request, transport });
    this.admission.remember(session);
    return session;
  }

  private announce(session: EngineSession): void {
    if (session.readyState !== "closed") this.server.emit("connection", session);
  }

  private exchangeOf(visit: RequestVisit, headers: ResponseHeaders): Parameters<HttpTransport["handleRequest"]>[0] {
    const { request, response } = visit;
    return { request, response, query: request._query, headers: this.headersFor(visit, headers) };
  }

  private headersFor({ request }: EngineVisit, headers: ResponseHeaders): ResponseHeaders {
    if (!request._query.sid) this.server.emit("initial_headers", headers, request);
    this.server.emit("headers", headers, request);
    return headers;
  }

  /** @param use called at once, unless the program takes its time */
  private withId(visit: RequestVisit | UpgradeVisit, use: (id: string) => void): void {
    const fail = (error: unknown): void => {
      this.refuse(visit, new EngineRefusal("BAD_REQUEST", { name: "ID_GENERATION_ERROR", error }));
    };
    const take = (given: unknown): void => {
      const id = String(given);
      if (this.server.store.get(id) !== undefined) fail(new Error("a session with this id is open"));
      else if (!visit.isGone) use(id);
    };
    let id: unknown;
    try {
      id = this.server.generateId(visit.request);
    } catch (error) {
      return fail(error);
    }
    if (isPromiseLike(id)) id.then(take, fail);
    else take(id);
  }

  private refuse(visit: RequestVisit | UpgradeVisit, refusal: EngineRefusal): void {
    const { request: req } = visit;
    const { code, message, context } = refusal;
    this.server.emit("connection_error", { req, code, message, context });
    visit.refuse(refusal);
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
