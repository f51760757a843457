/** Who drives the transports: engine.io-client's own session, and ours, with classes as `transports`. */

import type { TestContext } from "node:test";
import { Socket, NodeXHR as TheirPolling } from "engine.io-client";
import { NodeXHR } from "../../src/engine/node-polling.ts";
import { Session } from "../../src/engine/session.ts";
import type { TransportConstructor } from "../../src/engine/transport.ts";
import { nodePlatform } from "../../src/node-platform.ts";

export interface Client {
  readonly id?: string | null | undefined;
  readonly transport: { readonly name: string };
  send(data: string | Uint8Array): unknown;
  close(): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each event has its own
  on(event: string, listener: (...args: any[]) => void): unknown;
}

export interface ClientOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly extraHeaders?: Readonly<Record<string, string>>;
  readonly withCredentials?: boolean;
  readonly transportOptions?: Readonly<Record<string, object>>;
}

export interface Maker {
  make(origin: string, transports: readonly TransportConstructor[], options?: ClientOptions): Client;
  /** Opens a session that is then upgraded. */
  readonly polling: TransportConstructor;
}

const theirPolling: unknown = TheirPolling;

const theirs: Maker = {
  make(origin, transports, options) {
    const classes: unknown[] = [...transports];
    return new Socket(origin, { ...options, transports: classes as never }) as Client; // any class does that has the face
  },
  polling: theirPolling as TransportConstructor, // it has that face
};

const ours: Maker = {
  make: (origin, transports, options) =>
    new Session(origin, { path: "/engine.io", transports, ...options }, nodePlatform),
  polling: NodeXHR,
};

export const makers = { "engine.io-client": theirs, ours } as const satisfies Record<string, Maker>;

/** A session and all that it says. */
export class Heard {
  readonly client: Client;
  readonly messages: unknown[] = [];
  /** Events but for messages, and what came with them first. */
  readonly events: [name: string, value: unknown][] = [];
  readonly #waiting = new Set<() => void>();

  constructor(t: TestContext, client: Client) {
    this.client = client;
    t.after(() => client.close());
    for (const name of ["open", "upgrade", "upgradeError", "error", "close"]) {
      client.on(name, (value) => this.#add(() => this.events.push([name, value])));
    }
    client.on("message", (data) => this.#add(() => this.messages.push(data)));
  }

  /** Of these events. */
  of(name: string): unknown[] {
    return this.events.filter(([each]) => each === name).map(([, value]) => value);
  }

  /** Resolves with what the event said, once there was one. */
  async once(name: string): Promise<unknown> {
    await this.until(() => this.of(name).length > 0);
    return this.of(name)[0];
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

  #add(event: () => void): void {
    event();
    for (const look of this.#waiting) look();
  }
}
