/** A gate with next to nothing behind it: lets everybody in, and writes down what the endpoint and its links tell. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Admission, AdmissionRequest, Gate, LiveSession } from "../../src/admission.ts";
import { Refusal } from "../../src/errors.ts";
import type { Handshake } from "../../src/handshake.ts";
import { LateHandshake } from "../../src/late-handshake.ts";
import {
  type Answer,
  type Hello,
  type IncomingEvent,
  type Link,
  type LinkHandler,
  type OutgoingEvent,
  PreparedRun,
} from "../../src/link.ts";

type Reply = (answer: Answer) => void;

/** An event to be sent, of which only the name has to be given. */
export function outgoing(name: string, ...args: unknown[]): OutgoingEvent {
  return { name, args, id: undefined, ack: undefined };
}

export class FakeSocket extends EventEmitter implements LinkHandler {
  readonly session: string;
  readonly principal: string | undefined;
  link: Link | undefined;
  readonly received: IncomingEvent[] = [];
  readonly answers: [ack: number, answer: Answer][] = [];
  readonly closings: string[] = [];
  drains = 0;
  /** Answers events that want an ack; by default with their arguments. */
  onEvent: (event: IncomingEvent, reply: Reply | undefined) => void = (event, reply) => reply?.({ args: event.args });

  constructor(session: string, principal: string | undefined) {
    super();
    this.session = session;
    this.principal = principal;
  }

  send(...events: OutgoingEvent[]): void {
    this.link?.send(new PreparedRun(events));
  }

  sendVolatile(...events: OutgoingEvent[]): void {
    this.link?.send(new PreparedRun(events, { volatile: true }));
  }

  receive(event: IncomingEvent, reply: Reply | undefined): void {
    this.received.push(event);
    this.onEvent(event, reply);
    this.emit("told");
  }

  answered(ack: number, answer: Answer): void {
    this.answers.push([ack, answer]);
    this.emit("told");
  }

  drained(): void {
    this.drains += 1;
    this.emit("told");
  }

  closed(reason: string): void {
    this.closings.push(reason);
    this.emit("told");
  }

  /** Waits until what the link told makes it true. */
  until(holds: (socket: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!holds(this)) return;
        this.off("told", check);
        resolve();
      };
      this.on("told", check);
      check();
    });
  }
}

export class FakeGate extends EventEmitter implements Gate {
  /** A plain wire knows the client at once. */
  readonly requests: (AdmissionRequest & { readonly handshake: Handshake })[] = [];
  readonly sockets: FakeSocket[] = [];
  abandoned = 0;
  /** Called before a client is let in: may wait, or throw. */
  before: (request: AdmissionRequest) => void | Promise<void> = () => {};
  hello: Partial<Hello> = {};
  /** Tells the client who it is: at once, unless a test wants it later. */
  greet: (open: () => void) => void = (open) => open();

  async admit(request: AdmissionRequest): Promise<Admission> {
    const { handshake } = request;
    assert.ok(!(handshake instanceof LateHandshake));
    this.requests.push({ ...request, handshake });
    this.emit("asked");
    const { session, wire, principal } = request;
    if (session !== undefined && wire === "poll" && this.find(session) === undefined)
      throw new Refusal("unknown-session");
    await this.before(request);
    const socket = new FakeSocket(`session-${this.requests.length}`, principal);
    return {
      handler: socket,
      session: socket.session,
      open: (link) => this.open(socket, link),
      abandon: () => {
        this.abandoned += 1;
        this.emit("abandoned");
      },
    };
  }

  find(session: string): LiveSession | undefined {
    const socket = this.sockets.find((one) => one.session === session && one.closings.length === 0);
    if (socket?.link === undefined) return undefined;
    return { principal: socket.principal, handler: socket, link: socket.link };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("nobody is in");
    return socket;
  }

  private open(socket: FakeSocket, link: Link): void {
    socket.link = link;
    this.sockets.push(socket);
    const hello = {
      session: socket.session,
      socket: `socket-${this.sockets.length}`,
      heartbeat: 25_000,
      recovered: false,
      reason: undefined,
      id: undefined,
      ...this.hello,
    };
    this.greet(() => link.open(hello));
    this.emit("opened", socket);
  }
}
