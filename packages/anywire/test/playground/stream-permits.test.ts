/** Permits for held streams: four for all tabs, and each comes back when its connection is cut. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Locks, PermittedConnection, StreamPermits } from "../../playground/stream-permits.ts";
import type { Connection, ConnectionHandler } from "../../playground/wires/connection.ts";

/** Locks as the browser grants them: one holder each, and a queue that `ifAvailable` and an abort stay out of. */
function fakeLocks(): NonNullable<Locks> {
  const held = new Set<string>();
  const queues = new Map<string, (() => void)[]>();
  const free = (name: string, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      queues.set(name, [...(queues.get(name) ?? []), resolve]);
    });
  const request = async (
    name: string,
    { ifAvailable, signal }: LockOptions,
    use: (lock: { name: string } | null) => unknown,
  ): Promise<void> => {
    await undefined;
    if (held.has(name) && ifAvailable === true) return void use(null);
    while (held.has(name)) await free(name, signal);
    signal?.throwIfAborted();
    held.add(name);
    await use({ name });
    held.delete(name);
    for (const wake of queues.get(name)?.splice(0) ?? []) wake();
  };
  const query = async () => ({ held: [...held, "another page's"].map((name) => ({ name })) });
  return { request, query } as unknown as NonNullable<Locks>; // it stands in for one overload of three
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function connection(permits: StreamPermits) {
  const events: string[] = [];
  const inner: Connection = {
    cursor: "c1",
    send: () => Promise.resolve({ ok: true, answer: "ok" }),
    cut: () => events.push("cut"),
  };
  const handler = { queued: () => events.push("queued") };
  const opened = new PermittedConnection(permits, handler as unknown as ConnectionHandler, () => {
    events.push("opened");
    return inner;
  });
  return { events, opened };
}

test("there are four permits, and one that is given back can be taken again", async () => {
  const permits = new StreamPermits(fakeLocks());
  const taken = [];
  for (let count = 0; count < 4; count++) taken.push(await permits.take());
  assert.ok(taken.every((permit) => permit !== undefined));
  assert.equal(await permits.take(), undefined);
  taken[2]?.();
  await settled();
  assert.ok((await permits.take()) !== undefined);
});

test("a page without a lock manager is not held up", async () => {
  for (let count = 0; count < 9; count++) assert.ok((await new StreamPermits(undefined).take()) !== undefined);
});

test("a connection is opened with a permit, and gives it back when it is cut", async () => {
  const permits = new StreamPermits(fakeLocks());
  const four = Array.from({ length: 4 }, () => connection(permits));
  await settled();
  assert.deepEqual(
    four.map(({ events }) => events),
    [["opened"], ["opened"], ["opened"], ["opened"]],
  );
  assert.equal(four[0]?.opened.cursor, "c1");
  const fifth = connection(permits);
  await settled();
  assert.deepEqual(fifth.events, ["queued"]);
  four[0]?.opened.cut();
  await settled();
  assert.deepEqual(fifth.events, ["queued", "opened"]);
});

test("of those that wait, one takes what became free, and the others go on waiting", async () => {
  const permits = new StreamPermits(fakeLocks());
  const all = Array.from({ length: 6 }, () => connection(permits));
  await settled();
  all[2]?.opened.cut();
  await settled();
  assert.deepEqual(
    all
      .slice(4)
      .map(({ events }) => events.length)
      .sort(),
    [1, 2],
  );
  all[1]?.opened.cut();
  await settled();
  for (const { events } of all.slice(4)) assert.deepEqual(events, ["queued", "opened"]);
});

test("a connection that is cut while it waits is never opened, and keeps no permit", async () => {
  const permits = new StreamPermits(fakeLocks());
  const [first, , , , fifth] = Array.from({ length: 5 }, () => connection(permits));
  await settled();
  fifth?.opened.cut();
  first?.opened.cut();
  await settled();
  assert.deepEqual(fifth?.events, ["queued"]);
  assert.ok((await permits.take()) !== undefined);
});

test("what other tabs hold is counted without one's own, and without other pages' locks", async () => {
  const locks = fakeLocks();
  const [here, there] = [new StreamPermits(locks), new StreamPermits(locks)];
  await here.take();
  const release = await there.take();
  await there.take();
  assert.deepEqual([await here.heldByOthers(), await there.heldByOthers()], [2, 1]);
  release?.();
  await settled();
  assert.deepEqual([await here.heldByOthers(), await there.heldByOthers()], [1, 1]);
  assert.equal(await new StreamPermits(undefined).heldByOthers(), 0);
});

test("a connection that is cut before it has its permit is never opened, and keeps none", async () => {
  const permits = new StreamPermits(fakeLocks());
  const early = Array.from({ length: 4 }, () => connection(permits));
  for (const { opened } of early) opened.cut();
  await settled();
  assert.deepEqual(
    early.map(({ events }) => events),
    [[], [], [], []],
  );
  const late = connection(permits);
  await settled();
  assert.deepEqual(late.events, ["opened"]);
});
