import assert from "node:assert/strict";
import { test } from "node:test";
import type { History } from "../src/history.ts";
import type { OutgoingEvent } from "../src/link.ts";
import { Pipeline, type Run, type RunTarget } from "../src/pipeline.ts";
import { LateHistory } from "./late-history.ts";
import { memoryHistory, tick } from "./world.ts";

const toAll: RunTarget = { rooms: [], except: [], logged: true, volatile: false, local: false, compress: undefined };
const to = (...rooms: string[]): RunTarget => ({ ...toAll, rooms });

/** Runs as `name#id name#id`, and whatever a test notes between them. */
class Rig {
  readonly log: string[] = [];
  readonly errors: unknown[] = [];
  readonly pipeline: Pipeline;
  onDeliver: (run: Run) => void = () => {};
  private readonly deferred: (() => void)[] = [];

  constructor(history?: History) {
    this.pipeline = new Pipeline({
      turn: { open: undefined },
      history,
      deliver: (run) => {
        this.log.push(run.events.map(({ name, id }) => (id === undefined ? name : `${name}#${id.slice(2)}`)).join(" "));
        this.onDeliver(run);
      },
      defer: (callback) => this.deferred.push(callback),
      failed: (error) => this.errors.push(error),
    });
  }

  emit(target: RunTarget, ...names: string[]): void {
    for (const name of names) this.pipeline.emit(target, event(name));
  }

  note(word: string): void | Promise<void> {
    return this.pipeline.run(() => {
      this.log.push(word);
    });
  }

  endTick(): void {
    for (const callback of this.deferred.splice(0)) callback();
  }
}

function event(name: string): OutgoingEvent {
  return { name, args: [], id: undefined, ack: undefined };
}

/** `x a`: emit a to the room x. `end`: of the tick. `step`: run one. */
const targets: Record<string, RunTarget> = {
  x: to("x"),
  y: to("y"),
  "not x": { ...toAll, except: ["x"] },
  volatile: { ...toAll, volatile: true, logged: false },
};
const sealing: [name: string, program: string, log: string[]][] = [
  ["nothing is handed over within the tick", "x a, x b", []],
  ["the end of the tick seals the run", "x a, x b, end", ["a b"]],
  ["another room seals it", "x a, x b, y c", ["a b"]],
  ["A, B, A stays A, B, A", "x a, y b, x c, end", ["a", "b", "c"]],
  ["another exclusion seals it", "x a, not x b", ["a"]],
  ["volatile ones are a run of their own", "x a, volatile b, volatile c, end", ["a", "b c"]],
  ["a step seals it, and comes after it", "x a, step, x b, end", ["a", "step", "b"]],
  ["the end of the tick seals once", "x a, end, end, x b, end", ["a", "b"]],
];
for (const [name, program, log] of sealing) {
  test(name, () => {
    const rig = new Rig();
    for (const line of program.split(", ")) {
      const [, target, event = ""] = /^(.*) (\w)$/.exec(line) ?? [];
      if (line === "end") rig.endTick();
      else if (line === "step") rig.note("step");
      else rig.emit({ ...(targets[target ?? ""] ?? toAll) }, event); // equal targets need not be the same object
    }
    assert.deepEqual(rig.log, log);
  });
}

test("a tick that emits without end is sealed early", () => {
  const rig = new Rig();
  rig.emit(toAll, ...Array.from({ length: 3000 }, () => "x"));
  rig.endTick();
  assert.deepEqual(
    rig.log.map((run) => run.split(" ").length),
    [1024, 1024, 952],
  );
});

test("what is emitted while a run is handed over comes after it, and nothing is lost", () => {
  for (const nested of [to("x"), to("y"), to("z")]) {
    const rig = new Rig();
    rig.onDeliver = ({ events }) => {
      if (events[0]?.name === "a") rig.emit(nested, "nested");
    };
    rig.emit(to("x"), "a");
    rig.emit(to("y"), "b"); // seals the first run, whose delivery emits
    rig.endTick();
    rig.endTick();
    assert.deepEqual(rig.log.join(" ").split(" "), ["a", "b", "nested"]);
  }
});

test("a step asked for while a run is handed over waits until all have it", async () => {
  const rig = new Rig();
  let waiting: unknown;
  rig.onDeliver = ({ events }) => {
    if (events[0]?.name !== "a") return;
    rig.emit(to("y"), "b");
    waiting = rig.note("step");
    rig.emit(to("y"), "c");
    rig.log.push("all have a");
  };
  rig.emit(to("x"), "a");
  rig.endTick();
  rig.endTick();
  assert.deepEqual(rig.log, ["a", "all have a", "b", "step", "c"]);
  await waiting;
});

test("a step runs at once, and returns nothing, when nothing is waited for", () => {
  const rig = new Rig(memoryHistory());
  rig.emit(toAll, "a");
  assert.equal(rig.note("step"), undefined);
  assert.deepEqual(rig.log, ["a#1", "step"]);
});

test("a step within a step runs at once", () => {
  const rig = new Rig();
  rig.pipeline.run(() => {
    rig.emit(toAll, "a");
    rig.note("inner");
    rig.log.push("outer");
  });
  assert.deepEqual(rig.log, ["a", "inner", "outer"]);
});

test("what a step asks for happens within it, ahead of what waits behind it", async () => {
  for (const history of [undefined, memoryHistory(), new LateHistory(memoryHistory())]) {
    const rig = new Rig(history);
    rig.emit(toAll, "a");
    void rig.pipeline.run(() => {
      rig.log.push("step");
      rig.note("first");
      rig.emit({ ...toAll, logged: false }, "said");
      rig.note("second");
      rig.emit(to("x"), "last words");
    });
    rig.emit(to("x"), "b");
    rig.note("behind");
    rig.emit(to("x"), "c");
    rig.endTick();
    if (history instanceof LateHistory) await history.settle();
    const log = rig.log.map((line) => line.replaceAll(/#\d+/g, "")).join(" ");
    assert.equal(log, "a step first said second last words b behind c");
  }
});

test("what a step asks for waits with all that is behind it, if it made the log busy", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  rig.emit(toAll, "a");
  void rig.pipeline.run(() => {
    rig.emit(toAll, "b");
    rig.note("inner");
  });
  rig.note("behind");
  rig.emit(toAll, "c");
  rig.endTick();
  await late.settle();
  assert.deepEqual(rig.log, ["a#1", "b#2", "inner", "behind", "c#3"]);
});

test("only logged runs get ids, in order", () => {
  const rig = new Rig(memoryHistory());
  rig.emit(toAll, "a", "b");
  rig.emit({ ...toAll, logged: false }, "c");
  rig.emit({ ...toAll, logged: false, volatile: true }, "d");
  rig.emit(to("x"), "e");
  rig.endTick();
  assert.deepEqual(rig.log, ["a#1 b#2", "c", "d", "e#3"]);
});

for (const writes of ["at-call", "at-answer"] as const) {
  test(`when the log answers late, all that follows waits, in order (it writes ${writes})`, async () => {
    const late = new LateHistory(memoryHistory(), { writes });
    const rig = new Rig(late);
    rig.emit(to("x"), "a");
    const first = rig.note("step");
    rig.emit({ ...toAll, logged: false }, "unlogged");
    rig.emit(to("y"), "b");
    const second = rig.note("last");
    rig.emit(to("y"), "c");
    rig.endTick();
    assert.ok(first instanceof Promise && second instanceof Promise);
    await tick();
    assert.deepEqual(rig.log, []);
    late.answer();
    await first;
    assert.deepEqual(rig.log, ["a#1", "step", "unlogged"]);
    assert.equal(late.size, 1, "one append at a time");
    await late.settle();
    await second;
    assert.deepEqual(rig.log, ["a#1", "step", "unlogged", "b#2", "last", "c#3"]);
    assert.equal(rig.note("now"), undefined, "it is idle again");
  });
}

test("what is emitted while the log is waited for joins the open run, not the one on its way", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  rig.emit(toAll, "a");
  rig.endTick();
  rig.emit(toAll, "b");
  rig.endTick();
  rig.emit(toAll, "c");
  await late.settle();
  assert.deepEqual(rig.log, ["a#1", "b#2"]);
  rig.endTick();
  await late.settle();
  assert.deepEqual(rig.log, ["a#1", "b#2", "c#3"]);
});

test("when the log fails, the events go out without ids, in their place", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  late.failure = new Error("down");
  rig.emit(toAll, "a");
  rig.note("step");
  rig.emit(toAll, "b");
  rig.endTick();
  await late.settle();
  assert.deepEqual(rig.log, ["a", "step", "b#1"]);
  assert.deepEqual(rig.errors.map(String), ["Error: down"]);
});

test("a log that throws is one that fails", () => {
  const log = memoryHistory();
  let isDown = true;
  const append = log.append.bind(log);
  log.append = (batch) => {
    if (isDown) throw new Error("down");
    return append(batch);
  };
  const rig = new Rig(log);
  rig.emit(toAll, "a");
  rig.endTick();
  isDown = false;
  rig.emit(toAll, "b");
  rig.endTick();
  assert.deepEqual(rig.log, ["a", "b#1"]);
  assert.deepEqual(rig.errors.map(String), ["Error: down"]);
});

test("a delivery that throws is reported, and the next run follows", async () => {
  for (const history of [undefined, memoryHistory(), new LateHistory(memoryHistory())]) {
    const rig = new Rig(history);
    rig.onDeliver = ({ events }) => {
      if (events[0]?.name === "a") throw new Error("broken");
    };
    rig.emit(to("x"), "a");
    rig.emit(to("y"), "b");
    rig.endTick();
    if (history instanceof LateHistory) await history.settle();
    assert.equal(rig.log.length, 2);
    assert.deepEqual(rig.errors.map(String), ["Error: broken"]);
  }
});

test("a step that throws tells who asked for it, at once or by its promise, and the pipeline goes on", async () => {
  const late = new LateHistory(memoryHistory());
  const rig = new Rig(late);
  const broken = (): never => {
    throw new Error("broken");
  };
  assert.throws(() => rig.pipeline.run(broken), /broken/);
  rig.emit(toAll, "a");
  const waiting = rig.pipeline.run(broken);
  rig.note("step");
  const refused = assert.rejects(async () => waiting, /broken/);
  await late.settle();
  await refused;
  assert.deepEqual(rig.log, ["a#1", "step"]);
});

test("a log that never answers holds nothing for ever: it is reported, and the run goes out without ids", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig(new LateHistory(memoryHistory()));
  rig.emit(toAll, "a");
  rig.endTick();
  void rig.note("behind");
  t.mock.timers.tick(9_999);
  assert.deepEqual(rig.log, []);
  t.mock.timers.tick(1);
  assert.deepEqual(rig.log, ["a", "behind"]);
  assert.match(String(rig.errors[0]), /has not answered within 10000 milliseconds/);
});
