/** Middleboxes that repeat, delay and reorder requests, or fail for a while: what was promised comes once, and in order. */

import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { type TestContext, test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import type { LookupOptions, Socket } from "../../src/node.ts";
import { heard } from "../contract/library.ts";
import { anywire, type ServerKind, socketIo, socketIo3 } from "../contract/server-kind.ts";
import { type Habits, Middlebox } from "./middlebox.ts";
import { call, carrier, openHouse } from "./place.ts";
import { assertAscending, between, Traffic } from "./traffic.ts";

const patience = { timeout: 30_000 };
const polling = ["polling"];
const upgrading = ["polling", "websocket"];
const rounds = 150;
const retried = { retries: 1_000_000 };

const isPost = ({ method }: IncomingMessage): boolean => method === "POST";

interface Scene {
  readonly kind: ServerKind;
  readonly habits: Habits;
  readonly options: LookupOptions;
  readonly random: Random;
}

async function travel(
  t: TestContext,
  { kind, habits, options, random }: Scene,
): Promise<{ traffic: Traffic; client: Socket }> {
  const house = await openHouse(t, kind, kind.major === 4 ? { connectionStateRecovery: {} } : {});
  const box = await Middlebox.open(t, house.port, habits);
  const client = call(t, box.url, options);
  const traffic = new Traffic(house.io, client, random);
  await traffic.run(() => traffic.answers.length < rounds);
  t.diagnostic(`${traffic.sent} up, ${traffic.told} down, ${traffic.fresh.length} anew`);
  assert.deepEqual(traffic.failures, []);
  assert.deepEqual(traffic.answers, between(1, traffic.sent));
  assertAscending(traffic.down);
  return { traffic, client };
}

test("POSTs that are repeated: a retried emit runs once at our server", patience, async (t) => {
  const random = new Random(11);
  const habits = { times: (request: IncomingMessage) => (isPost(request) && random.below(2) === 0 ? 2 : 1) };
  const scene = { kind: anywire, habits, options: { transports: polling, ...retried }, random };
  const { traffic } = await travel(t, scene);
  assert.deepEqual(traffic.up, between(1, traffic.sent));
  assert.deepEqual(traffic.down, between(traffic.fresh[0]?.next ?? 0, traffic.told));
});

test("POSTs that are repeated: a retried emit runs at least once at socket.io 4", patience, async (t) => {
  const random = new Random(12);
  const habits = { times: (request: IncomingMessage) => (isPost(request) && random.below(4) === 0 ? 2 : 1) };
  const scene = { kind: socketIo, habits, options: { transports: polling, ...retried }, random };
  const { traffic } = await travel(t, scene);
  assert.deepEqual([...new Set(traffic.up)], between(1, traffic.sent));
});

for (const kind of [anywire, socketIo]) {
  test(
    `a request to enter that is repeated ends the session at ${kind.name}, and the client comes back`,
    patience,
    async (t) => {
      const house = await openHouse(t, kind);
      let posts = 0;
      const box = await Middlebox.open(t, house.port, {
        times: (request) => (isPost(request) && ++posts === 1 ? 2 : 1),
      });
      house.io.on("connection", (socket) => socket.on("ask", (answer) => answer(socket.id)));
      const client = call(t, box.url, { transports: polling, ...retried });
      await heard(client, "disconnect");
      assert.equal(await client.emitWithAck("ask"), client.id);
    },
  );
}

for (const kind of [anywire, socketIo, socketIo3]) {
  for (const transports of [polling, upgrading]) {
    test(
      `${transports.join(", ")} at ${kind.name}: requests that are late overtake each other`,
      patience,
      async (t) => {
        const random = new Random(13);
        const waits = async (): Promise<void> => {
          for (let turn = random.below(20); turn > 0; turn--) await new Promise(setImmediate);
        };
        const { traffic, client } = await travel(t, { kind, habits: { waits }, options: { transports }, random });
        assert.deepEqual(traffic.up, between(1, traffic.sent));
        assert.deepEqual(traffic.down, between(traffic.fresh[0]?.next ?? 0, traffic.told));
        assert.equal(traffic.fresh.length, 1);
        assert.equal(carrier(client), transports.at(-1));
      },
    );
  }
}

for (const status of [502, 504]) {
  for (const kind of [anywire, socketIo]) {
    test(`${status} for a while, at first and later, in front of ${kind.name}`, patience, async (t) => {
      const random = new Random(status);
      let requests = 0;
      let errors = 0;
      const fails = (): number | undefined => {
        const isBad = ++requests % 60 < 3;
        if (isBad) errors += 1;
        return isBad ? status : undefined;
      };
      requests = 59;
      const options = { transports: polling, ...retried };
      const { traffic } = await travel(t, { kind, habits: { fails }, options, random });
      assert.ok(errors > 3);
      assert.deepEqual([...new Set(traffic.up)], between(1, traffic.sent));
      if (kind === anywire) assert.deepEqual(traffic.up, between(1, traffic.sent));
    });
  }
}
