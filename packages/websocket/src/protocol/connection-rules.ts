/** What a connection keeps to, what it is asked to send, and whom it tells what comes. */

import type { FrameRules } from "./frame.ts";
import type { Heartbeat } from "./liveness.ts";
import type { MessageRules } from "./message-assembler.ts";

export interface ConnectionRules extends FrameRules, MessageRules {
  /** Pings are answered (§5.5.2). */
  readonly autoPong: boolean;
  /** Pings that may wait for the peer to read. Only the latest is answered, so they cost nothing. */
  readonly maxPendingPings: number;
  /** Milliseconds that the peer has to finish the closing handshake and the stream. */
  readonly closeTimeout: number;
  readonly heartbeat: Heartbeat | undefined;
  /** A masking key for the next frame, that nobody can foretell (§5.3, §10.3). */
  readonly nextKey: () => number;
}

/** How a data frame leaves. */
export interface FrameForm {
  readonly binary: boolean;
  /** False for all but the last fragment of a message (§5.4). */
  readonly fin: boolean;
  /** The payload is compressed (RFC 7692 §6). Looked at in the first frame of a message. */
  readonly compressed?: boolean | undefined;
  /** A client's frames are masked, a server's are not (§5.1). */
  readonly masked: boolean;
}

/** Who gets the messages. What is handed over is the receiver's; it may be a view of the chunk it came in. */
export interface ConnectionHandler<Bytes> {
  /** @param ascii it is known to be: then each byte is a character */
  message(data: Bytes, binary: boolean, ascii: boolean): void;
  /** A data frame, where messages are not put together; `fin`: the last of its message. */
  fragment?(data: Bytes, binary: boolean, fin: boolean): void;
  ping(data: Bytes): void;
  pong(data: Bytes): void;
  /** A compressed message, once compression was agreed on: `deliver` it inflated, and `hold` the rest if that takes time. */
  compressed?(data: Bytes, binary: boolean): void;
}
