/** Emits that one client may repeat run once; a repeat gets the stored answer (delivery: "From client to server"). */

import { approximateBytes } from "./approximate-bytes.ts";
import type { Answer } from "./link.ts";
import { snapshot } from "./snapshot.ts";

export type Reply = (answer: Answer) => void;

/** An emit that has come again. */
interface Repeat {
  /** The client's own, of the emit. */
  readonly id: string;
  /** Undefined if the client wants no answer. */
  readonly reply: Reply | undefined;
  /** It is answered in place of all that came before: they came on this link, or on one that is gone. */
  readonly isAlone: boolean;
  /** Called if the first does not run after all. */
  readonly again: () => void;
}

/** An emit that is to run. */
interface Begun {
  readonly reply: Reply;
  /** It does not run after all: its socket has ended before its handlers were called. */
  readonly dropped: () => void;
}

interface Known {
  /** When it came, or was repeated last. */
  at: number;
  answer: Answer | undefined;
  /** Of the answer, estimated. */
  bytes: number;
  /** Who is told when there is an answer. */
  replies: Reply[];
  /** Of the repeat that came last. */
  again: (() => void) | undefined;
}

/** Milliseconds that an emit is remembered since it came last. */
export const maxOnceAge = 120_000;

/** Emits remembered for one client, and how many bytes their answers may take. */
const maxKnown = 1_000;
const maxBytes = 1024 * 1024;
/** Repeats of one emit that wait for its answer. */
const maxWaiting = 16;
/** What an emit takes beside its answer, estimated. */
const perEmit = 128;

const forgotten: Answer = {
  error: { code: "answer-forgotten", message: "it ran, but its answer is not kept any more" },
};
const tooMany: Answer = { error: { code: "too-many", message: "it is repeated too often, and still runs" } };

export class OnceTable {
  /** By the client's own id of the emit; what came last is last. */
  private readonly known = new Map<string, Known>();
  private readonly grew: (bytes: number) => void;
  /** Of the answers. */
  private bytes = 0;

  /** @param grew told of how many bytes more it takes, estimated, or less */
  constructor(grew: (bytes: number) => void = () => {}) {
    this.grew = grew;
  }

  /** @returns whether this is a repeat: it is answered from here, now or when the first one is */
  repeats({ id, reply, isAlone, again }: Repeat, now: number): boolean {
    this.forgetOld(now);
    const known = this.known.get(id);
    if (known === undefined) return false;
    this.known.delete(id);
    this.known.set(id, known);
    known.at = now;
    if (known.answer !== undefined) reply?.(known.answer);
    else if (isAlone) known.replies = reply === undefined ? [] : [reply];
    else if (known.replies.length > maxWaiting) reply?.(tooMany);
    else if (reply !== undefined) known.replies.push(reply);
    known.again = known.answer === undefined ? again : undefined;
    return true;
  }

  /**
   * Remembers an emit that is about to run.
   * @param reply undefined if the client wants none
   * @returns what to give to its handler, if the client wants an answer
   */
  begin(id: string, reply: Reply | undefined, now: number): Begun | undefined {
    this.makeRoom();
    const answer: Answer | undefined = reply === undefined ? { args: [] } : undefined;
    const replies = reply === undefined ? [] : [reply];
    const known: Known = { at: now, answer, bytes: 0, replies, again: undefined };
    this.known.set(id, known);
    this.grew(perEmit);
    if (reply === undefined) return undefined;
    return { reply: (answered) => this.answer(id, known, answered), dropped: () => this.drop(id, known) };
  }

  private answer(id: string, known: Known, answered: Answer): void {
    const given = "args" in answered ? { args: snapshot(answered.args) } : answered; // it may be given again, later
    if (this.known.get(id) === known) this.keep(known, given);
    known.again = undefined;
    for (const give of known.replies.splice(0)) give(given);
  }

  private drop(id: string, known: Known): void {
    if (this.known.get(id) === known) this.delete(id, known);
    known.again?.();
  }

  private keep(known: Known, answer: Answer): void {
    known.answer = answer;
    known.bytes = approximateBytes(answer);
    this.bytes += known.bytes;
    this.grew(known.bytes);
    for (const oldest of this.known.values()) {
      if (this.bytes <= maxBytes) return;
      if (oldest.bytes > 0) oldest.answer = forgotten; // it stays known: running it again would be worse
      this.release(oldest);
    }
  }

  private forgetOld(now: number): void {
    for (const [id, known] of this.known) {
      if (now - known.at < maxOnceAge) break;
      this.delete(id, known);
    }
  }

  /** For one that is new: a repeat, even of the oldest, takes no room. */
  private makeRoom(): void {
    for (const [id, known] of this.known) {
      if (this.known.size < maxKnown) break;
      this.delete(id, known);
    }
  }

  private delete(id: string, known: Known): void {
    this.release(known);
    this.known.delete(id);
    this.grew(-perEmit);
  }

  /** Its answer takes no room any more. */
  private release(known: Known): void {
    this.bytes -= known.bytes;
    this.grew(-known.bytes);
    known.bytes = 0;
  }
}
