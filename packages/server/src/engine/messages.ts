/** Messages on their way, with each wire's form of them: made on first use, shared by all who take them (Engine.IO 3 and 4). */

import type { Packet } from "@anywire/protocol/engine";
import { PreparedMessage, WebSocket } from "@anywire/websocket";
import type { EngineProtocol } from "./transport.ts";

export interface WriteOptions {
  /** Compress it, where the transport can. @default true */
  readonly compress?: boolean | undefined;
  /** It may be dropped if the client is slow: judged by who sends it. @default false */
  readonly volatile?: boolean | undefined;
}

/** A packet as engine.io shows it to listeners, with the options of its message. */
interface MessagePacket extends Packet {
  readonly options: { readonly compress: boolean };
}

/** EIO 3: the type byte before the bytes of a message. */
const messageByte = 4;

/** Up to so many bytes a WebSocket copies what it is given: the program may change its own afterwards. */
const copiedUpTo = 0x4000;

const compressed = {};
const uncompressed = { compress: false };

export class Messages {
  readonly messages: readonly (string | Uint8Array)[];
  readonly compress: boolean;
  /** Approximate: of a text, its length in UTF-16 units. */
  readonly bytes: number;
  private parts: readonly Messages[] | undefined;
  /** A WebSocket has taken them. */
  private isTaken: boolean;
  private current: PreparedMessage | undefined;
  private legacy: PreparedMessage | undefined;
  private asPackets: readonly MessagePacket[] | undefined;

  /** @param messages texts and binaries of Socket.IO, in order; they must not change afterwards */
  constructor(messages: readonly (string | Uint8Array)[], options?: WriteOptions, parts?: readonly Messages[]) {
    this.messages = messages;
    this.compress = options?.compress !== false;
    this.bytes = messages.reduce((sum, message) => sum + message.length, 0);
    this.parts = parts;
    this.isTaken = false;
    this.current = undefined;
    this.legacy = undefined;
    this.asPackets = undefined;
  }

  /** One after the other, each with its own options; what was made of them is used again. */
  static join(parts: readonly Messages[]): Messages {
    const [first] = parts;
    if (first !== undefined && parts.length === 1) return first;
    const messages = parts.flatMap((part) => part.messages);
    return new Messages(messages, { compress: parts.some((part) => part.compress) }, parts);
  }

  /**
   * The first WebSocket gets them one by one, straight into its own write, for mostly it is the only one: to frame them
   * for many costs more than to send them. All others share the frames.
   */
  sendOn(socket: WebSocket, protocol: EngineProtocol): void {
    if (this.isTaken || this.bytes > copiedUpTo) socket.send(this.frames(protocol));
    else this.sendEach(socket, protocol);
    this.isTaken = true;
  }

  /** Others with each text changed so; what is binary is shared, and framed once for all. */
  withTexts(change: (text: string) => string): Messages {
    const [text] = this.messages;
    const { compress } = this;
    if (this.messages.length === 1) return typeof text === "string" ? new Messages([change(text)], { compress }) : this;
    this.parts ??= this.messages.map((message) => new Messages([message], { compress }));
    return Messages.join(this.parts.map((part) => part.withTexts(change)));
  }

  /** All of them for a WebSocket, framed once. */
  frames(protocol: EngineProtocol): PreparedMessage {
    if (protocol === 4) {
      this.current ??= this.prepare(protocol);
      return this.current;
    }
    this.legacy ??= this.prepare(protocol);
    return this.legacy;
  }

  /** For transports that take packets one by one. */
  get packets(): readonly MessagePacket[] {
    this.asPackets ??= this.parts?.flatMap((part) => part.packets) ?? this.messages.map((data) => this.packetOf(data));
    return this.asPackets;
  }

  private packetOf(data: string | Uint8Array): MessagePacket {
    return { type: "message", data, options: { compress: this.compress } };
  }

  private get options(): { compress?: boolean } {
    return this.compress ? compressed : uncompressed;
  }

  private sendEach(socket: WebSocket, protocol: EngineProtocol): void {
    if (this.parts !== undefined) for (const part of this.parts) part.sendOn(socket, protocol);
    else for (const message of this.messages) socket.send(frameOf(message, protocol), this.options);
  }

  private prepare(protocol: EngineProtocol): PreparedMessage {
    if (this.parts !== undefined) return PreparedMessage.join(this.parts.map((part) => part.frames(protocol)));
    const { options } = this;
    return PreparedMessage.join(this.messages.map((message) => WebSocket.prepare(frameOf(message, protocol), options)));
  }
}

function frameOf(message: string | Uint8Array, protocol: EngineProtocol): string | Uint8Array {
  if (typeof message === "string") return `4${message}`;
  if (protocol === 4) return message;
  const frame = new Uint8Array(1 + message.length);
  frame[0] = messageByte;
  frame.set(message, 1);
  return frame;
}
