/** Emits that are sent until they are acknowledged, one by one and in order: the option `retries`. */

import type { AckListener } from "./acks.ts";
import type { OutgoingPacket } from "./outgoing-packet.ts";

export interface Retried {
  /** Keeps its id: a server of ours runs a repeat once (delivery: "From client to server"). */
  readonly packet: OutgoingPacket;
  /** Milliseconds for each try. */
  readonly timeout: number | undefined;
  /** Ends them all. */
  readonly signal: AbortSignal | undefined;
  readonly volatile: boolean | undefined;
  readonly listener: AckListener | undefined;
}

interface Entry extends Retried {
  tries: number;
}

export interface RetryPort {
  isConnected(): boolean;
  /** Times that an emit is tried again. */
  readonly limit: number;
  try(retried: Retried, answered: AckListener): void;
}

export class RetryQueue {
  readonly #port: RetryPort;
  readonly #entries: Entry[] = [];
  /** The first, while it is answered neither well nor badly. */
  #pending: Entry | undefined;

  constructor(port: RetryPort) {
    this.#port = port;
  }

  get length(): number {
    return this.#entries.length;
  }

  add(retried: Retried): void {
    this.#entries.push({ ...retried, tries: 0 });
    this.drain();
  }

  /** @param force also what is pending: its connection is gone */
  drain(force = false): void {
    const [entry] = this.#entries;
    if (!this.#port.isConnected() || !entry || (entry === this.#pending && !force)) return;
    this.#pending = entry;
    entry.tries += 1;
    const answered: AckListener = (error, ...answer) => {
      if (entry !== this.#entries[0]) return; // it was answered already
      this.#pending = undefined;
      const mayComeYet = /^(timeout|disconnected)$/.test(Object(error).code);
      if (!mayComeYet || entry.tries > this.#port.limit) {
        this.#entries.shift();
        entry.listener?.(error, ...answer);
      }
      this.drain();
    };
    try {
      this.#port.try(entry, answered);
    } catch (error) {
      answered(error as Error); // it cannot be encoded, and never will
      throw error;
    }
  }
}
