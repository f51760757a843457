/** Silence of a server, and of a better transport: with a clock of the test's own. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { Session } from "../../src/engine/session.ts";
import { type EnginePacket, Transport } from "../../src/engine/transport.ts";
import { web } from "./libraries.ts";

const last = new Map<string, Fake>();

/** Does what the test says. */
class Fake extends Transport {
  readonly sent: EnginePacket[] = [];
  override get name(): string {
    return "polling";
  }
  protected override doOpen(): void {
    last.set(this.name, this);
    this.onOpen();
  }
  protected override write(packets: readonly EnginePacket[]): void {
    this.sent.push(...packets);
    this.emitReserved("drain");
  }
  say(text: string): void {
    this.onPacket(this.decode(text) as EnginePacket); // the test says no nonsense
  }
}

class Better extends Fake {
  override get name(): string {
    return "websocket";
  }
}

const handshake = { sid: "x", upgrades: [], pingInterval: 100, pingTimeout: 50 };

async function open(
  options: EngineOptions = {},
  said: object = handshake,
): Promise<{ session: Session; ends: string[]; fake: Fake }> {
  const session = new Session("http://localhost", { transports: [Fake, Better], ...options }, web);
  const ends: string[] = [];
  session.on("close", (reason) => ends.push(reason));
  await undefined;
  const fake = last.get("polling")!;
  fake.say(`0${JSON.stringify(said)}`);
  return { session, ends, fake };
}

test("silence for longer than a ping may take ends the session; any packet is life", async (t) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.after(() => mock.timers.reset());
  const { session, ends, fake } = await open();
  mock.timers.tick(149);
  assert.equal(session._hasPingExpired(), false);
  fake.say("4life");
  mock.timers.tick(149);
  fake.say("2");
  assert.deepEqual(fake.sent.at(-1), { type: "pong" });
  mock.timers.tick(149);
  assert.deepEqual(ends, []);
  mock.timers.tick(1);
  assert.deepEqual(ends, ["ping timeout"]);
});

test("a deadline that has passed in a sleep is noticed before the timer", async (t) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.after(() => mock.timers.reset());
  const { session, ends } = await open();
  mock.timers.setTime(Date.now());
  mock.method(Date, "now", () => 10_000);
  t.after(() => mock.restoreAll());
  assert.equal(session._hasPingExpired(), true);
  assert.deepEqual(ends, []);
  await undefined;
  assert.deepEqual(ends, ["ping timeout"]);
});

test("a better transport that does not answer is left after ten seconds", async (t) => {
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.after(() => mock.timers.reset());
  const said = { ...handshake, upgrades: ["websocket"], pingInterval: 60_000 };
  const { session, ends } = await open({}, said);
  const errors: string[] = [];
  session.on("upgradeError", (error) => errors.push(error.message));
  mock.timers.tick(9_999);
  assert.deepEqual(errors, []);
  mock.timers.tick(1);
  assert.deepEqual(errors, ["probe error: timeout"]);
  assert.equal(last.get("websocket")?.readyState, "closed");
  assert.deepEqual([session.readyState, session.transport.name, ends], ["open", "polling", []]);
  session.close();
});

test("useNativeTimers: a fake clock that came later means nothing", async (t) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const { session, ends } = await open({ useNativeTimers: true, autoUnref: true });
  mock.timers.tick(10_000);
  assert.deepEqual(ends, []);
  session.close();
});

for (const said of [
  {},
  { ...handshake, sid: 1 },
  { ...handshake, pingInterval: "1" },
  { ...handshake, pingTimeout: -1 },
  { ...handshake, upgrades: {} },
  { ...handshake, pingInterval: 0 },
]) {
  test(`the handshake ${JSON.stringify(said)} is none`, async () => {
    const { session, ends } = await open({}, said);
    assert.deepEqual([session.readyState, ends], ["closed", ["transport error"]]);
  });
}
