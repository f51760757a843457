/** A namespace with its gate and clients on links that are fake: the whole core, without a network. */

import type { Admission, AdmissionRequest } from "../src/admission.ts";
import type { GateOptions, NamespaceGate } from "../src/gate.ts";
import type { Handshake } from "../src/handshake.ts";
import type { History } from "../src/history.ts";
import { MemoryHistory, type MemoryHistoryOptions } from "../src/memory-history.ts";
import type { Namespace } from "../src/namespace.ts";
import { Server } from "../src/server.ts";
import type { Socket } from "../src/socket.ts";
import { FakeLink, type FakeLinkOptions } from "./fake-link.ts";

export interface WorldOptions {
  readonly history?: History | undefined;
  readonly ackTimeout?: number;
  readonly gate?: Partial<GateOptions>;
}

/** One client's connection. */
export interface Peer {
  readonly link: FakeLink;
  readonly admission: Admission;
}

export class World {
  readonly server: Server;
  readonly namespace: Namespace;
  readonly gate: NamespaceGate;

  constructor({ history, ackTimeout = 30_000, gate = {} }: WorldOptions = {}) {
    const { authorize, heartbeat = 25_000, connectionHandlerTimeout = 5_000, maxSockets = 100_000 } = gate;
    const plain = { heartbeat: { interval: heartbeat }, ...(authorize && { authorize }) };
    const log = history === undefined ? {} : { history };
    this.server = new Server({ plain, ...log, ackTimeout, connectionHandlerTimeout, maxSockets });
    this.namespace = this.server.sockets;
    this.gate = this.namespace.gate;
  }

  async connect(request: Partial<AdmissionRequest> = {}, link: FakeLinkOptions = {}): Promise<Peer> {
    const admission = await this.gate.admit(requestOf(request));
    return this.open(admission, link);
  }

  open(admission: Admission, options: FakeLinkOptions = {}): Peer {
    const link = new FakeLink(admission.handler, options);
    admission.open(link);
    return { link, admission };
  }

  /** The server's end of a peer. */
  socketOf({ link }: Peer): Socket {
    const socket = [...this.namespace.sockets.values()].find((each) => each.link === link);
    if (socket === undefined) throw new Error("not connected");
    return socket;
  }
}

export const handshake: Handshake = {
  headers: {},
  query: {},
  url: "/anywire",
  address: "127.0.0.1",
  secure: false,
  xdomain: false,
  time: "",
  issued: 0,
  auth: {},
};

export function requestOf(request: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    wire: "websocket",
    namespace: "/",
    handshake,
    principal: undefined,
    rooms: [],
    since: undefined,
    session: undefined,
    ...request,
  };
}

export function memoryHistory(options: Partial<MemoryHistoryOptions> = {}): MemoryHistory {
  return new MemoryHistory({
    events: 10_000,
    bytes: 16 * 1024 * 1024,
    age: 120_000,
    epoch: "e",
    now: () => 0,
    ...options,
  });
}

/** Lets what was deferred to the end of the tick, and promises, run. */
export function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
