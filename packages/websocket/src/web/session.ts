/** One connection under the standard's classes, from the queue of its host to its end: WHATWG WebSockets §2 and RFC 6455. */

import { Connection, type ConnectionEvents } from "../node/connection.ts";
import { publishClose, publishError, publishOpen } from "../node/diagnostics.ts";
import { type Opened, Opening, type OpeningEvents } from "../node/opening.ts";
import type { SendCallback } from "../node/send-callback.ts";
import { closeCode } from "../protocol/close-code.ts";
import { formatAgreement } from "../protocol/deflate-offer.ts";
import { hasBlockedPort } from "./blocked-ports.ts";
import { connectionOptions, openingOptions } from "./client-settings.ts";
import { waitInLine } from "./connection-queue.ts";
import type { Target } from "./target.ts";

/** What was agreed on; "" for nothing. */
export interface Agreement {
  readonly protocol: string;
  readonly extensions: string;
}

export interface Ending {
  /** The closing handshake was completed, and all that was sent before it has left. */
  readonly wasClean: boolean;
  /** The connection failed (RFC 6455 §7.1.7): no close frame has come. Why is not told. */
  readonly failed: boolean;
  readonly code: number;
  readonly reason: string;
}

/** None of them is called before the constructor of the session has returned. */
export interface SessionEvents {
  opened(agreement: Agreement): void;
  message(data: Buffer, binary: boolean): void;
  /** Called once, at last. */
  closed(ending: Ending): void;
}

const closedEarly = "WebSocket was closed before the connection was established";

const failure: Ending = { wasClean: false, failed: true, code: closeCode.abnormalClosure, reason: "" };

/** Why a connection fails is told to diagnostics_channel alone. */
export class Session {
  private readonly owner: object;
  private readonly events: SessionEvents;
  private readonly leaveLine: () => void;
  private opening: Opening | undefined = undefined;
  private connection: Connection | undefined = undefined;
  /** Messages that have not left. */
  private unsent = 0;
  private over = false;

  /** @param owner the program's object, by which tools know the connection */
  constructor(owner: object, target: Target, events: SessionEvents) {
    this.owner = owner;
    this.events = events;
    if (hasBlockedPort(target.url)) {
      this.leaveLine = () => {};
      this.failLater("The port is another protocol's");
    } else this.leaveLine = waitInLine(lineOf(target.url), () => this.open(target));
  }

  /** A close frame was asked for or has come, or the connection is gone. */
  get closing(): boolean {
    return this.over || this.connection?.closing === true;
  }

  /** `done` is called once: with true when the bytes have left, with false if they never will. */
  send(payload: Buffer | Blob | string, done: (left: boolean) => void): void {
    const { connection } = this;
    if (connection === undefined || this.closing) return done(false);
    const form = { binary: typeof payload !== "string", fin: true, compress: true, masked: true };
    this.unsent++;
    const callback: SendCallback = (error) => {
      const left = !error && !connection.stream.destroyed; // Node calls a write that was cut off a success
      if (left) this.unsent--;
      done(left);
    };
    if (payload instanceof Blob) connection.sendBlob(payload, form, callback);
    else connection.send(payload, form, callback);
  }

  /** Begins the closing handshake, behind all that was sent; fails a connection that is not established. */
  close(payload: Buffer): void {
    if (this.connection !== undefined) this.connection.close(payload);
    else if (this.opening !== undefined) this.opening.abort(closedEarly);
    else this.stopWaiting();
  }

  pause(): void {
    this.connection?.pause();
  }

  resume(): void {
    if (!this.over) this.connection?.resume();
  }

  private open(target: Target): void {
    const { url, protocols } = target;
    this.opening = new Opening(url, { protocols, options: openingOptions }, this.openingEvents());
  }

  /** Redirects are not followed, other answers not told apart: a page must not learn what it has no access to (§2.2). */
  private openingEvents(): OpeningEvents {
    return {
      watchesRedirects: () => false,
      redirected: () => {},
      upgraded: () => {},
      unexpected: () => false,
      opened: (opened) => this.opened(opened),
      failed: (error) => this.failed(error),
    };
  }

  private opened({ stream, head, protocol, deflate }: Opened): void {
    this.opening = undefined;
    this.leaveLine();
    const connection = new Connection(stream, connectionOptions(deflate), this.connectionEvents());
    this.connection = connection;
    connection.start(head);
    publishOpen(this.owner);
    this.events.opened({ protocol, extensions: deflate === undefined ? "" : formatAgreement(deflate) });
  }

  private connectionEvents(): ConnectionEvents {
    return {
      message: (data, binary) => this.events.message(data, binary),
      ping: () => {},
      pong: () => {},
      failed: (error) => publishError(this.owner, error),
      closed: (code, reason) => this.closed(code, reason),
      drained: () => {},
      backpressure: () => {},
    };
  }

  private closed(code: number, reason: Buffer): void {
    const wasClean = this.connection?.wasClean === true && this.unsent === 0; // or our close frame is missing too
    const failed = code === closeCode.abnormalClosure; // only seen: no close frame has come (RFC 6455 §7.1.5)
    this.end({ wasClean, failed, code, reason: reason.toString() });
  }

  private stopWaiting(): void {
    this.leaveLine();
    this.failLater(closedEarly);
  }

  private failLater(message: string): void {
    process.nextTick(() => this.failed(new Error(message)));
  }

  private failed(error: Error): void {
    if (!this.over) publishError(this.owner, error);
    this.end(failure);
  }

  private end(ending: Ending): void {
    if (this.over) return;
    this.over = true;
    this.leaveLine();
    publishClose(this.owner, ending.code, Buffer.from(ending.reason));
    this.events.closed(ending);
  }
}

/** TLS or not, it is the same port (RFC 6455 §4.1, step 2). */
function lineOf({ hostname, port, protocol }: URL): string {
  const portInUse = port !== "" ? port : protocol === "wss:" ? "443" : "80";
  return `${hostname}:${portInUse}`;
}
