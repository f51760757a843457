/**
 * What reaches one socket's link, and when: live, or held back until what the client missed has been replayed.
 *
 * How it works. A socket that resumes starts *holding*: events with an id are left to the log, from which they are read
 * in order; those without (volatile ones are dropped) are kept with their place in the log. Batches are read and sent at
 * the link's pace until the log has no more; from that very moment the socket is *live*. So there is no hole and no
 * doubling between replay and live, and ids ascend (delivery: "Replay happens once").
 */

import { approximateBytes } from "./approximate-bytes.ts";
import type { GapReason, History, LoggedEvent, ReadResult, Stay } from "./history.ts";
import type { Link, OutgoingEvent } from "./link.ts";
import { PreparedRun } from "./link.ts";

interface DeliveryPort {
  readonly history: History | undefined;
  /** The rooms that the socket was and is in, as of the call. */
  stays(): readonly Stay[];
}

/** What a log told. */
type Heard = Exclude<ReadResult, { readonly gap: GapReason }>;

/** Events without an id that are kept for a socket that is catching up; its link closes at more. */
const maxHeld = 1000;

export class Delivery {
  private readonly port: DeliveryPort;
  private readonly link: Link;
  private state: "holding" | "live" | "closed" = "holding";
  /** Runs whose events have no id, each with the id of the event before them. */
  private held: { readonly position: string; readonly run: PreparedRun }[] = [];
  private heldEvents = 0;
  /** Newest id sent by the replay, until live delivery is known to be past it. */
  private replayedTo: string | undefined;
  private wake: (() => void) | undefined;
  /** What is left to do once all up to `at` is sent: the socket has ended. */
  private ending: { readonly at: string; readonly then: () => void } | undefined;

  constructor(port: DeliveryPort, link: Link) {
    this.port = port;
    this.link = link;
  }

  /** Sends from now on, without a replay. */
  goLive(): void {
    if (this.state === "closed") return;
    this.state = "live";
    const held = this.held;
    this.held = [];
    for (const { run } of held) this.link.send(run);
  }

  deliver(run: PreparedRun): void {
    if (this.state === "live") {
      const fresh = this.replayedTo === undefined ? run : this.withoutReplayed(run, this.replayedTo);
      if (fresh !== undefined) this.link.send(fresh);
    } else if (this.state === "holding") this.hold(run);
  }

  /** The link has room again. */
  drained(): void {
    this.wake?.();
  }

  close(): void {
    this.state = "closed";
    this.held = [];
    this.wake?.();
  }

  /** Closes when all up to now has been sent: after the replay, if it goes on. */
  closeAfter(then: () => void): void {
    const { history } = this.port;
    if (this.state === "holding" && history !== undefined) {
      this.ending = { at: history.position, then };
      return;
    }
    this.close();
    then();
  }

  /**
   * Replays what came after `since`, then goes live.
   * @param openedAt where to start instead if the log cannot tell all that came after `since`
   * @param decided told once, before anything is sent: the gap, or undefined if all is there
   */
  async catchUp(since: string, openedAt: string, decided: (gap: GapReason | undefined) => void): Promise<void> {
    const { history } = this.port;
    if (history === undefined) return;
    let after = since;
    for (let known = false; this.state === "holding"; ) {
      const { room } = this.link;
      if (room.events <= 0 || room.bytes <= 0) {
        await this.untilDrained();
        continue;
      }
      const end = this.ending?.at ?? history.position; // the stays of this moment tell nothing about what comes later
      const answer = history.read(after, { stays: this.port.stays(), limit: room.events });
      const result = answer instanceof Promise ? await answer : answer;
      if (this.state !== "holding") return;
      if ("gap" in result && known) return this.link.close("slow-consumer"); // the window moved past a reader that is too slow
      if (!known) decided("gap" in result ? result.gap : undefined);
      known = true;
      if ("gap" in result) {
        after = openedAt;
        continue;
      }
      const portion = this.portion(result, end, room.bytes);
      this.sendBatch(portion.events);
      after = portion.upTo;
      if (after === (this.ending?.at ?? history.position)) return this.goLiveAfter(after);
    }
  }

  /** What of it is not past `end`, and fits into `bytes`; one event in any case. */
  private portion({ events, upTo }: Heard, end: string, bytes: number): Heard {
    const isPast = this.isBefore(end, upTo);
    const due = isPast ? events.filter(({ id }) => !this.isBefore(end, id)) : events;
    let [count, size] = [0, 0];
    for (const { args } of due) {
      size += approximateBytes(args);
      if (size > bytes && count > 0) break;
      count += 1;
    }
    const last = due[count - 1];
    if (last === undefined || count === due.length) return { events: due, upTo: isPast ? end : upTo };
    return { events: due.slice(0, count), upTo: last.id };
  }

  private goLiveAfter(id: string): void {
    this.replayedTo = id;
    this.goLive();
    if (this.ending === undefined) return;
    this.close();
    this.ending.then();
  }

  private untilDrained(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  private hold(run: PreparedRun): void {
    const { history } = this.port;
    if (history === undefined || run.options.volatile || run.events[0]?.id !== undefined) return;
    this.held.push({ position: history.position, run });
    this.heldEvents += run.events.length;
    if (this.heldEvents > maxHeld) this.link.close("slow-consumer");
  }

  /** The batch in the log's order, with the held events at their places. */
  private sendBatch(events: readonly LoggedEvent[]): void {
    let batch: OutgoingEvent[] = [];
    for (const { name, args, id } of events) {
      for (let held = this.held[0]; held !== undefined && this.isBefore(held.position, id); held = this.held[0]) {
        this.sendEvents(batch);
        batch = [];
        this.link.send(held.run);
        this.held.shift();
        this.heldEvents -= held.run.events.length;
      }
      batch.push({ name, args, id, ack: undefined });
    }
    this.sendEvents(batch);
  }

  private sendEvents(events: readonly OutgoingEvent[]): void {
    if (events.length > 0) this.link.send(new PreparedRun(events)); // what cannot be written was reported when it was live
  }

  /** A history that answers late may have given an event to the replay before its own delivery comes. */
  private withoutReplayed(run: PreparedRun, replayedTo: string): PreparedRun | undefined {
    const events = run.events.filter(({ id }) => id === undefined || this.isBefore(replayedTo, id));
    if (events.length < run.events.length)
      return events.length === 0 ? undefined : new PreparedRun(events, run.options);
    if (run.events[0]?.id !== undefined) this.replayedTo = undefined; // live is past the replay: nothing more to compare
    return run;
  }

  private isBefore(a: string, b: string): boolean {
    return (this.port.history?.compare(a, b) ?? 0) < 0;
  }
}
