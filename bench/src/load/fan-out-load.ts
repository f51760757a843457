/** Fan-out over WebSocket: the first connection publishes, and every connection gets it. */

import { type BurstOptions, Bursts } from "./bursts.ts";
import { Connection, openConnections } from "./connection.ts";
import type { Load } from "./load.ts";
import type { Messages } from "./messages.ts";
import { type Target, webSocketOpening } from "./opening.ts";

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
    const opening = webSocketOpening(this.target, this.messages.extension);
    const connections = await openConnections(count, () => Connection.open(this.target, opening));
    for (const connection of connections) {
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
