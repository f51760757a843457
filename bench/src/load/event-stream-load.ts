/** Fan-out over event streams: a POST says what to publish, and every stream gets it. */

import { type BurstOptions, Bursts } from "./bursts.ts";
import { Connection, openConnections } from "./connection.ts";
import { EventChecker } from "./event-checker.ts";
import type { Load } from "./load.ts";
import { eventStreamOpening, type Target } from "./opening.ts";
import { Publisher } from "./publisher.ts";

export interface EventStreamOptions extends BurstOptions {
  /** Published round and round: Latin-1, no line ends. */
  readonly texts: readonly string[];
  /** Each event of a burst comes to the server in a POST of its own, not all in one. */
  readonly apart: boolean;
}

export class EventStreamLoad implements Load {
  private readonly target: Target;
  private readonly texts: readonly string[];
  private readonly apart: boolean;
  private readonly bursts: Bursts;
  private readonly streams: Connection[] = [];
  /** Opened when it is needed: servers end connections on which nothing is asked. */
  private publisher: Publisher | undefined;

  constructor(target: Target, options: EventStreamOptions) {
    this.target = target;
    this.texts = options.texts;
    this.apart = options.apart;
    this.bursts = new Bursts(options, (first, count) => this.publish(first, count));
  }

  async open(count: number): Promise<void> {
    const opening = eventStreamOpening(this.target);
    const handler = () => this.bursts.subscribe(new EventChecker(this.texts)); // events may come right behind the head
    this.streams.push(...(await openConnections(count, () => Connection.open(this.target, opening, handler()))));
  }

  async exchange(messages: number): Promise<Float64Array> {
    this.publisher ??= await Publisher.open(this.target, (error) => this.bursts.fail(error));
    return this.bursts.exchange(messages);
  }

  close(): void {
    this.publisher?.close();
    for (const stream of this.streams.splice(0)) stream.close();
  }

  private publish(first: number, count: number): void {
    const texts = Array.from({ length: count }, (_, n) => this.texts[(first + n) % this.texts.length] ?? "");
    this.publisher?.publish(this.apart ? texts : [texts.join("\n")]);
  }
}
