import assert from "node:assert/strict";
import { test } from "node:test";
import { type Authorize, type Grant, grantsOf } from "../src/authorization.ts";
import type { Socket } from "../src/socket.ts";
import { World } from "./world.ts";

async function someSocket(): Promise<Socket> {
  const world = new World();
  return world.socketOf(await world.connect());
}

async function granted(authorize: Authorize | undefined, rooms: string[], since?: string): Promise<object> {
  return Object.fromEntries(await grantsOf(authorize, await someSocket(), { rooms, since }));
}

const all = { join: true, history: true };
const joinOnly = { join: true, history: false };

const grants: [name: string, grant: Grant, granted: object][] = [
  ["true grants all that was asked for", true, { a: all, constructor: all }],
  ["a list grants what it names", ["constructor", "elsewhere"], { constructor: all }],
  ["an empty list grants nothing", [], {}],
  ["a record grants per room", { a: joinOnly, elsewhere: all }, { a: joinOnly }],
  ["a record says nothing about its prototype's names", {}, {}],
  ["false grants nothing", false, {}],
  ["undefined grants nothing", undefined, {}],
  ["null grants nothing", null, {}],
];
for (const [name, grant, expected] of grants) {
  test(name, async () => {
    assert.deepEqual(await granted(() => grant, ["a", "constructor"]), expected);
    assert.deepEqual(await granted(async () => grant, ["a", "constructor"]), expected, "as a promise too");
  });
}

test("without authorize nothing is granted", async () => {
  assert.deepEqual(await granted(undefined, ["a"]), {});
});

test("it is not asked about no rooms", async () => {
  assert.deepEqual(await granted(() => assert.fail(), []), {});
});

test("it is told the rooms, and since when", async () => {
  const asked: unknown[] = [];
  await granted(
    (socket, rooms, { since }) => {
      asked.push(typeof socket.id, rooms, since);
      return true;
    },
    ["a", "b"],
    "e-1",
  );
  assert.deepEqual(asked, ["string", ["a", "b"], "e-1"]);
});

test("what it throws, or rejects with, is the asker's to judge", async () => {
  const cause = new Error("connection to the database lost");
  const throwing: Authorize = () => {
    throw cause;
  };
  for (const authorize of [throwing, async () => Promise.reject(cause)]) {
    await assert.rejects(granted(authorize, ["a"]), cause);
  }
});
