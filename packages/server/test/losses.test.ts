import assert from "node:assert/strict";
import { test } from "node:test";
import { everyone, Losses } from "../src/losses.ts";

test("nothing is lost at first", () => {
  const losses = new Losses();
  assert.equal(losses.of("a").last, 0);
  assert.equal(losses.of(everyone).last, 0);
});

test("an event is lost for each of its rooms, and one without rooms for everyone", () => {
  const losses = new Losses();
  losses.add(["a", "b"], [], 3);
  losses.add([], [], 4);
  losses.add(["b"], [], 5);
  assert.deepEqual(
    [losses.of("a").last, losses.of("b").last, losses.of("c").last, losses.of(everyone).last],
    [3, 5, 0, 4],
  );
});

test("who is excluded from the newest ones lost only what was before them", () => {
  const losses = new Losses();
  losses.add(["a"], [], 1);
  losses.add(["a"], ["me"], 2);
  losses.add(["a"], ["me"], 3);
  assert.deepEqual(losses.of("a"), { last: 3, except: ["me"], lastForExcluded: 1 });
  losses.add(["a"], ["you"], 4);
  assert.deepEqual(losses.of("a"), { last: 4, except: ["you"], lastForExcluded: 3 });
});

test("lists 10,000 rooms at most; one that is forgotten, or was never heard of, may have lost what they did", () => {
  const losses = new Losses();
  losses.add([], [], 1);
  for (let offset = 2; offset <= 100_001; offset++) losses.add([`room ${offset}`], [], offset);
  assert.equal(losses.size, 10_000);
  assert.equal(losses.of("room 100001").last, 100_001);
  assert.equal(losses.of(everyone).last, 1, "everyone is never forgotten");
  const { last } = losses.of("never heard of");
  assert.ok(last >= 90_000 && last < 90_010, `${last}`);
  losses.add(["room 2"], ["me"], 100_002);
  assert.deepEqual(losses.of("room 2"), { last: 100_002, except: ["me"], lastForExcluded: last });
});

test("a busy room is not forgotten for being old", () => {
  const losses = new Losses();
  for (let offset = 1; offset <= 50_000; offset++)
    losses.add([offset % 2 === 0 ? "busy" : `room ${offset}`], [], offset);
  assert.equal(losses.of("busy").last, 50_000);
});
