/** One Engine.IO session and the sockets of all namespaces that it carries: Socket.IO's `Client` (Socket.IO protocols 5 and 4). */

import type { IncomingMessage } from "node:http";
import { type Packet, type PacketHandler, PacketType, SocketPacketError } from "@anywire/protocol/socket";
import type { AdmissionRequest } from "../admission.ts";
import { Refusal } from "../errors.ts";
import { LateHandshake } from "../late-handshake.ts";
import type { AnyNamespace } from "../namespace.ts";
import type { AnyServer } from "../server.ts";
import type { AnySocket } from "../socket.ts";
import type { ClientConnection, EncodedPacket, SocketClient } from "../socket-client.ts";
import type { Carrier } from "./carrier.ts";
import { connectErrorOf } from "./connect-error.ts";
import type { SessionHandler } from "./engine-session.ts";
import { Messages, type WriteOptions } from "./messages.ts";
import { createPacketReader, type ReadsPackets } from "./packet-reader.ts";
import { SocketIoLink } from "./socket-io-link.ts";

/** Namespaces of one session; what asks for more is closed. */
const maxNamespaces = 1_000;

/** Requests for one namespace that may wait for the answer to the one before. */
const maxWaiting = 10;

/** What a client says of itself when it asks for a namespace. */
type Auth = Record<string, unknown>;

export class Client implements SessionHandler, SocketClient, PacketHandler {
  /** @internal What carries it. */
  readonly carrier: Carrier;
  readonly server: AnyServer;
  private readonly reader: ReadsPackets;
  /** Of `/`, where most clients are alone. */
  private main: SocketIoLink | undefined;
  private others: Map<string, SocketIoLink> | undefined;
  /** Namespaces that are asked for and not entered yet, with what else was asked for meanwhile. */
  private entering: Map<string, Auth[]> | undefined;
  /** Namespaces that it was in: packets for them may be under way still. */
  private past: Set<string> | undefined;
  private isClosed: boolean;
  /** Why it is being ended, if the server does it. */
  private ending: string | undefined;
  /** It goes when all its sockets have left. */
  private isLeaving: boolean;

  constructor(server: AnyServer, carrier: Carrier) {
    this.server = server;
    this.carrier = carrier;
    this.main = undefined;
    this.others = undefined;
    this.entering = undefined;
    this.past = undefined;
    this.isClosed = false;
    this.ending = undefined;
    this.isLeaving = false;
    this.reader = createPacketReader(this, server.packetReading(carrier.protocol));
    carrier.handler = this;
    server.unentered.add(this);
    if (carrier.protocol === 3) this.enter("/", {}); // v2 clients do not ask for it
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

  message(data: string | Buffer): void {
    const wasWaiting = this.reader.isWaiting;
    try {
      this.reader.receive(data);
    } catch (error) {
      this.fail(error); // the listeners' own errors do not come this far
    }
    if (this.reader.isWaiting === wasWaiting) return;
    if (wasWaiting) this.server.incomplete.delete(this);
    else this.server.incomplete.add(this);
  }

  drained(): void {
    this.main?.socket.drained();
    if (this.others !== undefined) for (const { socket } of this.others.values()) socket.drained();
  }

  closed(given: string, description?: unknown): void {
    if (this.isClosed) return;
    this.isClosed = true;
    const reason = this.ending ?? given;
    this.server.unentered.delete(this);
    this.server.incomplete.delete(this);
    this.reader.destroy();
    const { links } = this;
    this.main = undefined;
    this.others = undefined;
    this.entering = undefined;
    for (const link of links) link.end(reason, description);
  }

  writeToEngine(encoded: EncodedPacket, options: WriteOptions = {}): void {
    const event = this.server.encoder.eventOf(encoded, options);
    if (event !== undefined) this.linkTo(event.namespace)?.socket.deliver(event.run);
    else if (options.volatile !== true || !this.carrier.isCongested)
      this.carrier.sendMessages(new Messages(typeof encoded === "string" ? [encoded] : encoded, options));
  }

  /** Each namespace after what was emitted there before, then the session. */
  disconnect(): void {
    this.isLeaving = true;
    for (const { socket } of this.links) socket.disconnect();
    if (this.links.length === 0) this.close();
  }

  /**
   * Ends the session, and tells the sockets of all its namespaces this reason.
   * @param discard at once: what waits is lost
   */
  endFor(reason: string, discard: boolean): void {
    this.ending ??= reason;
    this.carrier.close(discard);
    process.nextTick(() => this.closed(reason)); // never within a call from a socket
  }

  /** Ends the session. */
  close(): void {
    if (this.carrier.readyState !== "open") return;
    this.carrier.close();
    this.closed("forced server close");
  }

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
    this.server.unentered.delete(this);
    this.stopEntering(socket.nsp.name);
  }

  /** The socket has left its namespace: the client may ask for it again. */
  left({ nsp }: AnySocket): void {
    this.stopEntering(nsp.name); // it may have left before it was in
    this.past ??= new Set();
    if (this.past.size < maxNamespaces) this.past.add(nsp.name);
    if (nsp.name === "/") this.main = undefined;
    else this.others?.delete(nsp.name);
    if (this.isLeaving && this.links.length === 0) this.close();
  }

  private stopEntering(namespace: string): void {
    this.entering?.delete(namespace);
    if (this.entering?.size === 0) this.entering = undefined;
  }

  /** A client may ask again before it was answered, with other credentials: that counts only if it was refused before. */
  private askLater(waiting: Auth[], auth: Auth): void {
    if (waiting.length < maxWaiting) waiting.push(auth);
    else this.close();
  }

  /** The program's parser, or ours, found something wrong. */
  private fail(error: unknown): void {
    for (const { socket } of this.links) socket.tell("error", error);
    if (error instanceof SocketPacketError) this.carrier.close();
    else this.close();
  }

  private get links(): SocketIoLink[] {
    const others = this.others === undefined ? [] : [...this.others.values()];
    return this.main === undefined ? others : [this.main, ...others];
  }

  private linkTo(namespace: string): SocketIoLink | undefined {
    return namespace === "/" ? this.main : this.others?.get(namespace);
  }

  /** @internal Of the reader. */
  packet(packet: Packet): void {
    if (this.isClosed || (this.isLeaving && packet.type === PacketType.CONNECT)) return;
    const link = this.linkTo(packet.nsp);
    if (link !== undefined && packet.type !== PacketType.CONNECT) this.deliver(link, packet);
    else if (link === undefined && packet.type === PacketType.CONNECT) this.enter(packet.nsp, authOf(packet.data));
    else if (this.past?.has(packet.nsp) !== true) this.close(); // out of place
  }

  private deliver(link: SocketIoLink, { type, data, id }: Packet): void {
    const { socket } = link;
    if (type === PacketType.EVENT) {
      const reply =
        id === undefined ? undefined : (answer: Parameters<SocketIoLink["answer"]>[1]) => link.answer(id, answer);
      socket.receiveData(data as [string, ...unknown[]], reply); // the reader has looked
    } else if (type === PacketType.ACK) {
      if (id !== undefined) socket.answered(id, { args: data as unknown[] }); // the reader has looked
    } else if (type === PacketType.DISCONNECT) {
      link.leave();
    } else this.close();
  }

  private enter(name: string, auth: Auth): void {
    this.entering ??= new Map();
    const waiting = this.entering.get(name);
    if (waiting !== undefined) return this.askLater(waiting, auth);
    if (this.links.length + this.entering.size >= maxNamespaces) return this.close();
    this.entering.set(name, []);
    this.server.findNamespace(name, auth, (namespace) => {
      if (this.isClosed || this.isLeaving) return namespace?.leaveIfEmpty(); // it may have been made for this client
      if (namespace === undefined)
        this.refuse(name, { message: "Invalid namespace" }); // an object for v2 clients too
      else this.admit(namespace, auth);
    });
  }

  private admit(namespace: AnyNamespace, auth: Auth): void {
    const { gate } = namespace;
    const { authenticate } = this.server;
    const request = this.requestFor(namespace, auth);
    if (gate.isOpen && request.session === undefined && authenticate === undefined)
      return gate.admitNow(request, (socket) => this.linkFor(socket, request));
    const admitted = async (): Promise<void> => {
      const principal = await this.server.principalOf(request.handshake);
      const admission = await gate.admit({ ...request, principal });
      if (this.isClosed || this.isLeaving) admission.abandon();
      else admission.open(this.linkFor(admission.handler as AnySocket, request)); // the gate makes no others
    };
    admitted().catch((error) => {
      if (!(error instanceof Refusal)) namespace.report(error, undefined, "connection");
      if (this.isClosed) return;
      if (isTemporary(error)) this.close();
      else this.refuse(namespace.name, connectErrorOf(error, this.carrier.protocol));
    });
  }

  private requestFor({ name }: AnyNamespace, auth: Auth): AdmissionRequest {
    const { carrier } = this;
    const { pid, offset } = auth;
    const isOffset = typeof offset === "string";
    const isRecovery = this.server.isRecoverable && typeof pid === "string" && (isOffset || offset === undefined);
    const from = { request: carrier.request, address: carrier.remoteAddress };
    return {
      wire: "socket.io",
      namespace: name,
      handshake: new LateHandshake(from, isRecovery ? withoutSecrets(auth) : auth),
      principal: undefined,
      rooms: [],
      session: isRecovery ? pid : undefined,
      since: isRecovery && isOffset ? offset : undefined,
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
    if (next === undefined) return;
    this.enter(nsp, next);
    this.entering?.get(nsp)?.push(...others);
  }
}

/** A client that is told of it does not try again; one whose session ends comes back, to another server maybe. */
function isTemporary(error: unknown): boolean {
  return error instanceof Refusal && (error.code === "shutting-down" || error.code === "overloaded");
}

/** The pid is the secret of the session, and handshakes get logged. */
function withoutSecrets({ pid: _pid, offset: _offset, ...shown }: Auth): Auth {
  return shown;
}

/** What is no object says nothing. */
function authOf(data: unknown): Auth {
  return typeof data === "object" && data !== null ? (data as Auth) : {};
}
