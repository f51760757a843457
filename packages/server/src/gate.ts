/** How a client comes in: its session is looked up, the program asked, the socket connected, and what it missed replayed. */

import type { Admission, AdmissionRequest, Gate, LiveSession } from "./admission.ts";
import { type Authorize, grantsOf, type RoomGrant } from "./authorization.ts";
import { Refusal, type RefusalCode } from "./errors.ts";
import type { GapReason } from "./history.ts";
import type { Hello, Link, UnrecoveredReason } from "./link.ts";
import { runMiddleware } from "./middleware.ts";
import type { AnyNamespace } from "./namespace.ts";
import { privateRoomPrefix, type Session } from "./session.ts";
import type { AnySocket } from "./socket.ts";

export interface GateOptions {
  readonly authorize: Authorize | undefined;
  /** Milliseconds between heartbeats, as clients are told. */
  readonly heartbeat: number;
  /** Milliseconds that a replay waits for async `connection` handlers. */
  readonly connectionHandlerTimeout: number;
  readonly maxSockets: number;
  /** A client of Socket.IO whose session goes on does not pass the middlewares again. */
  readonly skipMiddlewares: boolean;
}

/** How a client that comes back goes on. */
interface Resumption {
  /** Its session goes on. */
  readonly bySession: boolean;
  /** After which id events are replayed; undefined replays nothing. */
  readonly since: string | undefined;
  /** What is known not to be recoverable. */
  readonly reason: UnrecoveredReason | undefined;
}

/** A client on its way in. */
interface Entrant {
  readonly socket: AnySocket;
  readonly request: AdmissionRequest;
  /** The session that it asks for. */
  readonly known: Session | undefined;
  readonly resumption: Resumption;
  readonly grants: Grants;
}

type Grants = ReadonlyMap<string, RoomGrant>;

const noGrants: Grants = new Map();

function startAnew(reason: UnrecoveredReason | undefined): Resumption {
  return { bySession: false, since: undefined, reason };
}

export class NamespaceGate implements Gate {
  private readonly namespace: AnyNamespace;
  private readonly options: GateOptions;

  constructor(namespace: AnyNamespace, options: GateOptions) {
    this.namespace = namespace;
    this.options = options;
  }

  async admit(request: AdmissionRequest): Promise<Admission> {
    this.namespace.entering += 1;
    let isSettled = false;
    const settle = (): void => {
      if (isSettled) return;
      isSettled = true;
      this.namespace.entering -= 1;
      this.namespace.leaveIfEmpty();
    };
    try {
      const { open, ...admission } = await this.judge(request);
      const abandon = (): void => settle();
      return {
        ...admission,
        abandon,
        open: (link) => {
          open(link);
          settle();
        },
      };
    } catch (error) {
      settle();
      throw error;
    }
  }

  private async judge(request: AdmissionRequest): Promise<Admission> {
    if (this.isClosing) throw new Refusal("shutting-down", { retryAfter: 1 });
    if (this.namespace.sockets.size >= this.options.maxSockets) throw new Refusal("overloaded", { retryAfter: 5 });
    const known = this.known(request);
    const socket = this.namespace.createSocket(request, known);
    const isPassedFirst = request.wire !== "socket.io" || !this.options.skipMiddlewares;
    if (isPassedFirst) await this.pass(socket);
    const resumption = await this.resumption(request, socket, known);
    if (!isPassedFirst && !resumption.bySession) await this.pass(socket);
    const rooms = request.rooms.filter((room) => !room.startsWith(privateRoomPrefix)); // others' private events
    const grants = await this.ask(socket, rooms, request.since);
    const isLetIn = [...grants.values()].some((grant) => grant.join);
    if (request.rooms.length > 0 && !isLetIn) throw new Refusal("not-authorised");
    const entrant = { socket, request, known, resumption, grants };
    return {
      handler: socket,
      session: socket.session?.secret ?? "",
      open: (link) => this.open(entrant, link),
      abandon: () => {},
    };
  }

  /** Nobody is let in any more. */
  private get isClosing(): boolean {
    return this.namespace.server.isClosing;
  }

  /** Nobody has to be asked about a client of Socket.IO that does not come back: it comes in within the call. */
  get isOpen(): boolean {
    const { namespace, options } = this;
    return !this.isClosing && namespace._fns.length === 0 && namespace.sockets.size < options.maxSockets;
  }

  /** Lets in a client that nobody has to be asked about. @param linkTo what carries the socket */
  admitNow(request: AdmissionRequest, linkTo: (handler: AnySocket) => Link): void {
    const socket = this.namespace.createSocket(request, undefined);
    const resumption = startAnew(undefined);
    this.open({ socket, request, known: undefined, resumption, grants: noGrants }, linkTo(socket));
  }

  find(session: string): LiveSession | undefined {
    const socket = this.namespace.sessions.find(session);
    if (socket?.link === undefined) return undefined;
    return { principal: socket.principal, handler: socket, link: socket.link };
  }

  private known({ session, principal, wire }: AdmissionRequest): Session | undefined {
    if (session === undefined) return undefined;
    const known = this.namespace.sessions.peek(session);
    if (known === undefined && wire === "poll") throw new Refusal("unknown-session");
    if (known !== undefined && known.principal !== principal) {
      if (wire === "socket.io") return undefined; // it would ask for it for ever: its client cannot be told why
      throw new Refusal("session-not-yours");
    }
    return known;
  }

  /** @throws {Refusal} 403 by a middleware; its own error is reported, and refuses too */
  private async pass(socket: AnySocket): Promise<void> {
    try {
      await runMiddleware(this.namespace._fns, socket);
    } catch (error) {
      throw this.refusalOf(error, socket, "refused");
    }
  }

  /** What the program grants. @throws {Refusal} 403 by `authorize`; its own error is reported, and refuses too */
  private async ask(socket: AnySocket, rooms: readonly string[], since: string | undefined): Promise<Grants> {
    try {
      return await grantsOf(this.options.authorize, socket, { rooms, since });
    } catch (error) {
      throw this.refusalOf(error, socket, "not-authorised");
    }
  }

  private refusalOf(error: unknown, socket: AnySocket, code: RefusalCode): Refusal {
    if (error instanceof Refusal) return error;
    this.namespace.report(error, socket, "connection");
    return new Refusal(code, { cause: error }); // the client learns nothing of it
  }

  private async resumption(
    request: AdmissionRequest,
    socket: AnySocket,
    known: Session | undefined,
  ): Promise<Resumption> {
    const { since } = request;
    const unknown = request.session === undefined ? undefined : "unknown-session";
    if (this.namespace.history === undefined) {
      return startAnew(unknown ?? (since === undefined ? undefined : "epoch-changed")); // no log of ours gave that id
    }
    if (known === undefined)
      return { bySession: false, since: request.wire === "socket.io" ? undefined : since, reason: unknown };
    const grants = await this.ask(socket, known.granted, since).catch(() => new Map<string, RoomGrant>());
    if (known.granted.some((room) => grants.get(room)?.join !== true)) return startAnew("not-authorised");
    const after = since ?? known.startedAt;
    const gap = await this.gapAfter(after, known);
    return gap === undefined ? { bySession: true, since: after, reason: undefined } : startAnew(gap);
  }

  private async gapAfter(id: string, { membership }: Session): Promise<GapReason | undefined> {
    const { history } = this.namespace;
    const { stays, forgottenUpTo } = membership;
    const probe = await history?.read(id, { stays, limit: 1 });
    if (probe !== undefined && "gap" in probe) return probe.gap;
    const isForgotten = forgottenUpTo !== undefined && history !== undefined && history.compare(id, forgottenUpTo) < 0;
    return isForgotten ? "window-exceeded" : undefined;
  }

  /** The entrance takes its turn in the pipeline: what was asked for before, of an older link of the session say, comes first. */
  private open(entrant: Entrant, link: Link): void {
    this.namespace.pipeline.do(() => this.enter(entrant, link));
  }

  private enter(entrant: Entrant, link: Link): void {
    const { socket } = entrant;
    if (this.isClosing) return link.close("shutting-down"); // it was on its way in
    if (socket.isClosed) return link.close("disconnected"); // by a middleware
    const openedAt = this.namespace.history?.position;
    const resumption = this.claim(entrant);
    const rooms = [...entrant.grants].filter(([, grant]) => grant.join).map(([room]) => room);
    if (socket.session !== undefined) socket.session.granted = [...new Set([...socket.session.granted, ...rooms])];
    const { since, reason } = resumption;
    if (reason !== undefined) this.renew(socket);
    socket.carriedBy(link);
    if (since === undefined) this.welcome(socket, { reason, id: openedAt });
    socket.enterRooms(rooms);
    if (!socket.connected) return; // the link died at once
    const handlers = this.namespace.announce(socket);
    if (since === undefined || openedAt === undefined) return;
    this.resume({ ...entrant, resumption }, { since, openedAt, handlers }).catch((error) => {
      this.namespace.report(error, socket, "connection");
      link.close("slow-consumer"); // it may come back and try again
    });
  }

  /** Takes over the session that the client asked for. It may have ended while the program was asked. */
  private claim({ socket, request, known, resumption }: Entrant): Resumption {
    const kept = known && this.namespace.sessions.claim(known.secret); // its older link closes, recovered or not
    if (!resumption.bySession) return resumption;
    if (kept === undefined) return { bySession: false, since: request.since, reason: "unknown-session" };
    socket.recovered = true;
    socket.session?.goOn(kept);
    return resumption;
  }

  /** A client of Socket.IO believes itself recovered when it hears its secret again: one that is not gets another. */
  private renew(socket: AnySocket): void {
    const { session } = socket;
    if (session === undefined || socket.wire !== "socket.io") return;
    const isArrived = this.namespace.sessions.find(session.secret) === socket;
    if (isArrived) this.namespace.sessions.remove(socket, false);
    socket.session = session.underNewSecret();
    if (isArrived) this.namespace.sessions.add(socket);
  }

  /** Nothing is replayed: it hears what comes from now on. */
  private welcome(socket: AnySocket, start: Pick<Hello, "reason" | "id">): void {
    socket.link?.open(this.hello(socket, start));
    socket.delivery?.goLive();
  }

  private async resume(
    { socket, request, resumption }: Entrant,
    { since, openedAt, handlers }: { since: string; openedAt: string; handlers: Promise<void>[] },
  ): Promise<void> {
    await settled(handlers, this.options.connectionHandlerTimeout);
    await this.namespace.pipeline.run(() => {}); // what they asked for (joins, say) has been done
    const isWhole = resumption.bySession || (await this.openPast(socket, since));
    const hasId = request.since !== undefined;
    await socket.delivery?.catchUp(since, openedAt, (gap) => {
      const reason = resumption.reason ?? gap ?? (isWhole ? undefined : "not-authorised");
      if (reason !== undefined) {
        socket.recovered = false;
        this.renew(socket);
      }
      const id = gap !== undefined ? openedAt : hasId ? undefined : since;
      socket.link?.open(this.hello(socket, { reason, id, recovered: reason === undefined }));
    });
  }

  /**
   * Lets a resume by id alone hear the past of its rooms: those that the client asked for and those that the handlers
   * made it join, each if the program grants it.
   * @returns whether all were granted
   */
  private async openPast(socket: AnySocket, since: string): Promise<boolean> {
    const { authorize } = this.options;
    const rooms = [...socket.rooms].filter((room) => room !== socket.id);
    const grants = await this.ask(socket, rooms, since).catch(() => new Map<string, RoomGrant>());
    const granted = rooms.filter((room) => authorize === undefined || grants.get(room)?.history === true); // without it, the program itself made it join
    socket.openPast(granted);
    return granted.length === rooms.length;
  }

  private hello(socket: AnySocket, start: Pick<Hello, "reason" | "id"> & { recovered?: boolean }): Hello {
    const session = socket.session?.secret ?? "";
    return { recovered: false, ...start, session, socket: socket.id, heartbeat: this.options.heartbeat };
  }
}

/** Waits for all, but no longer than `ms`. */
async function settled(pending: readonly Promise<void>[], ms: number): Promise<void> {
  if (pending.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.all(pending), late]);
  clearTimeout(timer);
}
