import assert from "node:assert/strict";
import { test } from "node:test";
import { CloseEvent, type CloseEventInit } from "@anywire/websocket/web";

test("without a dictionary, all has its default", () => {
  const event = new CloseEvent("foo");
  assert.ok(event instanceof Event);
  assert.equal(String(event), "[object CloseEvent]");
  const { type, bubbles, cancelable, wasClean, code, reason } = event;
  assert.deepEqual(
    { type, bubbles, cancelable, wasClean, code, reason },
    { type: "foo", bubbles: false, cancelable: false, wasClean: false, code: 0, reason: "" },
  );
});

test("the dictionary says what it carries", () => {
  const event = new CloseEvent("foo", { bubbles: true, cancelable: true, wasClean: true, code: 7, reason: "x" });
  const { type, bubbles, cancelable, wasClean, code, reason } = event;
  assert.deepEqual(
    { type, bubbles, cancelable, wasClean, code, reason },
    { type: "foo", bubbles: true, cancelable: true, wasClean: true, code: 7, reason: "x" },
  );
});

const made = (init: unknown): CloseEvent => Reflect.construct(CloseEvent, ["close", init]);

const conversions: [name: string, init: unknown, expected: CloseEventInit][] = [
  ["null as a dictionary", null, {}],
  ["undefined as a dictionary", undefined, {}],
  ["members that are undefined", { wasClean: undefined, code: undefined, reason: undefined }, {}],
  ["a code above 65535", { code: 65_537 }, { code: 1 }],
  ["a code as a text", { code: "1000" }, { code: 1000 }],
  ["a truth that is none", { wasClean: "yes" }, { wasClean: true }],
  ["a reason that is null", { reason: null }, { reason: "null" }],
  ["a lone surrogate", { reason: "\ud800" }, { reason: "\ufffd" }],
];

for (const [name, init, expected] of conversions) {
  test(`${name} is converted`, () => {
    const { wasClean, code, reason } = made(init);
    assert.deepEqual({ wasClean, code, reason }, { wasClean: false, code: 0, reason: "", ...expected });
  });
}

test("flags of every event are converted too", () => {
  const { bubbles, cancelable, composed } = made({ bubbles: 1, cancelable: "yes", composed: {} });
  assert.deepEqual([bubbles, cancelable, composed], [true, true, true]);
});

test("what cannot be converted is a TypeError", () => {
  assert.throws(() => Reflect.construct(CloseEvent, []), TypeError);
  assert.throws(() => Reflect.apply(CloseEvent, undefined, ["close"]), TypeError);
  assert.throws(() => made(1), TypeError);
  assert.throws(() => made({ code: Symbol("x") }), TypeError);
});

test("it has the shape of an interface", () => {
  assert.equal(CloseEvent.length, 1);
  for (const name of ["wasClean", "code", "reason"]) {
    const property = Object.getOwnPropertyDescriptor(CloseEvent.prototype, name);
    assert.equal(property?.enumerable, true);
    assert.throws(() => property?.get?.call(new Event("close")), TypeError);
  }
});
