/** How a WebTransport session becomes a transport: its first stream, and the packet that opens it (engine.io-protocol 4, "Handshake"). */

import type { PacketType } from "@anywire/protocol/engine";
import type { Transport, TransportHandler } from "./transport.ts";
import type { WebTransportSession, WebTransportStream } from "./webtransport-session.ts";
import { closeSession, WebTransportTransport } from "./webtransport-transport.ts";

/** The server, as far as it takes part. */
export interface WebTransportHost {
  /** Milliseconds in which the client has to come so far. */
  readonly upgradeTimeout: number;
  /** Bytes. */
  readonly maxHttpBufferSize: number;
  /** Opens a session over the transport, and becomes its handler. */
  open(transport: Transport): void;
  /** The transport is to carry the session `sid`, and its handler is set. @returns false if it may not */
  upgrade(sid: string, transport: Transport): boolean;
}

/** Who says nothing that can be understood, or not in time, is sent away. Never rejects. */
export async function receiveWebTransport(session: WebTransportSession, host: WebTransportHost): Promise<void> {
  session.closed.catch(ignore); // however it ends: the reader is told
  const timer = setTimeout(() => closeSession(session), host.upgradeTimeout);
  const stream = await firstStream(session);
  if (stream === undefined) {
    clearTimeout(timer);
    return closeSession(session);
  }
  const transport = new WebTransportTransport(session, stream, host.maxHttpBufferSize);
  transport.handler = new Handshake(transport, host, timer);
  void transport.read();
}

async function firstStream(session: WebTransportSession): Promise<WebTransportStream | undefined> {
  try {
    const { value } = await session.incomingBidirectionalStreams.getReader().read();
    return value;
  } catch {
    return undefined; // the session broke off
  }
}

/** Hears the first packet, and gives the transport to who is to have it. */
class Handshake implements TransportHandler {
  private readonly transport: WebTransportTransport;
  private readonly host: WebTransportHost;
  private readonly timer: NodeJS.Timeout;

  constructor(transport: WebTransportTransport, host: WebTransportHost, timer: NodeJS.Timeout) {
    this.transport = transport;
    this.host = host;
    this.timer = timer;
  }

  packet(type: PacketType, data: string | Buffer | undefined): void {
    clearTimeout(this.timer);
    if (type !== "open" || !this.accepts(data)) this.transport.discard();
  }

  writable(): void {}

  closed(): void {
    clearTimeout(this.timer);
  }

  private accepts(data: string | Buffer | undefined): boolean {
    if (data === undefined) {
      this.host.open(this.transport);
      return true;
    }
    const sid = sidOf(data);
    return sid !== undefined && this.host.upgrade(sid, this.transport);
  }
}

function sidOf(data: string | Buffer): string | undefined {
  try {
    const handshake: unknown = JSON.parse(data.toString());
    if (typeof handshake !== "object" || handshake === null || !("sid" in handshake)) return undefined;
    return typeof handshake.sid === "string" ? handshake.sid : undefined;
  } catch {
    return undefined; // no JSON
  }
}

function ignore(): void {}
