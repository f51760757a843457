/** Emits that a client may repeat run once; a repeat gets the stored answer (delivery: "From client to server"). */

import type { Answer } from "./link.ts";

export type Reply = (answer: Answer) => void;

interface Known {
  readonly at: number;
  answer: Answer | undefined;
  readonly waiting: Reply[];
}

/** Emits remembered for one session, and for how many milliseconds. */
const maxKnown = 1000;
const maxAge = 120_000;

export class OnceTable {
  /** By the client's own id of the emit, oldest first. */
  private readonly known = new Map<string, Known>();

  /** @returns whether this is a repeat: it is answered from here, now or when the first one is */
  repeats(id: string, reply: Reply | undefined, now: number): boolean {
    this.forget(now);
    const known = this.known.get(id);
    if (known === undefined) return false;
    if (known.answer !== undefined) reply?.(known.answer);
    else if (reply !== undefined) known.waiting.push(reply);
    return true;
  }

  /**
   * Remembers an emit that is about to run.
   * @returns the reply to give to its handler, if the client wants one
   */
  begin(id: string, reply: Reply | undefined, now: number): Reply | undefined {
    const known: Known = { at: now, answer: reply === undefined ? { args: [] } : undefined, waiting: [] };
    this.known.set(id, known);
    if (reply === undefined) return undefined;
    return (answer) => {
      known.answer = answer;
      for (const give of [reply, ...known.waiting.splice(0)]) give(answer);
    };
  }

  private forget(now: number): void {
    for (const [id, { at }] of this.known) {
      if (this.known.size < maxKnown && now - at < maxAge) break;
      this.known.delete(id);
    }
  }
}
