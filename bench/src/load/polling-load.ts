/** Echo of Socket.IO events over long-polling: each client has one in flight, a POST and the poll that brings it back. */

import { openConnections } from "./connection.ts";
import { Exchange } from "./exchange.ts";
import { defaultPatience, type Load, type LoadOptions } from "./load.ts";
import type { Target } from "./opening.ts";
import { PollingSession } from "./polling-session.ts";
import { Disqualified } from "./reply-checker.ts";

export interface PollingOptions extends LoadOptions {
  /** Packets that come back as they are, sent round and round: ASCII. */
  readonly packets: readonly string[];
}

export class PollingLoad implements Load {
  private readonly target: Target;
  private readonly options: PollingOptions;
  private readonly lanes: PollingLane[] = [];

  constructor(target: Target, options: PollingOptions) {
    this.target = target;
    this.options = options;
  }

  async open(count: number): Promise<void> {
    const sessions = await openConnections(count, () => PollingSession.open(this.target));
    this.lanes.push(...sessions.map((session) => new PollingLane(session, this.options.packets)));
  }

  async exchange(messages: number): Promise<Float64Array> {
    const exchange = new Exchange(messages, this.options.patience ?? defaultPatience);
    let left = messages;
    const run = async (lane: PollingLane) => {
      while (left-- > 0) await lane.echo(exchange);
    };
    Promise.all(this.lanes.map(run)).catch((error: unknown) => exchange.fail(error));
    await exchange.done;
    return exchange.latencies;
  }

  close(): void {
    for (const lane of this.lanes.splice(0)) lane.close();
  }
}

/** One client, and how far it is. */
class PollingLane {
  private readonly session: PollingSession;
  private readonly packets: readonly string[];
  private sent = 0;

  constructor(session: PollingSession, packets: readonly string[]) {
    this.session = session;
    this.packets = packets;
  }

  async echo(exchange: Exchange): Promise<void> {
    const start = performance.now();
    const packet = this.packets[this.sent % this.packets.length]!;
    const polled = await this.session.exchange(packet);
    if (polled !== packet) throw new Disqualified(`reply ${this.sent} is not what was sent`);
    this.sent++;
    exchange.record(1, performance.now() - start);
  }

  close(): void {
    this.session.close();
  }
}
