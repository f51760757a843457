/** What of a manager's options a program may change while it lives: socket.io-client's getters and setters in one. */

import type { BackoffRules } from "@anywire/protocol/backoff";
import { IsolatedEmitter } from "./engine/isolated-emitter.ts";
import type { ManagerReservedEvents } from "./manager-events.ts";
import type { ManagerOptions } from "./options.ts";

export abstract class ManagerSettings extends IsolatedEmitter<ManagerReservedEvents> {
  /** @internal No more tries, until it is opened again. */
  protected skipReconnect = false;
  /** @internal It waits for the next try, or is at it. */
  _reconnecting = false;
  #reconnection: boolean;
  #reconnectionAttempts: number;
  #reconnectionDelay: number;
  #reconnectionDelayMax: number;
  #randomizationFactor: number;
  #timeout: number | boolean;

  constructor(options: Partial<ManagerOptions>) {
    super();
    this.#reconnection = options.reconnection !== false;
    this.#reconnectionAttempts = options.reconnectionAttempts || Number.POSITIVE_INFINITY;
    this.#reconnectionDelay = options.reconnectionDelay || 1_000;
    this.#reconnectionDelayMax = options.reconnectionDelayMax || 5_000;
    this.#randomizationFactor = options.randomizationFactor ?? 0.5;
    this.#timeout = options.timeout ?? 20_000;
  }

  /** Whether it comes back; `false` also stops it from doing so now. */
  reconnection(value: boolean): this;
  reconnection(): boolean;
  reconnection(value?: boolean): this | boolean;
  reconnection(value?: boolean): this | boolean {
    if (value === undefined) return this.#reconnection;
    this.#reconnection = !!value;
    if (!value) {
      this.skipReconnect = true;
      this._reconnecting = false;
    }
    return this;
  }

  /** Tries before it gives up. */
  reconnectionAttempts(value: number): this;
  reconnectionAttempts(): number;
  reconnectionAttempts(value?: number): this | number;
  reconnectionAttempts(value?: number): this | number {
    if (value === undefined) return this.#reconnectionAttempts;
    this.#reconnectionAttempts = value;
    return this;
  }

  /** Milliseconds before the first try. */
  reconnectionDelay(value: number): this;
  reconnectionDelay(): number;
  reconnectionDelay(value?: number): this | number;
  reconnectionDelay(value?: number): this | number {
    if (value === undefined) return this.#reconnectionDelay;
    this.#reconnectionDelay = value;
    return this;
  }

  /** Part of the delay that is chance, 0 to 1. */
  randomizationFactor(value: number): this;
  randomizationFactor(): number;
  randomizationFactor(value?: number): this | number;
  randomizationFactor(value?: number): this | number {
    if (value === undefined) return this.#randomizationFactor;
    this.#randomizationFactor = value;
    return this;
  }

  /** Milliseconds between two tries, at most. */
  reconnectionDelayMax(value: number): this;
  reconnectionDelayMax(): number;
  reconnectionDelayMax(value?: number): this | number;
  reconnectionDelayMax(value?: number): this | number {
    if (value === undefined) return this.#reconnectionDelayMax;
    this.#reconnectionDelayMax = value;
    return this;
  }

  /** Milliseconds for one attempt to connect; `false`: no limit. */
  timeout(value: number | boolean): this;
  timeout(): number | boolean;
  timeout(value?: number | boolean): this | number | boolean;
  timeout(value?: number | boolean): this | number | boolean {
    if (value === undefined) return this.#timeout;
    this.#timeout = value;
    return this;
  }

  protected get backoffRules(): BackoffRules {
    return { min: this.#reconnectionDelay, max: this.#reconnectionDelayMax, jitter: this.#randomizationFactor };
  }
}
