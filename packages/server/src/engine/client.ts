/** The sockets of all namespaces that one session carries, or one tab of it: Socket.IO's `Client` (Socket.IO protocols 5 and 4). */

import type { IncomingMessage } from "node:http";
import { type Packet, PacketType } from "@anywire/protocol/socket";
import type { AdmissionRequest } from "../admission.ts";
import { Refusal } from "../errors.ts";
import { LateHandshake } from "../late-handshake.ts";
import type { AnyNamespace } from "../namespace.ts";
import type { AnyServer } from "../server.ts";
import type { AnySocket } from "../socket.ts";
import type { ClientConnection, EncodedPacket, SocketClient } from "../socket-client.ts";
import type { Carrier } from "./carrier.ts";
import { type Auth, type ConnectAuth, readConnectAuth } from "./connect-auth.ts";
import { connectErrorOf } from "./connect-error.ts";
import { Messages, type WriteOptions } from "./messages.ts";
import { SocketIoLink } from "./socket-io-link.ts";

/** Requests for one namespace that may wait for the answer to the one before. */
const maxWaiting = 10;

export abstract class Client implements SocketClient {
  /** @internal What carries it. */
  readonly carrier: Carrier;
  readonly server: AnyServer;
  /** Of `/`, where most clients are alone. */
  private main: SocketIoLink | undefined;
  private others: Map<string, SocketIoLink> | undefined;
  /** Namespaces that are asked for and not entered yet, with what else was asked for meanwhile. */
  private entering: Map<string, Auth[]> | undefined;
  /** All its sockets are being sent away. */
  private isLeaving: boolean;

  constructor(server: AnyServer, carrier: Carrier) {
    this.server = server;
    this.carrier = carrier;
    this.main = undefined;
    this.others = undefined;
    this.entering = undefined;
    this.isLeaving = false;
  }

  /** The session, as programs know it. */
  get conn(): ClientConnection {
    return this.carrier.connection;
  }

  get id(): string {
    return this.carrier.id;
  }

  get request(): IncomingMessage {
    return this.carrier.request;
  }

  /** Its sockets by their ids. A copy. */
  get sockets(): Map<string, AnySocket> {
    return new Map(this.links.map(({ socket }) => [socket.id, socket]));
  }

  /** Its sockets by their namespaces. A copy. */
  get nsps(): Map<string, AnySocket> {
    return new Map(this.links.map(({ socket }) => [socket.nsp.name, socket]));
  }

  /** @internal Namespaces that it is in, or asks for. */
  get size(): number {
    return (this.main === undefined ? 0 : 1) + (this.others?.size ?? 0) + (this.entering?.size ?? 0);
  }

  /** @internal How its sockets of this namespace are written to. */
  formatsOf(namespace: AnyNamespace): AnyNamespace["formats"] {
    return namespace.formats;
  }

  writeToEngine(encoded: EncodedPacket, options: WriteOptions = {}): void {
    const event = this.server.encoder.eventOf(encoded, options);
    if (event !== undefined) this.linkTo(event.namespace)?.socket.deliver(event.run);
    else if (options.volatile !== true || !this.carrier.isCongested)
      this.carrier.sendMessages(new Messages(typeof encoded === "string" ? [encoded] : encoded, options));
  }

  /** Each namespace after what was emitted there before, then the session, if nobody else is on it. */
  disconnect(): void {
    this.isLeaving = true;
    for (const { socket } of this.links) socket.disconnect();
    if (this.links.length === 0) this.vacated();
  }

  /**
   * Ends the session, and tells the sockets of all its namespaces this reason.
   * @param discard at once: what waits is lost
   */
  abstract endFor(reason: string, discard: boolean): void;

  /** Ends the session. */
  abstract close(): void;

  /** As they are now: the program may use its buffers again, and what waits for a poll is written later. */
  kept(messages: readonly (string | Uint8Array)[]): readonly (string | Uint8Array)[] {
    if (this.carrier.copies) return messages;
    return messages.map((message) => (typeof message === "string" ? message : Buffer.from(message)));
  }

  /** A packet of the server's own. */
  writePacket(packet: Packet): void {
    if (this.carrier.readyState !== "open") return;
    const messages = this.server.encodePacket(packet);
    const [text] = messages;
    if (messages.length === 1 && typeof text === "string") this.carrier.sendText(text);
    else this.carrier.sendMessages(new Messages(this.kept(messages)));
  }

  /** The socket is in its namespace: packets reach it from now on. */
  entered(socket: AnySocket): void {
    this.stopEntering(socket.nsp.name);
  }

  /** The socket has left its namespace: the client may ask for it again. */
  left({ nsp }: AnySocket): void {
    this.stopEntering(nsp.name); // it may have left before it was in
    if (nsp.name === "/") this.main = undefined;
    else this.others?.delete(nsp.name);
    if (this.isLeaving && this.links.length === 0) this.vacated();
    else if (this.size === 0) this.emptied();
  }

  /** Nothing waits any more. */
  drained(): void {
    this.main?.socket.drained();
    if (this.others !== undefined) for (const { socket } of this.others.values()) socket.drained();
  }

  /** @internal The session is gone. */
  end(reason: string, description: unknown): void {
    const { links } = this;
    this.main = undefined;
    this.others = undefined;
    this.entering = undefined;
    for (const link of links) link.end(reason, description);
  }

  /** @internal What came in is no packet. */
  tellError(error: unknown): void {
    for (const { socket } of this.links) socket.tell("error", error);
  }

  /** @internal */
  receive(packet: Packet): void {
    const link = this.linkTo(packet.nsp);
    const asks = packet.type === PacketType.CONNECT;
    if (asks && this.isLeaving) this.turnAway(packet.nsp);
    else if (link !== undefined && !asks) this.deliver(link, packet);
    else if (link === undefined && asks) this.enter(packet.nsp, authOf(packet.data));
    else this.outOfPlace(packet.nsp);
  }

  /** The session is the others' too: it goes on when these sockets have left. */
  protected abstract get isShared(): boolean;

  /** The session is in as many namespaces as it may be. */
  protected abstract get isFull(): boolean;

  /** A packet for a namespace that it is not in. */
  protected abstract outOfPlace(namespace: string): void;

  /** No namespace is left, nor asked for. */
  protected emptied(): void {}

  /** All its sockets were sent away. */
  protected vacated(): void {
    const { entering } = this;
    this.isLeaving = false;
    this.entering = undefined;
    for (const namespace of entering?.keys() ?? []) this.turnAway(namespace);
  }

  protected enter(name: string, auth: Auth): void {
    this.entering ??= new Map();
    const waiting = this.entering.get(name);
    if (waiting !== undefined) return this.askLater(waiting, auth);
    if (this.isFull) return this.close();
    const asked: Auth[] = [];
    this.entering.set(name, asked);
    const said = readConnectAuth(auth, { isRecoverable: this.server.isRecoverable, isOurs: this.carrier.isOurs });
    this.server.findNamespace(name, said.shown, (namespace) => {
      if (!this.isWanted(name, asked)) return namespace?.leaveIfEmpty(); // it may have been made for this client
      if (namespace === undefined)
        this.refuse(name, { message: "Invalid namespace" }); // an object for v2 clients too
      else this.admit(namespace, said, asked);
    });
  }

  /** Who comes back with the session hears no more; the others are told. */
  private turnAway(nsp: string): void {
    if (this.isShared) this.writePacket({ type: PacketType.DISCONNECT, nsp });
  }

  /** It has neither gone meanwhile nor been sent away. */
  private isWanted(namespace: string, asked: Auth[]): boolean {
    return !this.isLeaving && this.entering?.get(namespace) === asked;
  }

  protected stopEntering(namespace: string): void {
    this.entering?.delete(namespace);
    if (this.entering?.size === 0) this.entering = undefined;
  }

  /** A client may ask again before it was answered, with other credentials: that counts only if it was refused before. */
  private askLater(waiting: Auth[], auth: Auth): void {
    if (waiting.length < maxWaiting) waiting.push(auth);
    else this.close();
  }

  private get links(): SocketIoLink[] {
    const others = this.others === undefined ? [] : [...this.others.values()];
    return this.main === undefined ? others : [this.main, ...others];
  }

  protected linkTo(namespace: string): SocketIoLink | undefined {
    return namespace === "/" ? this.main : this.others?.get(namespace);
  }

  private deliver(link: SocketIoLink, { type, data, id }: Packet): void {
    const { socket } = link;
    if (type === PacketType.EVENT) {
      const reply =
        id === undefined ? undefined : (answer: Parameters<SocketIoLink["answer"]>[1]) => link.answer(id, answer);
      const repeatable = id === undefined || socket.onceKey === undefined ? undefined : String(id);
      socket.receiveData(data as [string, ...unknown[]], reply, repeatable); // the reader has looked
    } else if (type === PacketType.ACK) {
      if (id !== undefined) socket.answered(id, { args: data as unknown[] }); // the reader has looked
    } else if (type === PacketType.DISCONNECT) {
      link.leave();
    } else this.close();
  }

  private admit(namespace: AnyNamespace, said: ConnectAuth, asked: Auth[]): void {
    const { gate, name } = namespace;
    const { authenticate } = this.server;
    const request = this.requestFor(namespace, said);
    if (gate.isOpen && request.session === undefined && authenticate === undefined)
      return gate.admitNow(request, (socket) => this.linkFor(socket, request));
    const admitted = async (): Promise<void> => {
      const principal = await this.server.principalOf(request.handshake);
      const admission = await gate.admit({ ...request, principal });
      if (this.isWanted(name, asked))
        admission.open(this.linkFor(admission.handler as AnySocket, request)); // the gate makes no others
      else admission.abandon();
    };
    admitted().catch((error) => {
      if (!(error instanceof Refusal)) namespace.report(error, undefined, "connection");
      if (!this.isWanted(name, asked)) return;
      if (isTemporary(error)) this.closeUntil(error.retryAfter);
      else this.refuse(name, connectErrorOf(error, this.carrier.protocol));
    });
  }

  /** @param retry seconds after which the client may come back */
  private closeUntil(retry: number | undefined): void {
    this.carrier.retry = retry && retry * 1_000;
    this.close();
  }

  private requestFor({ name }: AnyNamespace, { shown, pid, offset, nonce }: ConnectAuth): AdmissionRequest {
    const { carrier } = this;
    const from = { request: carrier.request, address: carrier.remoteAddress };
    return {
      wire: "socket.io",
      namespace: name,
      handshake: new LateHandshake(from, shown),
      principal: undefined,
      rooms: [],
      session: pid,
      since: offset,
      nonce,
      client: this,
      id: carrier.protocol === 4 ? undefined : name === "/" ? carrier.id : `${name}#${carrier.id}`,
    };
  }

  private linkFor(socket: AnySocket, { since }: AdmissionRequest): SocketIoLink {
    const isRecoverable = this.server.isRecoverable && this.carrier.protocol === 4;
    const link = new SocketIoLink(this, socket, isRecoverable ? { since } : undefined);
    if (socket.nsp.name === "/") this.main = link;
    else {
      this.others ??= new Map();
      this.others.set(socket.nsp.name, link);
    }
    return link;
  }

  private refuse(nsp: string, data: unknown): void {
    const [next, ...others] = this.entering?.get(nsp) ?? [];
    this.stopEntering(nsp);
    this.writePacket({ type: PacketType.CONNECT_ERROR, nsp, data });
    if (next === undefined) return this.size === 0 ? this.emptied() : undefined;
    this.enter(nsp, next);
    this.entering?.get(nsp)?.push(...others);
  }
}

/** A client that is told of it does not try again; one whose session ends comes back, to another server maybe. */
function isTemporary(error: unknown): error is Refusal {
  return error instanceof Refusal && (error.code === "shutting-down" || error.code === "overloaded");
}

/** What is no object says nothing. */
function authOf(data: unknown): Auth {
  return typeof data === "object" && data !== null ? (data as Auth) : {};
}
