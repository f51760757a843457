/** Whether an Engine.IO request may pass: the checks of engine.io, in its order, and our own (engine.io-protocol, "Handshake"). */

import type { IncomingMessage } from "node:http";
import { EngineRefusal } from "./engine-errors.ts";
import type { Identify, ResolvedEngineOptions } from "./engine-options.ts";
import type { EngineSession } from "./engine-session.ts";
import { type EngineRequest, protocolOf } from "./handshake-request.ts";
import { showsTheSame } from "./session-credentials.ts";
import type { SessionStore } from "./session-store.ts";
import { isStream, type TransportName } from "./transport.ts";

/** What a request that may pass is for. */
export interface Admitted {
  readonly transport: TransportName;
  /** Undefined if it opens one. */
  readonly session: EngineSession | undefined;
}

type Verdict = (verdict: Admitted | EngineRefusal) => void;

/** What no header may hold (RFC 9110 §5.5). */
const unfitForHeader = /[^\t\x20-\x7e\x80-\xff]/;

export class EngineAdmission {
  private readonly options: ResolvedEngineOptions;
  private readonly store: SessionStore;
  private readonly openers = new WeakMap<EngineSession, Promise<Named | undefined>>();

  constructor(options: ResolvedEngineOptions, store: SessionStore) {
    this.options = options;
    this.store = store;
  }

  /** @param verdict called once, at once if nobody has to be asked */
  judge(request: EngineRequest, isUpgrade: boolean, verdict: Verdict): void {
    const { transport: name, sid } = request._query;
    const transport = this.options.transports.find((known) => known === name);
    if (transport === undefined || transport === "webtransport") {
      return verdict(new EngineRefusal("UNKNOWN_TRANSPORT", { transport: name }));
    }
    const { origin } = request.headers;
    if (origin !== undefined && unfitForHeader.test(origin)) {
      return verdict(new EngineRefusal("BAD_REQUEST", { name: "INVALID_ORIGIN", origin }));
    }
    const visit = { request, transport, isUpgrade, verdict };
    if (sid) this.judgeVisit(visit, sid);
    else this.judgeHandshake(visit);
  }

  /** Who has opened a session whose id is public. */
  remember(session: EngineSession): void {
    const { identify } = this.options;
    if (session.protocol === 3 && identify !== undefined) this.openers.set(session, name(identify, session.request));
  }

  private judgeVisit({ request, transport, isUpgrade, verdict }: Visit, sid: string): void {
    const session = this.store.get(sid);
    if (session === undefined) return verdict(new EngineRefusal("UNKNOWN_SID", { sid }));
    const misfit = misfitOf(session, { request, transport, isUpgrade });
    if (misfit !== undefined) return verdict(misfit);
    const admitted = { transport, session };
    if (session.protocol === 4) return verdict(admitted);
    if (!showsTheSame(request, session.request)) return verdict(notTheirs(sid));
    if (this.options.identify === undefined) return verdict(admitted);
    this.isOpener(request, session).then((isOpener) => verdict(isOpener ? admitted : notTheirs(sid)));
  }

  private judgeHandshake({ request, transport, isUpgrade, verdict }: Visit): void {
    const { method } = request;
    if (method !== "GET") return verdict(new EngineRefusal("BAD_HANDSHAKE_METHOD", { method }));
    if ((transport === "websocket") !== isUpgrade) return verdict(badRequest("TRANSPORT_HANDSHAKE_ERROR"));
    const decide = (refusal?: EngineRefusal): void => {
      verdict(refusal ?? this.unsupported(request, transport) ?? { transport, session: undefined });
    };
    this.askProgram(request, decide);
  }

  private unsupported({ _query }: EngineRequest, transport: TransportName): EngineRefusal | undefined {
    const protocol = protocolOf(_query);
    if (protocol === 4 || (this.options.allowEIO3 && !isStream(transport))) return undefined;
    return new EngineRefusal("UNSUPPORTED_PROTOCOL_VERSION", { protocol });
  }

  private askProgram(request: EngineRequest, decide: (refusal?: EngineRefusal) => void): void {
    const { allowRequest } = this.options;
    if (allowRequest === undefined) return decide();
    let isDecided = false;
    const settle = (message: unknown, success: boolean): void => {
      if (isDecided) return;
      isDecided = true;
      decide(success ? undefined : new EngineRefusal("FORBIDDEN", { message }));
    };
    const fail = (error: unknown): void => {
      if (isDecided) throw error; // it is not of the decision
      isDecided = true;
      decide(new EngineRefusal("FORBIDDEN", { name: "ALLOW_REQUEST_FAILURE", error }));
    };
    try {
      const asked: unknown = allowRequest(request, settle);
      if (asked instanceof Promise) asked.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  private async isOpener(request: EngineRequest, session: EngineSession): Promise<boolean> {
    const { identify } = this.options;
    const [asking, opener] = await Promise.all([identify && name(identify, request), this.openers.get(session)]);
    return asking !== undefined && opener !== undefined && asking.principal === opener.principal;
  }
}

interface Visit {
  readonly request: EngineRequest;
  readonly transport: TransportName;
  readonly isUpgrade: boolean;
  readonly verdict: Verdict;
}

/** An anonymous client is a principal too: undefined. */
interface Named {
  readonly principal: string | undefined;
}

/** @returns undefined for one who cannot be named: that is nobody who was known */
async function name(identify: Identify, request: IncomingMessage): Promise<Named | undefined> {
  try {
    return { principal: await identify(request) };
  } catch {
    return undefined;
  }
}

function misfitOf(
  session: EngineSession,
  { request, transport, isUpgrade }: Omit<Visit, "verdict">,
): EngineRefusal | undefined {
  const previousTransport = session.transport.name;
  const isCarried = session.transportNamed(transport) !== undefined || opensStream(session, request);
  if (!isUpgrade && !isCarried) return badRequest("TRANSPORT_MISMATCH", { transport, previousTransport });
  if (isUpgrade !== (transport === "websocket")) return badRequest("TRANSPORT_HANDSHAKE_ERROR");
  const protocol = protocolOf(request._query);
  if (session.protocol === protocol) return undefined;
  return badRequest("PROTOCOL_MISMATCH", { protocol, previousProtocol: session.protocol });
}

/** A stream is upgraded to by a GET, from Engine.IO 4 alone. */
function opensStream({ protocol, transport }: EngineSession, { method, _query }: EngineRequest): boolean {
  return method === "GET" && protocol === 4 && isStream(_query.transport ?? "") && transport.name === "polling";
}

function badRequest(name: string, details: object = {}): EngineRefusal {
  return new EngineRefusal("BAD_REQUEST", { name, ...details });
}

function notTheirs(sid: string): EngineRefusal {
  return new EngineRefusal("FORBIDDEN", { name: "SESSION_NOT_YOURS", sid });
}
