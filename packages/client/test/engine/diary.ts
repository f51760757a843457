/** All that a session says, in order. */

import type { TestContext } from "node:test";
import type { Client } from "./libraries.ts";

export type Line = readonly [name: string, ...values: unknown[]];

const names = [
  ...["open", "handshake", "packet", "packetCreate", "data", "message", "drain", "flush", "heartbeat", "ping", "pong"],
  ...["error", "upgrading", "upgrade", "upgradeError", "close"],
];

export class Diary {
  readonly client: Client;
  readonly lines: Line[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(t: TestContext, client: Client) {
    this.client = client;
    t.after(() => client.close());
    for (const name of names)
      client.on(name, (...values: unknown[]) => {
        this.lines.push([name, ...values]);
        for (const look of [...this.#waiting]) look();
      });
  }

  /** The values of each such event. */
  of(name: string): unknown[][] {
    return this.lines.filter(([each]) => each === name).map(([, ...values]) => values);
  }

  get messages(): unknown[] {
    return this.of("message").map(([data]) => data);
  }

  /** The events with these names, in order. */
  order(...wanted: string[]): string[] {
    return this.lines.map(([name]) => name).filter((name) => wanted.includes(name));
  }

  /** Resolves with the values of the nth such event. */
  async heard(name: string, count = 1): Promise<unknown[]> {
    await this.until(() => this.of(name).length >= count);
    return this.of(name)[count - 1] ?? [];
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
