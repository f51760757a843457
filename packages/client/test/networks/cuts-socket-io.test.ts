/** Random cuts at npm's socket.io: what is retried arrives at least once, what it remembers comes once, all of it in order. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ServerOptions } from "socket.io";
import { Random } from "../../../../scripts/test/random.ts";
import { type ServerKind, socketIo, socketIo3 } from "../contract/server-kind.ts";
import { Cuts } from "./cuts.ts";
import { call, openHouse } from "./place.ts";
import { Relay } from "./relay.ts";
import { assertAscending, between, Traffic } from "./traffic.ts";

interface Journey {
  readonly kind: ServerKind;
  readonly options: Partial<ServerOptions>;
  readonly transports: readonly string[];
  readonly cuts: number;
  readonly seed: number;
}

async function travel(t: TestContext, { kind, options, transports, cuts, seed }: Journey): Promise<void> {
  const random = new Random(seed);
  const house = await openHouse(t, kind, options);
  const network = new Cuts(random, { cuts, longest: 20_000 });
  const relay = await Relay.open(t, house.port, network.rule);
  const client = call(t, relay.url, { transports, retries: 1_000_000 });
  const traffic = new Traffic(house.io, client, random);
  await traffic.run(() => !network.areOver);
  t.diagnostic(`${network.count} cuts, ${traffic.sent} up, ${traffic.told} down, ${traffic.fresh.length} anew`);
  assert.deepEqual(traffic.failures, []);
  assert.deepEqual(traffic.answers, between(1, traffic.sent));
  assert.deepEqual([...new Set(traffic.up)], between(1, traffic.sent));
  assertAscending(traffic.down);
  const anew = new Set(traffic.fresh.map(({ heard }) => heard));
  const gaps = traffic.down.filter((n, at) => !anew.has(at) && n !== (traffic.down[at - 1] ?? 0) + 1);
  assert.deepEqual(gaps, []);
  assertAscending(traffic.questions);
}

const recovery = { connectionStateRecovery: {} };
/** Its timers go on for so long after all is closed. */
const brief = { pingInterval: 2_000, pingTimeout: 2_000 };
const journeys: readonly Journey[] = [
  { kind: socketIo, options: recovery, transports: ["websocket"], cuts: 100, seed: 5 },
  { kind: socketIo, options: recovery, transports: ["polling"], cuts: 50, seed: 6 },
  { kind: socketIo, options: recovery, transports: ["polling", "websocket"], cuts: 50, seed: 7 },
  { kind: socketIo3, options: brief, transports: ["polling", "websocket"], cuts: 50, seed: 8 },
];

for (const journey of journeys) {
  const name = `${journey.cuts} cuts over ${journey.transports.join(" and ")} at ${journey.kind.name}, seed ${journey.seed}`;
  test(name, { timeout: 50_000 }, (t) => travel(t, journey));
}
