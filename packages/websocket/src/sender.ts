/** class Sender: what ws has behind a WebSocket, for programs that send frames of their own making. */

import type { Duplex } from "node:stream";
import type { CompressionExtensions } from "./compression-face.ts";
import { type FrameOptions, framePieces } from "./frame-pieces.ts";
import type { Connection } from "./node/connection.ts";
import type { SendCallback } from "./node/send-callback.ts";
import { closePayloadOf, controlPayloadOf, type Data, isBlob, payloadOf } from "./payload.ts";
import { ConnectionOutlet, type Outlet, StreamOutlet } from "./sender-outlet.ts";

/** Unlike those of `WebSocket.send`, all are off by default. */
export interface SenderOptions {
  /** @default false */
  binary?: boolean | undefined;
  /** Compress it, if there is the extension. @default false */
  compress?: boolean | undefined;
  /** False for all but the last fragment of a message. @default false */
  fin?: boolean | undefined;
  /** @default false */
  mask?: boolean | undefined;
}

export class Sender {
  readonly _socket: Duplex;
  /** Called when a Blob cannot be read. */
  onerror: (error: Error) => void = () => {};
  private outlet: Outlet;

  /**
   * A frame (RFC 6455 §5.2) as the pieces that `sendFrame` takes: its header and its payload; one piece if the payload is
   * empty, or had to be copied to be masked. With `mask`, a payload that is not `readOnly` is masked where it lies.
   */
  static frame(data: Buffer | string, options: FrameOptions): Buffer[] {
    return framePieces(data, options);
  }

  /** @internal One whose frames take their turn among those of the WebSocket. */
  static of(connection: Connection): Sender {
    const sender = new Sender(connection.stream);
    sender.outlet = new ConnectionOutlet(connection);
    return sender;
  }

  /** @param generateMask writes a masking key of four bytes. Default: random bytes */
  constructor(socket: Duplex, extensions?: CompressionExtensions, generateMask?: (mask: Buffer) => void) {
    this._socket = socket;
    this.outlet = new StreamOutlet(socket, { extensions, generateMask, failed: (error) => this.onerror(error) });
  }

  /** A message, or with `fin` false a fragment of one. */
  send(data: Data, options: SenderOptions, callback?: SendCallback): void {
    const { binary = false, compress = false, fin = false, mask: masked = false } = options;
    const form = { binary, compress, fin, masked };
    if (isBlob(data)) this.outlet.sendBlob(data, form, callback);
    else this.outlet.send(payloadOf(data), form, callback);
  }

  /** @throws {RangeError} for more than 125 bytes */
  ping(data?: Data, mask?: boolean, callback?: SendCallback): void {
    this.control("ping", data, { masked: mask, callback });
  }

  /** @throws {RangeError} for more than 125 bytes */
  pong(data?: Data, mask?: boolean, callback?: SendCallback): void {
    this.control("pong", data, { masked: mask, callback });
  }

  /**
   * @throws {TypeError} for a code that may not be sent, or a reason that is no text
   * @throws {RangeError} for a reason of more than 123 bytes
   */
  // biome-ignore lint/complexity/useMaxParams: the shape is that of ws
  close(code?: number, reason?: string | Uint8Array, mask?: boolean, callback?: SendCallback): void {
    this.outlet.close(closePayloadOf(code, reason), { masked: mask, callback });
  }

  /** What `frame` has made. */
  sendFrame(pieces: readonly (Buffer | string)[], callback?: SendCallback): void {
    this.outlet.sendFrame(pieces, callback);
  }

  private control(
    kind: "ping" | "pong",
    data: Data,
    form: { masked: boolean | undefined; callback?: SendCallback | undefined },
  ): void {
    const payload = controlPayloadOf(data);
    if (isBlob(payload)) this.outlet.sendControlBlob(kind, payload, form);
    else this.outlet.sendControl(kind, payload, form);
  }
}

/** What programs find as `_sender` on a live WebSocket. */
export function senderOf(connection: Connection): Sender {
  return Sender.of(connection);
}
