/** How a client of Socket.IO comes in over WebSocket: Engine.IO 4's open packet, then CONNECT to `/` and its answer (Socket.IO 5). Pure. */

import type { Entry, Greeting } from "./entry.ts";
import { clientFrame } from "./frame.ts";
import { FrameChecker } from "./frame-checker.ts";
import { webSocketOpening } from "./opening.ts";
import { Disqualified } from "./reply-checker.ts";

/** Engine.IO's packet types in front of Socket.IO's: `message` and CONNECT. */
export const connectPacket = "40";
const connectFrame = clientFrame(1, Buffer.from(connectPacket, "latin1"), 0x12345678);

export const socketEntry: Entry = {
  opening: ({ port, path }, key) =>
    webSocketOpening({ port, path: `${path}?EIO=4&transport=websocket` }, undefined, key),
  createGreeting: () => new SocketGreeting(),
};

class SocketGreeting implements Greeting {
  isOver = false;
  private readonly checker = new FrameChecker({ opcode: 1, masked: false }, (packet) => this.hear(packet));
  private isOpen = false;
  private answer: Uint8Array | undefined;

  constructor() {
    this.checker.ask(1);
  }

  take(bytes: Uint8Array): Uint8Array | undefined {
    this.answer = undefined;
    this.checker.take(bytes);
    return this.answer;
  }

  private hear(packet: Uint8Array): void {
    const text = Buffer.from(packet).toString();
    if (this.isOpen) {
      readConnected(text);
      this.isOver = true;
    } else {
      readOpen(text);
      this.isOpen = true;
      this.answer = connectFrame;
      this.checker.ask(1);
    }
  }
}

/** @returns the id of the session */
export function readOpen(packet: string): string {
  return idOf("0", packet);
}

/** @returns the id of the socket */
export function readConnected(packet: string): string {
  return idOf(connectPacket, packet);
}

function idOf(type: string, packet: string): string {
  const id = packet.startsWith(type) ? sidOf(packet.slice(type.length)) : undefined;
  if (typeof id !== "string" || id === "")
    throw new Disqualified(`${JSON.stringify(packet.slice(0, 80))} came for a packet ${type} with an id`);
  return id;
}

function sidOf(json: string): unknown {
  try {
    const data: unknown = JSON.parse(json);
    return typeof data === "object" && data !== null && "sid" in data ? data.sid : undefined;
  } catch {
    return undefined;
  }
}
