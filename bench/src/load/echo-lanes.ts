/** Each connection keeps `depth` messages in flight, and sends as many anew as come back. */

import type { Channel } from "./connection.ts";
import { Exchange } from "./exchange.ts";
import type { FrameRing } from "./frame-ring.ts";
import { defaultPatience, type LoadOptions } from "./load.ts";
import type { Messages } from "./messages.ts";
import type { Checker } from "./reply-checker.ts";

export interface EchoOptions extends LoadOptions {
  readonly messages: Messages;
  readonly depth: number;
}

export class EchoLanes {
  private readonly options: EchoOptions;
  private readonly lanes: EchoLane[] = [];

  constructor(options: EchoOptions) {
    this.options = options;
  }

  get count(): number {
    return this.lanes.length;
  }

  add(channel: Channel): void {
    this.lanes.push(new EchoLane(channel, this.options));
  }

  async exchange(messages: number): Promise<Float64Array> {
    const exchange = new Exchange(messages, this.options.patience ?? defaultPatience);
    const share = Math.floor(messages / this.lanes.length);
    const rest = messages % this.lanes.length;
    for (const [n, lane] of this.lanes.entries()) lane.start(exchange, share + (n < rest ? 1 : 0));
    await exchange.done;
    return exchange.latencies;
  }

  close(): void {
    for (const lane of this.lanes.splice(0)) lane.close();
  }
}

/** One connection and what is in flight on it. */
class EchoLane {
  private readonly channel: Channel;
  private readonly ring: FrameRing;
  private readonly checker: Checker;
  /** When each message in flight was sent, by its number modulo the depth. */
  private readonly sentAt: Float64Array;
  private exchange: Exchange | undefined;
  private sent = 0;
  private replied = 0;
  private left = 0;

  constructor(channel: Channel, { messages, depth }: EchoOptions) {
    this.channel = channel;
    this.ring = messages.sent;
    this.checker = messages.createChecker();
    this.sentAt = new Float64Array(depth);
    channel.handler = this;
  }

  start(exchange: Exchange, messages: number): void {
    this.exchange = exchange;
    this.left = messages;
    this.send(this.sentAt.length, performance.now());
  }

  received(bytes: Uint8Array): void {
    const replies = this.checker.take(bytes);
    const now = performance.now();
    for (let n = 0; n < replies; n++) this.exchange?.record(1, now - this.sentAt[this.replied++ % this.sentAt.length]!);
    this.send(replies, now);
  }

  lost(error: unknown): void {
    this.exchange?.fail(error);
  }

  close(): void {
    this.channel.close();
  }

  private send(most: number, now: number): void {
    const count = Math.min(most, this.left);
    if (count === 0) return;
    for (let n = 0; n < count; n++) this.sentAt[(this.sent + n) % this.sentAt.length] = now;
    this.checker.ask(count);
    this.channel.send(this.ring.take(this.sent, count));
    this.sent += count;
    this.left -= count;
  }
}
