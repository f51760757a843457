/** Clients whose connections are cut at random bytes: what was promised comes once, in order, whatever carries it. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import { anywire } from "../contract/server-kind.ts";
import { type CutBounds, Cuts } from "./cuts.ts";
import { call, openHouse } from "./place.ts";
import { Relay } from "./relay.ts";
import { assertAscending, between, Traffic } from "./traffic.ts";

interface Journey extends CutBounds {
  readonly transports: readonly string[];
  readonly seed: number;
}

async function travel(t: TestContext, { transports, cuts, seed, longest }: Journey): Promise<void> {
  const random = new Random(seed);
  const house = await openHouse(t, anywire, { connectionStateRecovery: {} });
  const network = new Cuts(random, { cuts, longest });
  const relay = await Relay.open(t, house.port, network.rule);
  const client = call(t, relay.url, { transports, retries: 1_000_000 });
  const traffic = new Traffic(house.io, client, random);
  await traffic.run(() => !network.areOver);
  t.diagnostic(`${network.count} cuts, ${traffic.sent} up, ${traffic.told} down, ${traffic.fresh.length} anew`);
  assert.deepEqual(traffic.failures, []);
  assert.deepEqual(traffic.up, between(1, traffic.sent));
  assert.deepEqual(traffic.answers, between(1, traffic.sent));
  assert.deepEqual(traffic.down, between(traffic.fresh[0]?.next ?? 0, traffic.told));
  assertAscending(traffic.questions);
  assert.equal(traffic.fresh.length, 1);
}

export function cutsContract(journeys: readonly Journey[]): void {
  for (const journey of journeys) {
    test(
      `${journey.cuts} cuts over ${journey.transports.join(" and ")}, seed ${journey.seed}`,
      { timeout: 50_000 },
      (t) => travel(t, journey),
    );
  }
}
