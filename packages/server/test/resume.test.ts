/** Nothing lost that the window holds, nothing twice, in order (delivery: "Promise", "Two resumes"): random cuts, judged by a model. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AdmissionRequest } from "../src/admission.ts";
import type { FakeLinkOptions, Received } from "./fake-link.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, type Peer, tick, World } from "./world.ts";

const rooms = ["a", "b", "constructor"];

type Step =
  | { readonly do: "emit"; readonly to: readonly string[]; readonly except: readonly string[]; readonly count: number }
  | { readonly do: "volatile"; readonly to: readonly string[] }
  | { readonly do: "join" | "leave"; readonly room: string }
  | { readonly do: "cut"; readonly lost: number; readonly noticed: boolean }
  | { readonly do: "resume"; readonly slow: boolean }
  | { readonly do: "answer"; readonly index: number }
  | { readonly do: "tick" | "drain" | "settleHandler" };

const room = fc.constantFrom(...rooms);
const someRooms = fc.uniqueArray(fc.constantFrom(...rooms, "elsewhere"), { maxLength: 2 });
const emit = fc.record({
  do: fc.constant("emit"),
  to: someRooms,
  except: someRooms,
  count: fc.constantFrom(1, 1, 3, 40, 300),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: emit },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("volatile"), to: someRooms }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("join" as const, "leave"), room }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("cut"), lost: fc.nat(50), noticed: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("resume"), slow: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("answer"), index: fc.nat(3) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom("tick" as const, "drain" as const, "settleHandler") }),
  },
);

/** A client that comes back, and the model of what it must have heard. */
class Traveller {
  readonly world: World;
  readonly late: LateHistory | undefined;
  /** Names of the events with an id that it must have in the end. */
  readonly expected: string[] = [];
  /** What it has, of all its links. */
  readonly heard: Received[] = [];
  /** What each resume was told. */
  readonly recoveries: boolean[] = [];
  private readonly bySession: boolean;
  private readonly members = new Set<string>();
  private peer: Peer | undefined;
  private session: string | undefined;
  private since: string | undefined;
  private emitted = 0;
  private finishHandlers: (() => void)[] = [];
  private admitting: Promise<void> | undefined;
  private readonly goneLinks = new Set<unknown>();
  private newest: unknown;

  constructor(history: "memory" | "at-call" | "at-answer", bySession: boolean) {
    const memory = memoryHistory({ events: 100_000, bytes: 1e9 });
    if (history !== "memory") this.late = new LateHistory(memory, { writes: history });
    this.bySession = bySession;
    this.world = new World({
      history: this.late ?? memory,
      gate: { authorize: () => true, connectionHandlerTimeout: 1e9 },
    });
    this.world.namespace.on("error", (error) => assert.fail(String(error)));
    this.world.namespace.on("connection", () => new Promise<void>((resolve) => this.finishHandlers.push(resolve)));
  }

  async run(steps: readonly Step[]): Promise<void> {
    await this.arrive({ slow: false });
    for (const step of steps) await this.step(step);
    await this.finish();
  }

  private async step(step: Step): Promise<void> {
    if (step.do === "emit") this.emit(step);
    else if (step.do === "volatile") this.world.namespace.operator.volatile.to(step.to).emit("volatile");
    else if (step.do === "join" || step.do === "leave") this.move(step.do, step.room);
    else if (step.do === "cut") this.cut(step.lost, step.noticed);
    else if (step.do === "resume") await this.arrive(step);
    else if (step.do === "answer") this.late?.answer(step.index);
    else if (step.do === "drain") this.peer?.link.drain();
    else if (step.do === "settleHandler") this.finishHandlers.shift()?.();
    await tick();
  }

  private emit({ to, except, count }: Extract<Step, { do: "emit" }>): void {
    for (let index = 0; index < count; index++) {
      this.emitted += 1;
      const name = `event ${this.emitted}`;
      this.world.namespace.operator.to(to).except(except).emit(name);
      const isIn = (room: string): boolean => this.members.has(room);
      if (!except.some(isIn) && (to.length === 0 || to.some(isIn))) this.expected.push(name);
    }
  }

  /** Of the socket that the server knows, whether its client is still there or not. */
  private move(how: "join" | "leave", room: string): void {
    const socket = [...this.world.namespace.sockets.values()][0];
    if (!this.bySession || socket === undefined || this.goneLinks.has(socket.link)) return; // its end is on its way
    if (this.newest !== socket.link) return; // which is about to take over
    void socket[how](room);
    if (how === "join") this.members.add(room);
    else this.members.delete(room);
  }

  /** What was in flight is lost; the server may not notice that the link is gone. */
  private cut(lost: number, noticed: boolean): void {
    if (this.peer === undefined) return;
    const { link, admission } = this.peer;
    this.peer = undefined;
    if (noticed) {
      this.goneLinks.add(link);
      link.cut();
    }
    if (link.hello === undefined) return;
    if (this.session !== undefined || (!this.bySession && this.since !== undefined))
      this.recoveries.push(link.hello.recovered);
    this.note(link.received.slice(0, Math.max(link.received.length - lost, 0)), link.hello.id);
    this.session = admission.session;
  }

  private note(received: readonly Received[], start: string | undefined): void {
    if (start !== undefined) this.since = start;
    this.heard.push(...received);
    this.since = received.findLast(({ id }) => id !== undefined)?.id ?? this.since;
  }

  private async arrive({ slow }: { slow: boolean }): Promise<void> {
    if (this.peer !== undefined || this.admitting !== undefined) return;
    const request = this.bySession ? { session: this.session, since: this.since } : { rooms, since: this.since };
    this.admitting = this.enter(request, slow ? { eventBytes: 1000 } : {});
    await Promise.race([this.admitting, tick()]); // a late log may have to be asked first
  }

  private async enter(request: Partial<AdmissionRequest>, link: FakeLinkOptions): Promise<void> {
    this.peer = await this.world.connect(request, link);
    this.newest = this.peer.link;
    this.admitting = undefined;
    if (this.bySession) return;
    for (const room of rooms) this.members.add(room);
  }

  /** Comes back a last time, and waits for all. */
  private async finish(): Promise<void> {
    this.cut(0, true);
    await this.quiet();
    this.cut(0, true);
    void this.arrive({ slow: true });
    await this.quiet();
    this.cut(0, true);
  }

  private async quiet(): Promise<void> {
    for (let calm = 0; calm < 4; calm++) {
      await this.late?.settle();
      for (const finish of this.finishHandlers.splice(0)) finish();
      await tick();
      if (this.peer !== undefined && this.peer.link.bufferedBytes > 0) {
        this.peer.link.drain();
        calm = 0;
      }
    }
  }
}

function judge(traveller: Traveller): void {
  const logged = traveller.heard.filter(({ id }) => id !== undefined);
  assert.deepEqual(
    logged.map(({ name }) => name),
    traveller.expected,
  );
  assert.ok(traveller.recoveries.length >= 1 && !traveller.recoveries.includes(false));
  const offsets = logged.map(({ id }) => Number(id?.slice(2)));
  assert.ok(offsets.every((offset, at) => at === 0 || offset > (offsets[at - 1] ?? 0)));
}

for (const history of ["memory", "at-call", "at-answer"] as const) {
  for (const bySession of [true, false]) {
    const how = `by ${bySession ? "its session" : "an id alone"} (${history})`;

    test(`a client that comes back ${how} hears all once, in order`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 80, size: "max" }), async (steps) => {
          const traveller = new Traveller(history, bySession);
          await traveller.run(steps);
          judge(traveller);
        }),
        { numRuns: 200 },
      );
    });

    test(`1,000 events and some 100 random cuts, coming back ${how}`, async () => {
      const emits = fc.sample(emit, { numRuns: 1000, seed: 1 }).map((each) => ({ ...each, count: 1 }));
      const others = fc.sample(step, { numRuns: 1000, seed: 2 }).filter((each) => each.do !== "emit");
      const traveller = new Traveller(history, bySession);
      await traveller.run(emits.flatMap((each, at) => [each, ...others.slice(at, at + 1)]));
      judge(traveller);
    });
  }
}
