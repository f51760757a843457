/** The port between a socket and its wire: what is sent (a prepared run of events), and what carries it (a link). */

/** What carries a socket, as the application sees it in `socket.wire`. */
export type Wire = "socket.io" | "websocket" | "eventsource" | "poll";

/** One event on its way to clients. `id` is set once the history gave one; `ack` where an answer is wanted. */
export interface OutgoingEvent {
  readonly name: string;
  readonly args: readonly unknown[];
  id: string | undefined;
  readonly ack: number | undefined;
}

/** One event from a client. `id` is the client's own, for emits that it may repeat (delivery: "From client to server"). */
export interface IncomingEvent {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly id: string | undefined;
}

/** The answer to an event that wanted an ack. */
export type Answer =
  | { readonly args: readonly unknown[] }
  | { readonly error: { readonly code: string; readonly message: string } };

/** How a run, or one event, is sent. */
export interface SendOptions {
  /** It may be dropped on a link that is congested. */
  readonly volatile?: boolean | undefined;
  /** Compressed, where the wire has agreed on compression. @default as the wire decides */
  readonly compress?: boolean | undefined;
}

/** How one wire writes events: an event becomes `Encoded`, and a run of them is joined into one `Encoded`. */
export interface Format<Encoded> {
  /** @returns undefined if this wire does not carry the event (`anywire.raw` carries only `message`) */
  encode(event: OutgoingEvent, options?: SendOptions): Encoded | undefined;
  join(parts: readonly Encoded[]): Encoded;
}

/** Encodings kept of one run: what more there are serve one socket each. */
const maxKept = 16;

/**
 * Consecutive events with the same target. Each is encoded, and the run joined, at most once per wire format,
 * however many sockets take it.
 */
export class PreparedRun {
  readonly events: readonly OutgoingEvent[];
  readonly options: SendOptions;
  /** Some of its events want an ack. */
  readonly wantsAck: boolean;
  private readonly formats: Format<unknown>[] = [];
  private readonly encodings: unknown[] = [];
  private readonly failed: EncodingFailed | undefined;

  /** @param failed told of each event that a format cannot write: it is left out, the others go */
  constructor(events: readonly OutgoingEvent[], options: SendOptions = {}, failed?: EncodingFailed) {
    this.events = events;
    this.options = options;
    this.failed = failed;
    this.wantsAck = events.some((event) => event.ack !== undefined);
  }

  /** The run as `format` writes it; undefined if that wire carries none of its events. */
  encodedFor<Encoded>(format: Format<Encoded>): Encoded | undefined {
    const at = this.formats.indexOf(format);
    if (at !== -1) return this.encodings[at] as Encoded | undefined; // pushed below, by the same format
    const encoded = this.encode(format);
    if (this.formats.length === maxKept) return encoded;
    this.formats.push(format);
    this.encodings.push(encoded);
    return encoded;
  }

  /** What `format` would write is known already. */
  isEncodedAs<Encoded>(format: Format<Encoded>, encoded: Encoded): this {
    this.formats.push(format);
    this.encodings.push(encoded);
    return this;
  }

  private encode<Encoded>(format: Format<Encoded>): Encoded | undefined {
    const parts: Encoded[] = [];
    for (const event of this.events) {
      try {
        const part = format.encode(event, this.options);
        if (part !== undefined) parts.push(part);
      } catch (error) {
        this.failed?.(error, event);
      }
    }
    return parts.length > 1 ? format.join(parts) : parts[0];
  }
}

/** The program's own mistake: an event that cannot be written on some wire. */
type EncodingFailed = (error: unknown, event: OutgoingEvent) => void;

/** What a client is told first (`anywire:open`), where its wire has a place for it. */
export interface Hello {
  /** The secret by which the client comes back: at least 128 random bits, never the socket's id, never logged. */
  readonly session: string;
  readonly socket: string;
  /** Milliseconds between heartbeats. */
  readonly heartbeat: number;
  readonly recovered: boolean;
  /** Why not, when something was asked for and not recovered. */
  readonly reason: UnrecoveredReason | undefined;
  /** Where delivery starts, for a client that has no id yet. */
  readonly id: string | undefined;
}

export type UnrecoveredReason =
  | "window-exceeded"
  | "epoch-changed"
  | "node-lost"
  | "not-authorised"
  | "unknown-session";

/** Why the server closes a link. The wire turns it into its own words (close code, `anywire:close`). */
export type CloseReason =
  | "disconnected" // the program called socket.disconnect()
  | "taken-over" // the session came back on a newer link
  | "slow-consumer" // the budget of unread bytes was exceeded
  | "shutting-down"; // the server closes

/** What a link takes of a replay now, so that a client that comes back is not cut for being slow. */
export interface Room {
  readonly events: number;
  /** An event may be larger: one is taken in any case. */
  readonly bytes: number;
}

/** Of a link that holds `maxBufferedBytes` at most: a part of it, and never more than a socket's buffer is good for. */
export function roomFor(bufferedBytes: number, maxBufferedBytes: number): Room {
  return { events: 256, bytes: Math.min(64 * 1024, maxBufferedBytes / 4) - bufferedBytes };
}

/** What carries one socket. A link reports to the handler given at its making, and to nobody else. */
export interface Link {
  readonly wire: Wire;
  /** Whether the other end can answer an event that wants an ack. */
  readonly canAck: boolean;
  /** Whether the other end is told why an ack of its own has no answer. A foreign Socket.IO client has no words for it. */
  readonly hearsErrors: boolean;
  /** Whether the other end is told what `open` says; if not, it cannot come back by session. */
  readonly hearsHello: boolean;
  /** Bytes accepted by `send` that have not left the process (or, for a poll, have not been fetched). */
  readonly bufferedBytes: number;
  /** Nothing is left of it (0 or less) until the link has drained. */
  readonly room: Room;
  /** Called once, before any `send`. */
  open(hello: Hello): void;
  send(run: PreparedRun): void;
  /** Sends one event to this client alone, encoded at the call. Absent where it costs no less than `send`. */
  sendOne?(event: OutgoingEvent, options: SendOptions): void;
  /** Ends the link; `handler.closed` follows. Idempotent. `retry`: milliseconds after which to come back. */
  close(reason: CloseReason, retry?: number): void;
}

/** The socket, as its link sees it. */
export interface LinkHandler {
  /** An event came in. `reply` is present if the client wants an ack; it must be called exactly once. */
  receive(event: IncomingEvent, reply: ((answer: Answer) => void) | undefined): void;
  /** The client answered the event that carried `ack`. Unknown numbers are ignored. */
  answered(ack: number, answer: Answer): void;
  /** `bufferedBytes` fell to zero after it was not. */
  drained(): void;
  /** The link is gone; called exactly once, whoever ended it. `reason` as in Socket.IO ("transport close", "ping timeout", …). */
  closed(reason: string, description?: unknown): void;
}
