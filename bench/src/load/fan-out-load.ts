/** Fan-out: the first connection publishes `burst` messages at once, every connection gets them, then comes the next burst. */

import { Connection, openConnections } from "./connection.ts";
import { Exchange } from "./exchange.ts";
import { defaultPatience, type Load, type LoadOptions } from "./load.ts";
import type { Messages } from "./messages.ts";
import { type Target, webSocketOpening } from "./opening.ts";
import type { Checker } from "./reply-checker.ts";

export interface FanOutOptions extends LoadOptions {
  readonly messages: Messages;
  readonly burst: number;
}

interface Subscriber {
  readonly connection: Connection;
  readonly checker: Checker;
}

export class FanOutLoad implements Load {
  private readonly target: Target;
  private readonly options: FanOutOptions;
  private readonly subscribers: Subscriber[] = [];
  private current: Exchange | undefined;
  private published = 0;
  private publishedAt = 0;
  /** Deliveries that the burst under way still owes, and the exchange after it. */
  private due = 0;
  private left = 0;

  constructor(target: Target, options: FanOutOptions) {
    this.target = target;
    this.options = options;
  }

  async open(count: number): Promise<void> {
    const opening = webSocketOpening(this.target, this.options.messages.extension);
    const connections = await openConnections(count, () => Connection.open(this.target, opening));
    for (const connection of connections) this.subscribe(connection);
  }

  /** @param messages counted as delivered, in whole bursts: rounded up */
  async exchange(messages: number): Promise<Float64Array> {
    const burst = this.subscribers.length * this.options.burst;
    this.left = Math.ceil(messages / burst) * burst;
    this.current = new Exchange(this.left, this.options.patience ?? defaultPatience);
    this.publish();
    await this.current.done;
    return this.current.latencies;
  }

  close(): void {
    for (const { connection } of this.subscribers.splice(0)) connection.close();
  }

  private subscribe(connection: Connection): void {
    const checker = this.options.messages.createChecker();
    connection.handler = {
      received: (bytes) => this.delivered(checker.take(bytes)),
      lost: (error) => this.current?.fail(error),
    };
    this.subscribers.push({ connection, checker });
  }

  private delivered(messages: number): void {
    this.current?.record(messages, performance.now() - this.publishedAt);
    this.due -= messages;
    if (this.due === 0) this.publish();
  }

  private publish(): void {
    if (this.left === 0) return;
    const { burst, messages } = this.options;
    for (const { checker } of this.subscribers) checker.ask(burst);
    this.due = this.subscribers.length * burst;
    this.left -= this.due;
    this.publishedAt = performance.now();
    this.subscribers[0]?.connection.send(messages.sent.take(this.published, burst));
    this.published += burst;
  }
}
