/** A network that cuts each connection after some bytes in either direction, by chance that comes again with its seed. */

import type { Random } from "../../../../scripts/test/random.ts";
import type { Line, Rule } from "./relay.ts";

export interface CutBounds {
  /** How many there will be. */
  readonly cuts: number;
  /** Bytes that a connection may live. */
  readonly longest: number;
}

export class Cuts {
  /** How many there were. */
  count = 0;
  readonly #random: Random;
  readonly #bounds: CutBounds;

  constructor(random: Random, bounds: CutBounds) {
    this.#random = random;
    this.#bounds = bounds;
  }

  /** From now on the network is good. */
  get areOver(): boolean {
    return this.count >= this.#bounds.cuts;
  }

  readonly rule: Rule = (line) => {
    const cutsUp = this.#random.below(2) === 0;
    let left = 1 + this.#random.below(this.#random.below(3) === 0 ? 700 : this.#bounds.longest); // often while it says hello
    const pass = (to: Line["client"], isCounted: boolean, chunk: Buffer): void => {
      if (this.areOver || !isCounted || chunk.length < left) {
        line.forward(to, chunk);
        if (isCounted) left -= chunk.length;
        return;
      }
      to.write(chunk.subarray(0, left), () => line.cut()); // in the midst of a packet
      left = Number.POSITIVE_INFINITY;
      this.count += 1;
    };
    return {
      up: (chunk) => pass(line.server, cutsUp, chunk),
      down: (chunk) => pass(line.client, !cutsUp, chunk),
    };
  };
}
