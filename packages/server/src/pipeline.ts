/**
 * The one order of a namespace (delivery: "The pipeline"): everything that changes who hears what (emit, join, leave,
 * disconnect) passes here.
 *
 * How it works. Consecutive events with the same target form the open *run*. Another target, or any other step, seals
 * it; so does the end of the tick. A sealed run is appended to the history, which gives the ids, and is then handed to
 * the members of that moment. When the history answers late, everything behind waits in the queue. Steps that are asked
 * for while a run is being handed over (a link that dies under it, say) wait too: no member may see run 2 before run 1.
 * What a step itself asks for happens within it, ahead of all that waits behind it.
 */

import type { History } from "./history.ts";
import type { OutgoingEvent } from "./link.ts";
import { sameList } from "./same-list.ts";

/** Whom an event is for. */
export interface Target {
  /** Members of any of these; none means everyone. */
  readonly rooms: readonly string[];
  readonly except: readonly string[];
}

/** Whom a run is for, and how. */
export interface RunTarget extends Target {
  /** Goes into the history, if there is one: neither volatile nor waiting for an ack. */
  readonly logged: boolean;
  readonly volatile: boolean;
  /** This node alone. */
  readonly local: boolean;
  /** Undefined leaves it to the wire. */
  readonly compress: boolean | undefined;
}

export interface Run {
  readonly target: RunTarget;
  readonly events: OutgoingEvent[];
}

/** Pipelines whose members may share a connection: what one of them has not handed over yet goes before what another does. */
export interface Turn {
  /** The pipeline with an open run: there is one at most. */
  open: Pipeline | undefined;
}

interface PipelinePort {
  readonly history: History | undefined;
  readonly turn: Turn;
  /** Hands a run to those it is for. */
  deliver(run: Run): void;
  /** Calls back at the end of the tick. */
  defer(callback: () => void): void;
  /** The history failed, or a delivery: the events went out without ids. */
  failed(error: unknown): void;
}

/** Milliseconds that a history has for the ids of a run: all that comes behind waits for them. */
const maxWait = 10_000;

/** A longer run is sealed early, so that one tick that emits without end stays within bounds. */
const maxEvents = 1024;

export class Pipeline {
  private readonly port: PipelinePort;
  private open: Run | undefined;
  private sealScheduled = false;
  /** A run is being handed over, or waited for: all else goes to the queue. */
  private busy = false;
  /** The history has not answered. */
  private waiting = false;
  private queue: (() => void)[] = [];
  private readonly endOfTick = (): void => {
    this.sealScheduled = false;
    this.seal();
  };

  constructor(port: PipelinePort) {
    this.port = port;
  }

  emit(target: RunTarget, event: OutgoingEvent): void {
    this.takeTurn();
    this.port.turn.open = this;
    const { open } = this;
    if (open !== undefined && open.events.length < maxEvents && sameTarget(open.target, target)) {
      open.events.push(event);
      return;
    }
    this.open = { target, events: [event] }; // before the older run is handed over: whoever takes it may emit too
    if (open !== undefined) this.enqueue(open);
    if (this.sealScheduled) return;
    this.sealScheduled = true;
    this.port.defer(this.endOfTick);
  }

  /**
   * Runs `step` when all that was emitted before has been handed over: at once, unless something is waited for.
   * @returns what it returns; a promise of that where it could not run at once
   */
  run<Result>(step: () => Result | Promise<Result>): Result | Promise<Result> {
    this.takeTurn();
    this.seal();
    if (!this.busy) return step();
    return new Promise((resolve, reject) => {
      this.queue.push(() => {
        try {
          resolve(this.perform(step));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** The same for a step that nobody waits for: what it throws is told as a failure. */
  do(step: () => void): void {
    void this.run(() => {
      try {
        step();
      } catch (error) {
        this.port.failed(error);
      }
    });
  }

  /** Hands the open run over. @returns whether all is handed over: what is sent to one client directly is in order then */
  settle(): boolean {
    this.takeTurn();
    this.seal();
    return !this.busy;
  }

  /** Hands the open run over now. */
  seal(): void {
    const run = this.open;
    if (run === undefined) return;
    this.open = undefined;
    if (this.port.turn.open === this) this.port.turn.open = undefined;
    this.enqueue(run);
  }

  private takeTurn(): void {
    const { turn } = this.port;
    if (turn.open !== this) turn.open?.seal();
  }

  private enqueue(run: Run): void {
    this.queue.push(() => this.hand(run));
    if (!this.busy) this.drain();
  }

  private drain(): void {
    this.busy = true;
    while (!this.waiting) {
      const next = this.queue.shift();
      if (next === undefined) {
        this.busy = false;
        return;
      }
      next();
    }
  }

  /** A step from the queue, with nothing waiting before it and nothing emitted yet: what is behind it is put aside. */
  private perform<Result>(step: () => Result | Promise<Result>): Result | Promise<Result> {
    const { open, queue } = this;
    this.open = undefined;
    this.queue = [];
    this.busy = false;
    try {
      const result = step();
      this.seal();
      return result;
    } finally {
      this.busy = true;
      this.open = open;
      this.queue = this.queue.length === 0 ? queue : this.queue.concat(queue);
    }
  }

  private hand(run: Run): void {
    const { history } = this.port;
    if (history === undefined || !run.target.logged) return this.deliver(run);
    try {
      const { rooms, except } = run.target;
      const ids = history.append(run.events.map(({ name, args }) => ({ name, args, rooms, except })));
      if (ids instanceof Promise) this.handLater(run, ids);
      else this.deliver(run, ids);
    } catch (error) {
      this.deliverUnlogged(run, error);
    }
  }

  private handLater(run: Run, ids: Promise<readonly string[]>): void {
    this.waiting = true;
    let isOver = false;
    const settle = (deliver: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      deliver();
      this.waiting = false;
      this.drain();
    };
    const fail = (error: unknown): void => settle(() => this.deliverUnlogged(run, error));
    const late = (): void => fail(new Error(`the history has not answered within ${maxWait} milliseconds`));
    const timer = setTimeout(late, maxWait).unref();
    ids.then((given) => settle(() => this.deliver(run, given)), fail);
  }

  private deliverUnlogged(run: Run, error: unknown): void {
    this.port.failed(error);
    this.deliver(run);
  }

  private deliver(run: Run, ids: readonly string[] = []): void {
    run.events.forEach((event, index) => {
      event.id = ids[index];
    });
    try {
      this.port.deliver(run);
    } catch (error) {
      this.port.failed(error);
    }
  }
}

function sameTarget(a: RunTarget, b: RunTarget): boolean {
  if (a === b) return true;
  return sameFlags(a, b) && sameList(a.rooms, b.rooms) && sameList(a.except, b.except);
}

function sameFlags(a: RunTarget, b: RunTarget): boolean {
  return a.logged === b.logged && a.volatile === b.volatile && a.local === b.local && a.compress === b.compress;
}
