/** The timing wheel, by a clock of the test's own, and a heartbeat against real peers. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Random } from "../../../scripts/test/random.ts";
import { type Clock, TimingWheel } from "../src/heartbeat.ts";
import type { Timed } from "../src/node/deadlines.ts";
import { ping, serverFrame } from "./frames.ts";
import { uncaughtError } from "./messages.ts";
import { openPeer, RawPeer, serve } from "./served.ts";

class TestClock implements Clock {
  time = 12_345;
  running = 0;
  private turn: () => void = () => {};

  now(): number {
    return this.time;
  }

  every(_ms: number, turn: () => void): () => void {
    this.turn = turn;
    this.running++;
    return () => {
      this.turn = () => {};
      this.running--;
    };
  }

  /** In turns of 100 ms, as the real one. */
  pass(ms: number): void {
    for (const end = this.time + ms; this.time < end; ) {
      this.time = Math.min(end, this.time + 100);
      this.turn();
    }
  }

  /** The process is blocked, then turns once. */
  block(ms: number): void {
    this.time += ms;
    this.turn();
  }
}

class Task implements Timed {
  readonly called: number[] = [];
  /** What `tick` answers. */
  next: (now: number) => number = () => Infinity;

  tick(now: number): number {
    this.called.push(now);
    return this.next(now);
  }
}

for (const delay of [0, 1, 99, 100, 101, 30_000, 51_200, 51_201, 200_000]) {
  test(`a task that is due in ${delay} ms is called once, at most a slot late`, () => {
    const clock = new TestClock();
    const wheel = new TimingWheel(clock);
    const task = new Task();
    const due = clock.time + delay;
    wheel.schedule(task, due);
    clock.pass(400_000);
    assert.equal(task.called.length, 1);
    assert.ok(task.called[0]! >= due && task.called[0]! <= due + 200, String(task.called[0]! - due));
  });
}

test("a task is called again when it says so, and not after it was cancelled", () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const task = new Task();
  task.next = (now) => now + 1000;
  wheel.schedule(task, clock.time + 1000);
  clock.pass(10_000);
  assert.ok(task.called.length >= 8 && task.called.length <= 10);
  wheel.cancel(task);
  const { length } = task.called;
  clock.pass(10_000);
  assert.equal(task.called.length, length);
});

test("a task that was given another time has only that one", () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const task = new Task();
  wheel.schedule(task, clock.time + 1000);
  wheel.schedule(task, clock.time + 5000);
  clock.pass(3000);
  assert.equal(task.called.length, 0);
  clock.pass(3000);
  assert.equal(task.called.length, 1);
});

test("a task may cancel another, or itself, while it is called", () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const [first, second] = [new Task(), new Task()];
  first.next = () => {
    wheel.cancel(second);
    wheel.cancel(first);
    return clock.time + 100;
  };
  wheel.schedule(first, clock.time + 1000);
  wheel.schedule(second, clock.time + 1000);
  clock.pass(5000);
  assert.deepEqual([first.called.length, second.called.length], [1, 0]);
  assert.equal(clock.running, 0);
});

test("a task that throws keeps no other from being called", async () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const broken = new Task();
  const fine = new Task();
  broken.next = () => {
    throw new Error("broken task");
  };
  const uncaught = uncaughtError();
  for (const task of [broken, fine]) wheel.schedule(task, clock.time + 100);
  clock.pass(1000);
  assert.match(String(await uncaught), /broken task/);
  assert.deepEqual([broken.called.length, fine.called.length], [1, 1]);
});

test("the wheel turns only while somebody waits", () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const task = new Task();
  assert.equal(clock.running, 0);
  wheel.schedule(task, clock.time + 1000);
  assert.equal(clock.running, 1);
  clock.pass(2000);
  assert.equal(clock.running, 0);
});

test("after the process was blocked, what came in meanwhile is read before anybody is given up", () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const task = new Task();
  wheel.schedule(task, clock.time + 1000);
  clock.block(60_000);
  assert.equal(task.called.length, 0);
  clock.pass(100);
  assert.equal(task.called.length, 1);
});

test("a process that is always slow still meets its deadlines", () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const task = new Task();
  wheel.schedule(task, clock.time + 1000);
  for (let n = 0; n < 4; n++) clock.block(1000);
  assert.equal(task.called.length, 1);
});

test("a thousand tasks with random times are each called once, none early", () => {
  const clock = new TestClock();
  const wheel = new TimingWheel(clock);
  const random = new Random(3);
  const tasks = Array.from({ length: 1000 }, () => ({ task: new Task(), due: clock.time + random.below(150_000) }));
  for (const { task, due } of tasks) wheel.schedule(task, due);
  clock.pass(200_000);
  for (const { task, due } of tasks) {
    assert.equal(task.called.length, 1);
    assert.ok(task.called[0]! >= due && task.called[0]! <= due + 200);
  }
});

test("a silent peer is pinged, and terminated when it stays silent", async (t) => {
  const served = await serve(t, { heartbeat: { interval: 100, timeout: 100 } });
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const [code] = await once(await accepted, "close");
  assert.equal(code, 1006);
  assert.deepEqual(await peer.all(), serverFrame(ping));
});

test("a peer that answers pings stays", async (t) => {
  const served = await serve(t, { heartbeat: 100 });
  const [peer, socket] = await openPeer(t, served);
  for (let n = 0; n < 3; n++) await once(peer, "ping");
  assert.equal(socket.readyState, socket.OPEN);
});
