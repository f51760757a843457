import assert from "node:assert/strict";
import { test } from "node:test";
import { EventHandler } from "../../src/web/event-handler.ts";

type Callback = (this: EventTarget, event: Event) => unknown;

function fresh(): { target: EventTarget; handler: EventHandler<Callback>; called: string[] } {
  const target = new EventTarget();
  return { target, handler: new EventHandler<Callback>(target, "open"), called: [] };
}

test("the handler keeps the place of the first that was set", () => {
  const { target, handler, called } = fresh();
  target.addEventListener("open", () => called.push("before"));
  handler.value = () => called.push("first");
  target.addEventListener("open", () => called.push("after"));
  handler.value = () => called.push("second");
  target.dispatchEvent(new Event("open"));
  assert.deepEqual(called, ["before", "second", "after"]);
});

test("once it was null, its place is the last", () => {
  const { target, handler, called } = fresh();
  handler.value = () => called.push("first");
  target.addEventListener("open", () => called.push("listener"));
  handler.value = null;
  target.dispatchEvent(new Event("open"));
  assert.deepEqual(called.splice(0), ["listener"]);
  handler.value = () => called.push("second");
  target.dispatchEvent(new Event("open"));
  assert.deepEqual(called, ["listener", "second"]);
});

test("it is called with the target as this, and its event", () => {
  const { target, handler } = fresh();
  const event = new Event("open");
  const seen: unknown[] = [];
  handler.value = function (given) {
    seen.push(this, given, given.target, given.currentTarget, given.eventPhase);
  };
  target.dispatchEvent(event);
  assert.deepEqual(seen, [target, event, target, target, 2]);
});

test("false prevents the default", () => {
  const { target, handler } = fresh();
  handler.value = () => false;
  assert.equal(target.dispatchEvent(new Event("open", { cancelable: true })), false);
  handler.value = () => undefined;
  assert.equal(target.dispatchEvent(new Event("open", { cancelable: true })), true);
});

for (const value of [undefined, null, 2, "text", true, Symbol("x")]) {
  test(`${String(value)} means no handler`, () => {
    const { handler } = fresh();
    handler.value = () => {};
    Reflect.set(handler, "value", value);
    assert.equal(handler.value, null);
  });
}

test("an object is kept and not called, whatever it has", () => {
  const { target, handler, called } = fresh();
  const object = { handleEvent: () => called.push("handleEvent") };
  Reflect.set(handler, "value", object);
  target.dispatchEvent(new Event("open"));
  assert.equal(handler.value, object);
  assert.deepEqual(called, []);
});

test("the same function as handler and as listener is called twice", () => {
  const { target, handler, called } = fresh();
  const both = (): unknown => called.push("both");
  target.addEventListener("open", both);
  handler.value = both;
  target.dispatchEvent(new Event("open"));
  assert.deepEqual(called, ["both", "both"]);
  target.removeEventListener("open", both);
  target.dispatchEvent(new Event("open"));
  assert.deepEqual(called, ["both", "both", "both"]);
});
