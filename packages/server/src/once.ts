/** Emits that a client may repeat run once; a repeat gets the stored answer (delivery: "From client to server"). */

import { approximateBytes } from "./approximate-bytes.ts";
import type { Answer } from "./link.ts";
import { snapshot } from "./snapshot.ts";

export type Reply = (answer: Answer) => void;

interface Known {
  readonly at: number;
  answer: Answer | undefined;
  /** Of the answer, estimated. */
  bytes: number;
  /** Repeats that came before the answer. */
  readonly waiting: Reply[];
}

/** Emits remembered for one session, for how many milliseconds, and how many bytes their answers may take. */
const maxKnown = 1_000;
const maxAge = 120_000;
const maxBytes = 1024 * 1024;
/** Repeats of one emit that wait for its answer. */
const maxWaiting = 16;

const forgotten: Answer = {
  error: { code: "answer-forgotten", message: "it ran, but its answer is not kept any more" },
};
const tooMany: Answer = { error: { code: "too-many", message: "it is repeated too often, and still runs" } };

export class OnceTable {
  /** By the client's own id of the emit, oldest first. */
  private readonly known = new Map<string, Known>();
  private bytes = 0;

  /** @returns whether this is a repeat: it is answered from here, now or when the first one is */
  repeats(id: string, reply: Reply | undefined, now: number): boolean {
    this.forget(now);
    const known = this.known.get(id);
    if (known === undefined) return false;
    if (known.answer !== undefined) reply?.(known.answer);
    else if (known.waiting.length === maxWaiting) reply?.(tooMany);
    else if (reply !== undefined) known.waiting.push(reply);
    return true;
  }

  /**
   * Remembers an emit that is about to run.
   * @returns the reply to give to its handler, if the client wants one
   */
  begin(id: string, reply: Reply | undefined, now: number): Reply | undefined {
    const answer: Answer | undefined = reply === undefined ? { args: [] } : undefined;
    const known: Known = { at: now, answer, bytes: 0, waiting: [] };
    this.known.set(id, known);
    if (reply === undefined) return undefined;
    return (answered) => {
      const given = "args" in answered ? { args: snapshot(answered.args) } : answered; // it may be given again, later
      if (this.known.get(id) === known) this.keep(known, given);
      for (const give of [reply, ...known.waiting.splice(0)]) give(given);
    };
  }

  private keep(known: Known, answer: Answer): void {
    known.answer = answer;
    known.bytes = approximateBytes(answer);
    this.bytes += known.bytes;
    for (const oldest of this.known.values()) {
      if (this.bytes <= maxBytes) return;
      if (oldest.bytes > 0) oldest.answer = forgotten; // it stays known: running it again would be worse
      this.release(oldest);
    }
  }

  private forget(now: number): void {
    for (const [id, known] of this.known) {
      if (this.known.size < maxKnown && now - known.at < maxAge) break;
      this.release(known);
      this.known.delete(id);
    }
  }

  private release(known: Known): void {
    this.bytes -= known.bytes;
    known.bytes = 0;
  }
}
