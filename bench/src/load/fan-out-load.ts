/** Fan-out over WebSocket: the first connection publishes, and every connection gets it. */

import { type BurstOptions, Bursts } from "./bursts.ts";
import { type Connection, openConnections } from "./connection.ts";
import { enter } from "./entering.ts";
import type { Load } from "./load.ts";
import type { Messages } from "./messages.ts";
import type { Target } from "./opening.ts";

export interface FanOutOptions extends BurstOptions {
  readonly messages: Messages;
}

export class FanOutLoad implements Load {
  private readonly target: Target;
  private readonly messages: Messages;
  private readonly bursts: Bursts;
  private readonly subscribers: Connection[] = [];

  constructor(target: Target, options: FanOutOptions) {
    this.target = target;
    this.messages = options.messages;
    this.bursts = new Bursts(options, (first, count) => this.publish(first, count));
  }

  async open(count: number): Promise<void> {
    const { entry } = this.messages;
    const opening = entry.opening(this.target);
    const open = () => enter(this.target, opening, entry.createGreeting());
    for (const connection of await openConnections(count, open)) {
      connection.handler = this.bursts.subscribe(this.messages.createChecker());
      this.subscribers.push(connection);
    }
  }

  exchange(messages: number): Promise<Float64Array> {
    return this.bursts.exchange(messages);
  }

  close(): void {
    for (const connection of this.subscribers.splice(0)) connection.close();
  }

  private publish(first: number, count: number): void {
    this.subscribers[0]?.send(this.messages.sent.take(first, count));
  }
}
