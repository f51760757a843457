/** Emits that a client may repeat run once; a repeat gets the stored answer (delivery: "From client to server"). */

import type { Answer } from "./link.ts";

type Reply = (answer: Answer) => void;

interface Known {
  readonly at: number;
  answer: Answer | undefined;
  readonly waiting: Reply[];
}

/** Emits remembered for one session, and for how many milliseconds. */
const maxKnown = 1000;
const maxAge = 120_000;

export class OnceTable {
  private readonly known = new Map<string, Known>();

  /**
   * @param id the client's own id of the emit
   * @returns the reply to give to the handler; undefined if this is a repeat, which is answered from here
   */
  begin(id: string, reply: Reply | undefined, now: number): Reply | undefined {
    this.forget(now);
    const known = this.known.get(id);
    if (known === undefined) return this.remember(id, reply, now);
    if (reply === undefined) return undefined;
    if (known.answer === undefined) known.waiting.push(reply);
    else reply(known.answer);
    return undefined;
  }

  private remember(id: string, reply: Reply | undefined, now: number): Reply {
    const known: Known = { at: now, answer: undefined, waiting: reply === undefined ? [] : [reply] };
    this.known.set(id, known);
    return (answer) => {
      known.answer = answer;
      for (const waiting of known.waiting.splice(0)) waiting(answer);
    };
  }

  private forget(now: number): void {
    for (const [id, { at }] of this.known) {
      if (this.known.size < maxKnown && now - at < maxAge) break;
      this.known.delete(id);
    }
  }
}
