/** A Link that writes down what it is told, for tests that need no network. */

import type {
  CloseReason,
  Format,
  Hello,
  Link,
  LinkHandler,
  OutgoingEvent,
  PreparedRun,
  Room,
  Wire,
} from "../src/link.ts";
import { roomFor } from "../src/link.ts";

/** An event as a client has it. */
export type Received = Pick<OutgoingEvent, "name" | "args" | "id" | "ack">;

/** Events as they are; counts what is encoded. */
export class CountingFormat implements Format<readonly Received[]> {
  encoded = 0;
  joined = 0;

  encode({ name, args, id, ack }: OutgoingEvent): readonly Received[] {
    this.encoded += 1;
    return [{ name, args, id, ack }];
  }

  join(parts: readonly (readonly Received[])[]): readonly Received[] {
    this.joined += 1;
    return parts.flat();
  }
}

export interface FakeLinkOptions {
  readonly wire?: Wire;
  readonly canAck?: boolean;
  readonly hearsHello?: boolean;
  readonly format?: CountingFormat;
  /** `closed` is reported within `close`, or later, by `cut`. */
  readonly closes?: "at-once" | "later";
  /** Bytes that each event adds to what is buffered, until `drain`. */
  readonly eventBytes?: number;
}

export class FakeLink implements Link {
  readonly wire: Wire;
  readonly canAck: boolean;
  readonly hearsErrors = true;
  readonly hearsHello: boolean;
  bufferedBytes = 0;
  hello: Hello | undefined;
  closedFor: CloseReason | undefined;
  retry: number | undefined;
  readonly received: Received[] = [];
  readonly handler: LinkHandler;
  private readonly options: FakeLinkOptions;
  private readonly format: CountingFormat;
  private isGone = false;

  constructor(handler: LinkHandler, options: FakeLinkOptions = {}) {
    this.handler = handler;
    this.options = options;
    this.wire = options.wire ?? "websocket";
    this.canAck = options.canAck ?? true;
    this.hearsHello = options.hearsHello ?? true;
    this.format = options.format ?? new CountingFormat();
  }

  get room(): Room {
    return roomFor(this.bufferedBytes, 16 * 1024 * 1024);
  }

  open(hello: Hello): void {
    if (this.hello !== undefined) throw new Error("opened twice");
    if (this.received.length > 0) throw new Error("sent before it was opened");
    this.hello = hello;
  }

  send(run: PreparedRun): void {
    if (this.isGone) return;
    if (this.hello === undefined) throw new Error("sent before it was opened");
    const events = run.encodedFor(this.format) ?? [];
    this.received.push(...events);
    this.bufferedBytes += events.length * (this.options.eventBytes ?? 0);
  }

  close(reason: CloseReason, retry?: number): void {
    if (this.closedFor !== undefined) return;
    this.closedFor = reason;
    this.retry = retry;
    if (this.options.closes !== "later") this.cut("forced close");
  }

  /** The network breaks, or the end is complete. */
  cut(reason = "transport close"): void {
    if (this.isGone) return;
    this.isGone = true;
    this.handler.closed(reason);
  }

  /** The other end read everything. */
  drain(): void {
    this.bufferedBytes = 0;
    this.handler.drained();
  }

  get names(): string[] {
    return this.received.map(({ name }) => name);
  }

  get ids(): string[] {
    return this.received.flatMap(({ id }) => id ?? []);
  }
}
