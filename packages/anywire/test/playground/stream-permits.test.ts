/** Permits for held streams: four for all tabs, and each comes back when its connection is cut. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Locks, PermittedConnection, takePermit } from "../../playground/stream-permits.ts";
import type { Connection, ConnectionHandler } from "../../playground/wires/connection.ts";

/** Locks as the browser grants them, of which only `ifAvailable` is used here. */
function fakeLocks(): NonNullable<Locks> {
  const held = new Set<string>();
  const request = async (
    name: string,
    _options: unknown,
    use: (lock: { name: string } | null) => unknown,
  ): Promise<void> => {
    await undefined;
    if (held.has(name)) return void use(null);
    held.add(name);
    await use({ name });
    held.delete(name);
  };
  return { request } as unknown as NonNullable<Locks>; // it stands in for one overload of three
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function connection(locks: Locks) {
  const events: string[] = [];
  const inner: Connection = {
    cursor: "c1",
    send: () => Promise.resolve({ ok: true, answer: "ok" }),
    cut: () => events.push("cut"),
  };
  const handler = { lost: (why: string, retry: number) => events.push(`${why}: ${retry}`) };
  const opened = new PermittedConnection(locks, handler as unknown as ConnectionHandler, () => {
    events.push("opened");
    return inner;
  });
  return { events, opened };
}

test("there are four permits, and one that is given back can be taken again", async () => {
  const locks = fakeLocks();
  const permits = [];
  for (let count = 0; count < 4; count++) permits.push(await takePermit(locks));
  assert.ok(permits.every((permit) => permit !== undefined));
  assert.equal(await takePermit(locks), undefined);
  permits[2]?.();
  await settled();
  assert.ok((await takePermit(locks)) !== undefined);
});

test("a page without a lock manager is not held up", async () => {
  for (let count = 0; count < 9; count++) assert.ok((await takePermit(undefined)) !== undefined);
});

test("a connection is opened with a permit, and gives it back when it is cut", async () => {
  const locks = fakeLocks();
  const four = Array.from({ length: 4 }, () => connection(locks));
  await settled();
  assert.deepEqual(
    four.map(({ events }) => events),
    [["opened"], ["opened"], ["opened"], ["opened"]],
  );
  assert.equal(four[0]?.opened.cursor, "c1");
  const fifth = connection(locks);
  await settled();
  assert.deepEqual(fifth.events, ["all 4 HTTP streams are held, some by other tabs: 3000"]);
  four[0]?.opened.cut();
  await settled();
  const sixth = connection(locks);
  await settled();
  assert.deepEqual(sixth.events, ["opened"]);
});

test("a connection that is cut before it has its permit is never opened, and keeps none", async () => {
  const locks = fakeLocks();
  const early = Array.from({ length: 4 }, () => connection(locks));
  for (const { opened } of early) opened.cut();
  await settled();
  assert.deepEqual(
    early.map(({ events }) => events),
    [[], [], [], []],
  );
  const late = connection(locks);
  await settled();
  assert.deepEqual(late.events, ["opened"]);
});
