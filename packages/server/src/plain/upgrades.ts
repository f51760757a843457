/** WebSocket upgrades (RFC 6455 §4.2): let in like any other request, and only then answered with 101. */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { HandshakeError, readHandshake, type WebSocket, WebSocketServer } from "@anywire/websocket";
import type { Admission, Gate } from "../admission.ts";
import { Refusal } from "../errors.ts";
import type { ResolvedPlainOptions } from "./options.ts";
import { partingTimeout } from "./parting.ts";
import { chooseSubprotocol, isSubprotocol } from "./subprotocol.ts";
import { admissionRequestOf, type Visit } from "./visit.ts";
import { WebSocketLink } from "./websocket-link.ts";

interface UpgradesOptions {
  readonly gate: Gate;
  readonly limits: ResolvedPlainOptions;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** What an `upgrade` event brings. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

export class Upgrades {
  private readonly options: UpgradesOptions;
  private readonly server: WebSocketServer;
  /** Sockets that were answered with 101. */
  private readonly up = new WeakSet<Duplex>();

  constructor(options: UpgradesOptions) {
    this.options = options;
    const { maxMessageBytes, heartbeat } = options.limits;
    this.server = new WebSocketServer({
      noServer: true,
      maxPayload: maxMessageBytes,
      heartbeat,
      closeTimeout: partingTimeout,
      handleProtocols: (offers: Set<string>) => chooseSubprotocol(offers) ?? false,
    });
  }

  /**
   * The socket is not read until it is a WebSocket: frames that arrive early wait in it.
   * @throws {Refusal}
   */
  async serve(upgrade: UpgradeRequest, visit: Visit): Promise<void> {
    const { gate, limits } = this.options;
    const admission = await gate.admit(admissionRequestOf(visit, "websocket", limits.maxRooms));
    if (isGone(upgrade.socket)) {
      upgrade.socket.destroy(); // it may be open still for writing, with nobody to read
      return admission.abandon();
    }
    this.server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (ws: WebSocket) => {
      this.up.add(upgrade.socket);
      this.open(ws, admission);
    });
    if (!this.isUp(upgrade.socket)) admission.abandon();
  }

  /** The socket is a WebSocket: nothing else may be written to it. */
  isUp(socket: Duplex): boolean {
    return this.up.has(socket);
  }

  /**
   * @param grace milliseconds that WebSockets have to close
   * @returns when all are gone
   */
  async close(grace: number): Promise<void> {
    const cut = setTimeout(() => {
      for (const ws of this.server.clients) ws.terminate();
    }, grace);
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
    clearTimeout(cut);
  }

  private open(ws: WebSocket, admission: Admission): void {
    const subprotocol = isSubprotocol(ws.protocol) ? ws.protocol : "bare";
    const { limits, now } = this.options;
    admission.open(new WebSocketLink({ handler: admission.handler, ws, subprotocol, limits, now }));
  }
}

/** Before anybody is asked (RFC 6455 §4.2.1, §4.4). @throws {Refusal} bad-request, method-not-allowed, upgrade-required */
export function checkHandshake(request: IncomingMessage): void {
  try {
    readHandshake(request);
  } catch (error) {
    throw error instanceof HandshakeError ? refusalOf(error) : error;
  }
}

function refusalOf(cause: HandshakeError): Refusal {
  if (cause.status === 405) return new Refusal("method-not-allowed", { cause });
  if (cause.status === 426) return new Refusal("upgrade-required", { cause });
  return new Refusal("bad-request", { message: cause.message, cause });
}

function isGone(socket: Duplex): boolean {
  return socket.destroyed || socket.readableEnded || !socket.writable;
}
