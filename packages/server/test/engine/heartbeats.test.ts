/** When sessions are pinged, and when they are given up: by a clock of the test's own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Heartbeat } from "@anywire/protocol/engine";
import { type Beating, type HeartbeatClock, Heartbeats } from "../../src/engine/heartbeats.ts";

const periods = { pingInterval: 25_000, pingTimeout: 20_000 };

class Clock implements HeartbeatClock {
  time = 1_000_000;
  turns = 0;
  private turn: (() => void) | undefined;

  now(): number {
    return this.time;
  }

  every(_ms: number, turn: () => void): () => void {
    this.turn = turn;
    return () => {
      this.turn = undefined;
    };
  }

  get isRunning(): boolean {
    return this.turn !== undefined;
  }

  /** In steps of a turn, or at once as after a time in which the process was blocked. */
  pass(ms: number, step = 100): void {
    for (let passed = 0; passed < ms; passed += step) {
      this.time += step;
      this.turn?.();
    }
  }
}

class Session implements Beating {
  readonly protocol: 3 | 4;
  readonly heartbeat: Heartbeat;
  bytesRead = 100;
  lifeMark = 0;
  turn = 0;
  readonly told: string[] = [];

  constructor(clock: Clock, protocol: 3 | 4, times = periods) {
    this.protocol = protocol;
    this.heartbeat = new Heartbeat({ ...times, pings: protocol === 4 }, clock.now());
  }

  ping(): void {
    this.told.push("ping");
  }

  expire(): void {
    this.told.push("expire");
  }
}

function setUp(protocol: 3 | 4): { clock: Clock; wheel: Heartbeats; session: Session } {
  const clock = new Clock();
  const wheel = new Heartbeats(periods, clock);
  const session = new Session(clock, protocol);
  wheel.add(session);
  return { clock, wheel, session };
}

test("EIO 4: a ping after the interval, and the end if nothing answers it", () => {
  const { clock, session } = setUp(4);
  clock.pass(24_900);
  assert.deepEqual(session.told, []);
  clock.pass(200);
  assert.deepEqual(session.told, ["ping"]);
  clock.pass(19_800);
  assert.deepEqual(session.told, ["ping"]);
  clock.pass(300);
  assert.deepEqual(session.told, ["ping", "expire"]);
  clock.pass(100_000);
  assert.deepEqual(session.told, ["ping", "expire"]);
  assert.equal(clock.isRunning, false);
});

test("EIO 4: the next ping comes an interval after the pong", () => {
  const { clock, wheel, session } = setUp(4);
  clock.pass(25_100);
  clock.pass(10_000);
  wheel.heard(session);
  clock.pass(24_800);
  assert.deepEqual(session.told, ["ping"]);
  clock.pass(300);
  assert.deepEqual(session.told, ["ping", "ping"]);
});

test("EIO 4: bytes without a pong are life, and the next ping comes before the client gives us up", () => {
  const { clock, session } = setUp(4);
  let pings = 0;
  for (let round = 0; round < 100; round++) {
    clock.pass(10_000);
    session.bytesRead++;
    assert.ok(session.told.length - pings <= 1);
    pings = session.told.length;
  }
  assert.ok(pings >= 1_000_000 / (periods.pingInterval + periods.pingTimeout));
  assert.ok(!session.told.includes("expire"));
  clock.pass(45_200);
  assert.equal(session.told.at(-1), "expire");
});

test("EIO 4: the next ping comes in time where the timeout is the longer one", () => {
  const clock = new Clock();
  const times = { pingInterval: 1_000, pingTimeout: 60_000 };
  const wheel = new Heartbeats(times, clock);
  const session = new Session(clock, 4, times);
  wheel.add(session);
  for (let round = 1; round <= 5; round++) {
    clock.pass(1_100);
    assert.equal(session.told.length, round);
    wheel.heard(session);
  }
  wheel.delete(session);
  assert.equal(clock.isRunning, false);
});

test("EIO 3: the end if no ping has come within both times", () => {
  const { clock, session } = setUp(3);
  clock.pass(44_900);
  assert.deepEqual(session.told, []);
  clock.pass(300);
  assert.deepEqual(session.told, ["expire"]);
});

test("EIO 3: pings and bytes are life", () => {
  const { clock, wheel, session } = setUp(3);
  for (let round = 0; round < 10; round++) {
    clock.pass(40_000);
    wheel.heard(session);
  }
  for (let round = 0; round < 10; round++) {
    clock.pass(19_000);
    session.bytesRead++;
  }
  clock.pass(19_000);
  assert.deepEqual(session.told, []);
  clock.pass(100_000);
  assert.deepEqual(session.told, ["expire"]);
});

test("EIO 3: a client that is silent after its ping is given up in time, one that said more a timeout later", () => {
  for (const [bytesAfter, lastsTo] of [
    [0, 45_000],
    [1, 65_000],
  ] as const) {
    const { clock, wheel, session } = setUp(3);
    session.bytesRead++; // of the ping
    wheel.heard(session);
    session.bytesRead += bytesAfter;
    clock.pass(lastsTo - 100);
    assert.deepEqual(session.told, []);
    clock.pass(300);
    assert.deepEqual(session.told, ["expire"]);
  }
});

test("nobody is forgotten by a wheel that stood still", () => {
  const { clock, wheel, session } = setUp(4);
  const late = new Session(clock, 4);
  clock.pass(10_000);
  wheel.add(late);
  clock.pass(3_600_000, 3_600_000);
  assert.deepEqual([session.told, late.told], [["ping"], ["ping"]]);
});

test("a session that was taken off the wheel hears nothing, be it by another in the same turn", () => {
  const { clock, wheel, session } = setUp(4);
  const others = [new Session(clock, 4), new Session(clock, 4)];
  for (const other of others) wheel.add(other);
  session.ping = () => {
    for (const other of others) wheel.delete(other);
  };
  clock.pass(30_000);
  assert.deepEqual(
    others.map(({ told }) => told),
    [[], []],
  );
  wheel.delete(session);
  wheel.delete(session);
  assert.equal(clock.isRunning, false);
});

test("a listener that throws keeps nobody from being looked at", (t) => {
  const raised: unknown[] = [];
  t.mock.method(process, "nextTick", (_raise: unknown, error: unknown) => raised.push(error));
  const { clock, wheel, session } = setUp(4);
  const other = new Session(clock, 4);
  wheel.add(other);
  session.ping = () => {
    throw new Error("the program's own");
  };
  clock.pass(25_100);
  assert.deepEqual(other.told, ["ping"]);
  assert.equal(raised.length, 1);
});

test("ten thousand sessions that come and go leave nothing on the wheel", () => {
  const clock = new Clock();
  const wheel = new Heartbeats(periods, clock);
  const open = new Set<Session>();
  for (let round = 0; round < 10_000; round++) {
    const session = new Session(clock, round % 2 === 0 ? 3 : 4);
    wheel.add(session);
    open.add(session);
    clock.pass(100);
    if (round % 3 === 0) for (const each of open) wheel.delete(each);
    if (round % 3 === 0) open.clear();
  }
  for (const each of open) wheel.delete(each);
  assert.equal(clock.isRunning, false);
});
