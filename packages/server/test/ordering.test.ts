/** One order for all (delivery: "The pipeline"): random programs, judged by a model that delivers each event at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CountingFormat } from "./fake-link.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, type Peer, tick, World } from "./world.ts";

const sockets = 4;
const rooms = ["a", "b", "__proto__"];

type Move = "join" | "leave" | "disconnect";
type Step =
  | {
      readonly do: "emit";
      readonly to: readonly string[];
      readonly except: readonly string[];
      readonly volatile: boolean;
    }
  | { readonly do: "broadcast"; readonly by: number; readonly to: readonly string[] }
  | { readonly do: "move"; readonly to: readonly string[]; readonly how: Move; readonly room: string }
  | { readonly do: "direct"; readonly by: number }
  | { readonly do: "join"; readonly by: number; readonly room: string }
  | { readonly do: "leave"; readonly by: number; readonly room: string }
  | { readonly do: "disconnect"; readonly by: number }
  | { readonly do: "cut"; readonly by: number }
  | { readonly do: "tick" }
  | { readonly do: "answer" }
  | { readonly do: "fail" };

const by = fc.nat(sockets - 1);
const room = fc.constantFrom(...rooms);
/** Private rooms too: `#1` is the socket with this number. */
const anyRoom = fc.constantFrom(...rooms, "#0", "#1");
const move = fc.constantFrom<Move[]>("join", "join", "leave", "leave", "disconnect");
const targets = fc.uniqueArray(anyRoom, { maxLength: 2 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant("emit"), to: targets, except: targets, volatile: fc.boolean() }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("broadcast"), by, to: targets }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("direct"), by }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("move"), to: targets, how: move, room }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("join"), by, room }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("leave"), by, room }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("disconnect"), by }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("cut"), by }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("tick") }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("answer") }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("fail") }) },
  ),
  { maxLength: 60, size: "max" },
);

/** Delivers each event at the call, to those who are there. */
class Model {
  readonly heard = Array.from({ length: sockets }, (): string[] => []);
  readonly state = Array.from({ length: sockets }, (): "connected" | "disconnected" | "cut" => "connected");
  private readonly rooms = Array.from({ length: sockets }, (_, index) => new Set([`#${index}`]));

  emit(name: string, to: readonly string[], except: readonly string[]): void {
    for (const index of this.members(to, except)) this.heard[index]?.push(name);
  }

  move(to: readonly string[], how: Move, room: string): void {
    for (const index of this.members(to)) {
      if (how === "disconnect") this.end(index, "disconnected");
      else this[how](index, room);
    }
  }

  private members(to: readonly string[], except: readonly string[] = []): number[] {
    return [...this.rooms.keys()].filter((index) => {
      const isIn = (room: string): boolean => this.rooms[index]?.has(room) ?? false;
      return this.state[index] === "connected" && !except.some(isIn) && (to.length === 0 || to.some(isIn));
    });
  }

  join(index: number, room: string): void {
    this.rooms[index]?.add(room);
  }

  leave(index: number, room: string): void {
    this.rooms[index]?.delete(room);
  }

  end(index: number, state: "disconnected" | "cut"): void {
    if (this.state[index] === "connected" || state === "cut") this.state[index] = state;
  }
}

/** The same program in the real thing. */
class Program {
  readonly format = new CountingFormat();
  readonly model = new Model();
  readonly late: LateHistory | undefined;
  peers: Peer[] = [];
  private readonly world: World;
  private emitted = 0;

  constructor(history: "none" | "memory" | "at-call" | "at-answer") {
    const memory = history === "none" ? undefined : memoryHistory();
    const isLate = history === "at-call" || history === "at-answer";
    if (memory !== undefined && isLate) this.late = new LateHistory(memory, { writes: history });
    this.world = new World({ history: this.late ?? memory });
    this.world.namespace.on("error", () => {});
  }

  async start(): Promise<void> {
    for (let index = 0; index < sockets; index++)
      this.peers.push(await this.world.connect({}, { format: this.format }));
    this.sockets = this.peers.map((peer) => this.world.socketOf(peer));
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.step(step);
    await this.late?.settle();
    await tick();
    await this.late?.settle();
  }

  private sockets: ReturnType<World["socketOf"]>[] = [];

  private idOf(room: string): string {
    return room.startsWith("#") ? (this.sockets[Number(room.slice(1))]?.id ?? "") : room;
  }

  private async step(step: Step): Promise<void> {
    if (step.do === "tick") return tick();
    if (step.do === "answer") return void this.late?.answer();
    if (step.do === "fail") {
      if (this.late !== undefined) this.late.failure = new Error("the log is down");
      return;
    }
    if (step.do === "emit") return this.emit(step);
    if (step.do === "move") return this.move(step);
    const socket = this.sockets[step.by];
    assert.ok(socket !== undefined);
    if (step.do === "broadcast") {
      const name = this.nextName();
      this.model.emit(name, step.to, [`#${step.by}`]);
      socket.broadcast.to(step.to.map((each) => this.idOf(each))).emit(name);
    } else if (step.do === "direct") {
      const name = this.nextName();
      this.model.emit(name, [`#${step.by}`], []);
      socket.emit(name);
    } else if (step.do === "join") {
      this.model.join(step.by, step.room);
      void socket.join(step.room);
    } else if (step.do === "leave") {
      this.model.leave(step.by, step.room);
      void socket.leave(step.room);
    } else if (step.do === "disconnect") {
      this.model.end(step.by, "disconnected");
      socket.disconnect();
    } else {
      this.model.end(step.by, "cut");
      this.peers[step.by]?.link.cut();
    }
  }

  private emit({ to, except, volatile }: Extract<Step, { do: "emit" }>): void {
    const name = this.nextName();
    this.model.emit(name, to, except);
    const operator = volatile ? this.world.namespace.operator.volatile : this.world.namespace.operator;
    operator
      .to(to.map((each) => this.idOf(each)))
      .except(except.map((each) => this.idOf(each)))
      .emit(name);
  }

  private move({ to, how, room }: Extract<Step, { do: "move" }>): void {
    this.model.move(to, how, room);
    const operator = this.world.namespace.operator.to(to.map((each) => this.idOf(each)));
    if (how === "join") operator.socketsJoin(room);
    else if (how === "leave") operator.socketsLeave(room);
    else operator.disconnectSockets();
  }

  private nextName(): string {
    this.emitted += 1;
    return `event ${this.emitted}`;
  }
}

for (const history of ["none", "memory", "at-call", "at-answer"] as const) {
  test(`each socket hears what it would if all happened at once, in order, ids ascending (history: ${history})`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (program) => {
        const run = new Program(history);
        await run.start();
        await run.run(program);
        for (const [index, { link }] of run.peers.entries()) {
          const expected = run.model.heard[index] ?? [];
          const isCut = run.model.state[index] === "cut"; // what was on its way is lost with the link
          assert.deepEqual(link.names, isCut ? expected.slice(0, link.names.length) : expected);
          const offsets = link.ids.map((id) => Number(id.slice(2)));
          assert.ok(
            offsets.every((offset, at) => at === 0 || offset > (offsets[at - 1] ?? 0)),
            link.ids.join(),
          );
        }
        const distinct = new Set(run.peers.flatMap(({ link }) => link.names));
        assert.equal(run.format.encoded, distinct.size, "each event is encoded once, however many take it");
      }),
      { numRuns: 300 },
    );
  });
}
