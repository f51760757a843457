/** Engine.IO packets over a WebSocket: one message each (engine.io-protocol 4 and 3, "WebSocket"). */

import type { Duplex } from "node:stream";
import {
  decodeLegacyBinary,
  decodeLegacyText,
  decodeText,
  EnginePacketError,
  encodeLegacyBinary,
  encodeText,
  type Packet,
} from "@anywire/protocol/engine";
import type { WebSocket } from "@anywire/websocket";
import { TransportError } from "./engine-errors.ts";
import { Messages } from "./messages.ts";
import { dataOf, nodePlatform, textBehindType } from "./node-platform.ts";
import type { Outgoing, OutgoingPacket } from "./outgoing-queue.ts";
import { type EngineProtocol, nobody, type Transport, type TransportHandler } from "./transport.ts";

/** The digit of a message, as a character. */
const messageDigit = 0x34;

export class WebSocketTransport implements Transport {
  readonly protocol: EngineProtocol;
  handler: TransportHandler;
  /** As engine.io shows it. */
  readonly socket: WebSocket;
  private readonly stream: Duplex & { readonly bytesRead?: number };
  /** Of messages: for a stream that does not count. */
  private received: number;

  /** @param stream what the WebSocket was opened on */
  constructor(socket: WebSocket, stream: Duplex, protocol: EngineProtocol) {
    this.protocol = protocol;
    this.handler = nobody;
    this.socket = socket;
    this.stream = stream;
    this.received = 0;
    socket._reportTo(this);
  }

  get name(): "websocket" {
    return "websocket";
  }

  get writable(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** The kernel did not take all: what is corked it was not asked to. Unlike `bufferedBytes`, a look at it does not end the tick's batch. */
  get isBlocked(): boolean {
    return this.stream.writableLength !== 0 && this.stream.writableCorked === 0;
  }

  get bytesRead(): number {
    return this.stream.bytesRead ?? this.received;
  }

  /** The hot path of a message to one client. */
  sendText(text: string): void {
    this.socket.send(`4${text}`);
  }

  /** The hot path of a broadcast. */
  sendMessages(messages: Messages): void {
    messages.sendOn(this.socket, this.protocol);
  }

  send(batch: readonly Outgoing[]): void {
    for (const item of batch) {
      if (item instanceof Messages) this.sendMessages(item);
      else this.sendPacket(item);
    }
  }

  /** The closing handshake comes behind what was sent: whoever cuts the socket before its end cuts that off too. */
  close(done: () => void, last?: string): void {
    this.handler = { ...nobody, closed: done };
    if (last !== undefined) this.sendPacket({ type: "close", data: last });
    this.socket.close();
  }

  discard(): void {
    this.handler = nobody;
    this.socket.terminate();
  }

  /** @internal Of the WebSocket. */
  message(data: Buffer, isBinary: boolean, isAscii: boolean): void {
    this.received += data.length;
    if (isBinary || data[0] !== messageDigit) this.receiveOther(data, isBinary);
    else this.handler.packet("message", textBehindType(data, isAscii));
  }

  /** @internal Of the WebSocket. */
  drained(): void {
    this.handler.writable();
  }

  /** @internal Of the WebSocket. */
  failed(error: Error): void {
    this.end("transport error", new TransportError(String(error), error));
  }

  /** @internal Of the WebSocket. */
  closed(): void {
    this.end("transport close");
  }

  /** The first cause is told, and nothing afterwards. */
  private end(reason: "transport close" | "transport error" | "parse error", description?: unknown): void {
    const { handler } = this;
    this.handler = nobody;
    handler.closed(reason, description);
  }

  private receiveOther(data: Buffer, isBinary: boolean): void {
    let packet: Packet;
    try {
      packet = this.decode(data, isBinary);
    } catch (error) {
      if (!(error instanceof EnginePacketError)) throw error;
      return this.end("parse error", error);
    }
    this.handler.packet(packet.type, dataOf(packet.data));
  }

  /** @throws {EnginePacketError} */
  private decode(data: Buffer, isBinary: boolean): Packet {
    if (this.protocol === 4) {
      return isBinary ? { type: "message", data } : decodeText(data.toString(), nodePlatform);
    }
    return isBinary ? decodeLegacyBinary(data) : decodeLegacyText(data.toString(), nodePlatform);
  }

  private sendPacket(packet: OutgoingPacket): void {
    const { type, data, sent } = packet;
    const options = packet.options?.compress === false ? uncompressed : undefined;
    const callback = sent && (() => sent(this));
    if (!(data instanceof Uint8Array)) this.socket.send(encodeText(packet, nodePlatform), options, callback);
    else if (this.protocol === 4) this.socket.send(data, options, callback);
    else this.socket.send(encodeLegacyBinary({ type, data }), options, callback);
  }
}

const uncompressed = { compress: false };
