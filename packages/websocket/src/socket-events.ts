/** What a connection tells, as the events of its WebSocket. */

import type { ConnectionEvents } from "./node/connection.ts";
import { publishClose, publishError } from "./node/diagnostics.ts";
import type { WebSocket } from "./websocket.ts";

const binaryTypes = ["nodebuffer", "arraybuffer", "fragments", "blob"] as const;

export type BinaryType = (typeof binaryTypes)[number];

export function isBinaryType(type: unknown): type is BinaryType {
  return binaryTypes.some((known) => known === type);
}

/** Who is told without an event: a list of listeners for each socket costs memory, and each event time. Programs may listen too. */
export interface SocketHandler {
  /** Whatever the `binaryType`. @param ascii it is known to be */
  message(data: Buffer, binary: boolean, ascii: boolean): void;
  drained(): void;
  failed(error: Error): void;
  closed(): void;
}

export class SocketEvents implements ConnectionEvents {
  handler: SocketHandler | undefined = undefined;
  private readonly socket: WebSocket;
  private readonly released: ((socket: WebSocket) => void) | undefined;
  private broken = false;

  constructor(socket: WebSocket, released: ((socket: WebSocket) => void) | undefined) {
    this.socket = socket;
    this.released = released;
  }

  message(data: Buffer, binary: boolean, ascii: boolean): void {
    const { handler, socket } = this;
    handler?.message(data, binary, ascii);
    if (handler !== undefined && socket.listenerCount("message") === 0) return;
    if (!binary || socket.binaryType === "nodebuffer") socket.emit("message", data, binary);
    else socket.emit("message", convert(data, socket.binaryType), binary);
  }

  fragment(data: Buffer, binary: boolean, fin: boolean): void {
    const { binaryType } = this.socket;
    const given = binary && binaryType !== "nodebuffer" ? convert(data, binaryType) : data;
    this.socket.emit("frame", given, binary, fin);
  }

  ping(data: Buffer): void {
    this.socket.emit("ping", data);
  }

  pong(data: Buffer): void {
    this.socket.emit("pong", data);
  }

  /**
   * Once: what fails later follows from the first. A peer's fault is no reason to end the process: without a listener,
   * nothing is thrown.
   */
  failed(error: Error): void {
    if (this.broken) return;
    this.broken = true;
    publishError(this.socket, error);
    this.handler?.failed(error);
    if (this.socket.listenerCount("error") > 0) this.socket.emit("error", error);
  }

  closed(code: number, reason: Buffer): void {
    this.released?.(this.socket);
    publishClose(this.socket, code, reason);
    this.handler?.closed();
    this.socket.emit("close", code, reason);
  }

  drained(): void {
    this.handler?.drained();
    this.socket.emit("drain");
  }

  backpressure(): void {
    this.socket.emit("backpressure");
  }
}

/** A binary message, as the program wants it. */
export function convert(data: Buffer, type: Exclude<BinaryType, "nodebuffer">): ArrayBuffer | Buffer[] | Blob {
  if (type === "fragments") return data.length === 0 ? [] : [data];
  return type === "blob" ? new Blob([data]) : arrayBufferOf(data);
}

/** Its own, not a part of a larger one. */
function arrayBufferOf(data: Buffer): ArrayBuffer {
  const { buffer, byteLength } = data;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return buffer;
  const own = new ArrayBuffer(byteLength);
  new Uint8Array(own).set(data);
  return own;
}
