import assert from "node:assert/strict";
import { test } from "node:test";
import { CatchAll, type CatchAllListener } from "../src/catch-all.ts";

const noErrors = (error: unknown): void => assert.fail(String(error));

function recorder(heard: unknown[], name: string): CatchAllListener {
  return (...event) => void heard.push([name, ...event]);
}

test("all are called in order, with the event's name and arguments", () => {
  const heard: unknown[] = [];
  const listeners = new CatchAll();
  listeners.append(recorder(heard, "second"));
  listeners.append(recorder(heard, "third"));
  listeners.prepend(recorder(heard, "first"));
  listeners.call(undefined, ["e", 1], noErrors);
  assert.deepEqual(heard, [
    ["first", "e", 1],
    ["second", "e", 1],
    ["third", "e", 1],
  ]);
});

test("one is removed once, or all of them", () => {
  const listeners = new CatchAll();
  const [twice, other, unknown] = [(): void => {}, (): void => {}, (): void => {}];
  for (const each of [twice, other, twice]) listeners.append(each);
  listeners.remove(unknown);
  listeners.remove(twice);
  assert.deepEqual(listeners.list, [other, twice]);
  listeners.remove(undefined);
  assert.deepEqual([listeners.list, listeners.isEmpty], [[], true]);
});

test("who is added or removed by one of them counts from the next event on", () => {
  const heard: unknown[] = [];
  const listeners = new CatchAll();
  const last = recorder(heard, "last");
  listeners.append(() => {
    listeners.remove(last);
    listeners.append(recorder(heard, "new"));
  });
  listeners.append(last);
  listeners.call(undefined, ["e"], noErrors);
  assert.deepEqual(heard, [["last", "e"]]);
});

test("the list is a copy", () => {
  const listeners = new CatchAll();
  listeners.append(() => {});
  listeners.list.pop();
  assert.equal(listeners.list.length, 1);
});

test("`this` is what is given, and the error of one keeps the others from nothing", async () => {
  const [heard, errors]: [unknown[], unknown[]] = [[], []];
  const listeners = new CatchAll();
  listeners.append(() => {
    throw "at once";
  });
  listeners.append(() => Promise.reject("later"));
  listeners.append(function (this: unknown) {
    heard.push(this);
  });
  listeners.call("me", ["e"], (error) => errors.push(error));
  await new Promise(setImmediate);
  assert.deepEqual([heard, errors], [["me"], ["at once", "later"]]);
});
