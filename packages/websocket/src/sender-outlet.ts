/** Where a Sender's frames go: through the queue of a live connection, or of its own to a stream. */

import type { Duplex } from "node:stream";
import { type CompressionExtensions, compressorOf } from "./compression-face.ts";
import { type FrameOptions, framePieces, textPieces } from "./frame-pieces.ts";
import type { Connection, ControlForm } from "./node/connection.ts";
import { type Exit, Outgoing, type SendForm } from "./node/outgoing.ts";
import type { SendCallback } from "./node/send-callback.ts";
import type { FrameForm } from "./protocol/connection.ts";
import { opcode as opcodes } from "./protocol/opcode.ts";

/** A Connection has most of it. */
export interface Outlet extends Pick<Connection, "send" | "sendBlob" | "sendControl" | "sendControlBlob"> {
  close(payload: Buffer, form: ControlForm): void;
  sendFrame(pieces: readonly (Buffer | string)[], callback: SendCallback | undefined): void;
}

type Kind = "ping" | "pong";

/** All leaves in the order in which the program sent it, be it here or on the WebSocket. */
export class ConnectionOutlet implements Outlet {
  private readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  send(payload: Buffer | string, form: SendForm, callback: SendCallback | undefined): void {
    this.connection.send(payload, form, callback);
  }

  sendBlob(blob: Blob, form: SendForm, callback: SendCallback | undefined): void {
    this.connection.sendBlob(blob, form, callback);
  }

  sendControl(kind: Kind, payload: Buffer | string, form: ControlForm): void {
    this.connection.sendControl(kind, payload, form);
  }

  sendControlBlob(kind: Kind, blob: Blob, form: ControlForm): void {
    this.connection.sendControlBlob(kind, blob, form);
  }

  close(payload: Buffer, { callback }: ControlForm): void {
    this.connection.close(payload);
    if (callback !== undefined) process.nextTick(callback);
  }

  sendFrame(pieces: readonly (Buffer | string)[], callback: SendCallback | undefined): void {
    this.connection.sendFrames(
      Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece))),
      callback,
    );
  }
}

/** Each frame is a write of its own. */
export class StreamOutlet implements Outlet, Exit {
  readonly stream: Duplex;
  private readonly generateMask: ((mask: Buffer) => void) | undefined;
  private readonly failed: (error: Error) => void;
  private readonly outgoing: Outgoing;
  private fragmented = false;

  constructor(stream: Duplex, options: StreamOutletOptions) {
    this.stream = stream;
    this.generateMask = options.generateMask;
    this.failed = options.failed;
    this.outgoing = new Outgoing(
      this,
      compressorOf(options.extensions, () => this.isGone()),
    );
  }

  send(payload: Buffer | string, form: SendForm, callback: SendCallback | undefined): void {
    this.outgoing.send(payload, form, callback);
  }

  sendBlob(blob: Blob, form: SendForm, callback: SendCallback | undefined): void {
    this.outgoing.sendBlob(blob, form, callback);
  }

  sendControl(kind: Kind, payload: Buffer | string, form: ControlForm): void {
    this.outgoing.inOrder(payload.length, form.callback, () => this.control(opcodes[kind], payload, form));
  }

  sendControlBlob(kind: Kind, blob: Blob, form: ControlForm): void {
    this.outgoing.read(blob, form.callback, (payload) => this.control(opcodes[kind], payload, form));
  }

  close(payload: Buffer, form: ControlForm): void {
    this.outgoing.inOrder(payload.length, form.callback, () => this.control(opcodes.close, payload, form));
  }

  sendFrame(pieces: readonly (Buffer | string)[], callback: SendCallback | undefined): void {
    const { stream } = this;
    if (pieces.length > 1) stream.cork();
    pieces.forEach((piece, at) => {
      stream.write(piece, at === pieces.length - 1 ? (error) => callback?.(error ?? undefined) : undefined);
    });
    if (pieces.length > 1) stream.uncork();
  }

  // Called by `Outgoing`.

  frame(payload: Buffer | string, form: FrameForm, callback: SendCallback | undefined): void {
    const { binary, fin, compressed = false, masked: mask } = form;
    const opcode = this.fragmented ? opcodes.continuation : binary ? opcodes.binary : opcodes.text;
    const rsv1 = compressed && !this.fragmented; // RFC 7692 §6.1
    this.fragmented = !fin;
    this.write(payload, { opcode, fin, rsv1, mask }, callback);
  }

  wait(): void {}

  grown(): void {}

  ready(): void {}

  failSending(error: Error): void {
    this.failed(error);
  }

  private control(opcode: number, payload: Buffer | string, { masked: mask, callback }: ControlForm): void {
    this.write(payload, { opcode, fin: true, mask }, callback);
  }

  private write(payload: Buffer | string, options: FrameOptions, callback: SendCallback | undefined): void {
    const { generateMask } = this;
    const pieces =
      typeof payload === "string" && !options.mask
        ? textPieces(payload, options)
        : framePieces(payload, { ...options, readOnly: true, generateMask });
    this.sendFrame(pieces, callback);
  }

  /** Whoever waits is told, and nothing more is compressed. */
  private isGone(): boolean {
    const { destroyed } = this.stream;
    if (destroyed) this.outgoing.close();
    return destroyed;
  }
}

export interface StreamOutletOptions {
  readonly extensions: CompressionExtensions | undefined;
  readonly generateMask: ((mask: Buffer) => void) | undefined;
  /** A Blob could not be read. */
  failed(error: Error): void;
}
