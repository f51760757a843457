import assert from "node:assert/strict";
import { test } from "node:test";
import { ObservedEmitter } from "../../src/engine/observed-emitter.ts";

const ways = ["on", "once", "addListener", "prependListener", "prependOnceListener"] as const;
const perMessage = ["packet", "packetCreate", "data", "message", "flush", "drain", "heartbeat"];
const rare = ["connection", "close", "error", "upgrade", "open", Symbol("own")];

for (const way of ways) {
  test(`${way}: who listens to messages is noticed, for good`, () => {
    for (const event of perMessage) {
      const emitter = new ObservedEmitter();
      const heard: unknown[] = [];
      emitter[way](event, (value) => heard.push(value));
      assert.equal(emitter.isObserved, true, event);
      emitter.emit(event, 1);
      emitter.removeAllListeners();
      assert.deepEqual([heard, emitter.isObserved], [[1], true]);
    }
  });

  test(`${way}: what happens seldom needs no notice`, () => {
    const emitter = new ObservedEmitter();
    for (const event of rare) emitter[way](event, () => {});
    assert.equal(emitter.isObserved, false);
    assert.deepEqual(emitter.eventNames(), rare);
  });
}

test("it is an EventEmitter before anybody has listened", () => {
  const emitter = new ObservedEmitter();
  assert.deepEqual([emitter.emit("x"), emitter.listenerCount("x"), emitter.eventNames()], [false, 0, []]);
  emitter.removeAllListeners().off("x", () => {});
  assert.throws(() => emitter.emit("error", new Error("unheard")), /unheard/);
});
