/** Whether a better transport works, tried beside the one that is used (engine.io-protocol 4, "Upgrade"). */

import type { Timers } from "./timers.ts";
import type { Transport } from "./transport.ts";

/** Milliseconds that a transport may take to open and to answer; servers wait as long for the upgrade. */
const timeout = 10_000;

/** From the best. Names that are not here are the program's own, which it wants most. */
const ranks = ["webtransport", "websocket", "eventsource", "iframe"];

export function bestFirst(names: readonly string[]): string[] {
  return [...names].sort((a, b) => ranks.indexOf(a) - ranks.indexOf(b));
}

export interface ProbeListener {
  answered(transport: Transport): void;
  /** Before or after it has answered; once. */
  failed(error: Error): void;
}

export class Probe {
  readonly transport: Transport;
  readonly #listener: ProbeListener;
  readonly #stop: () => void;

  constructor(transport: Transport, timers: Timers, listener: ProbeListener) {
    this.transport = transport;
    this.#listener = listener;
    const timer = timers.set(() => this.fail("timeout"), timeout);
    this.#stop = () => {
      timers.clear(timer);
      transport.off();
    };
    transport
      .on("open", () => transport.send([{ type: "ping", data: "probe" }]))
      .on("packet", ({ type, data }) => {
        timers.clear(timer);
        if (type === "pong" && data === "probe") listener.answered(transport);
        else this.fail("unexpected packet");
      })
      .on("error", (error) => this.fail(error))
      .on("close", () => this.fail("transport closed"));
    try {
      transport.open();
    } catch (error) {
      this.fail(error);
    }
  }

  /** The transport is left as it is. */
  end(): void {
    this.#stop();
  }

  fail(problem: unknown): void {
    this.#stop();
    this.transport.close();
    this.#listener.failed(Object.assign(new Error(`probe error: ${problem}`), { transport: this.transport.name }));
  }
}
