/** Opening handshakes: connections are opened and ended, so many at a time. A message is one connection's life. */

import { randomBytes } from "node:crypto";
import { enter } from "./entering.ts";
import { type Entry, webSocketEntry } from "./entry.ts";
import { Exchange } from "./exchange.ts";
import { defaultPatience, type Load, type LoadOptions } from "./load.ts";
import type { Opening, Target } from "./opening.ts";

/** So many keys differ; then they start over. */
const variety = 64;

export interface HandshakeOptions extends LoadOptions {
  /** Connections at a time. */
  readonly depth: number;
  /** @default of a WebSocket */
  readonly entry?: Entry;
}

export class HandshakeLoad implements Load {
  private readonly target: Target;
  private readonly options: HandshakeOptions;
  private readonly entry: Entry;
  private readonly openings: readonly Opening[];

  constructor(target: Target, options: HandshakeOptions) {
    this.target = target;
    this.options = options;
    this.entry = options.entry ?? webSocketEntry();
    this.openings = Array.from({ length: variety }, () =>
      this.entry.opening(target, randomBytes(16).toString("base64")),
    );
  }

  /** There is nothing to open beforehand. */
  async open(): Promise<void> {}

  /** @returns the latency of each: from connecting until messages may be sent */
  async exchange(messages: number): Promise<Float64Array> {
    const exchange = new Exchange(messages, this.options.patience ?? defaultPatience);
    let left = messages;
    const lane = async () => {
      while (left-- > 0) await this.live(exchange, left);
    };
    const lanes = Promise.all(Array.from({ length: this.options.depth }, lane));
    lanes.catch((error: unknown) => exchange.fail(error));
    await exchange.done;
    await lanes; // the server has ended its side of each
    return exchange.latencies;
  }

  close(): void {}

  private async live(exchange: Exchange, number: number): Promise<void> {
    const start = performance.now();
    const connection = await enter(this.target, this.openings[number % variety]!, this.entry.createGreeting());
    exchange.record(1, performance.now() - start);
    await connection.end();
  }
}
