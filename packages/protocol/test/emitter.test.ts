/** The emitter, beside the one whose face it has. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Emitter as PeerEmitter } from "@socket.io/component-emitter";
import { Emitter } from "../src/emitter.ts";

type Call = (name: string, ...args: unknown[]) => unknown;

/** What both have, untyped: names of any kind are tried. */
interface Face {
  on: Call;
  addEventListener: Call;
  once: Call;
  off: (...args: unknown[]) => unknown;
  removeListener: Call;
  removeEventListener: Call;
  removeAllListeners: (...args: unknown[]) => unknown;
  emit: Call;
  emitReserved: Call;
  listeners(name: string): unknown[];
  hasListeners(name: string): boolean;
}

const makes: [name: string, make: () => Face][] = [
  ["ours", () => new Emitter() as unknown as Face],
  ["component-emitter", () => new PeerEmitter() as unknown as Face],
];

for (const [name, make] of makes) {
  describe(name, () => {
    test("calls listeners in order, with all arguments and itself as this", () => {
      const emitter = make();
      const calls: unknown[] = [];
      emitter.on("a", function (this: unknown, ...args: unknown[]) {
        calls.push([1, this === emitter, ...args]);
      });
      emitter.addEventListener("a", (...args: unknown[]) => calls.push([2, ...args]));
      assert.equal(emitter.emit("a", "x", "y"), emitter);
      emitter.emitReserved("a");
      emitter.emit("b");
      assert.deepEqual(calls, [[1, true, "x", "y"], [2, "x", "y"], [1, true], [2]]);
    });

    test("calls a listener for one time once, even if it emits again", () => {
      const emitter = make();
      const calls: unknown[] = [];
      emitter.once("a", (value: unknown) => {
        calls.push(value);
        emitter.emit("a", "again");
      });
      emitter.emit("a", "once");
      emitter.emit("a", "later");
      assert.deepEqual(calls, ["once"]);
      assert.equal(emitter.hasListeners("a"), false);
    });

    test("takes off one listener, one event, or all, by each name", () => {
      const listener = (): void => assert.fail("it was taken off");
      for (const off of ["off", "removeListener", "removeEventListener"] as const) {
        const emitter = make();
        emitter.once("a", listener);
        emitter.on("a", listener);
        emitter[off]("a", listener);
        assert.equal(emitter.listeners("a").length, 1);
        emitter[off]("a", () => {});
        emitter[off]("a", listener);
        emitter[off]("b", listener);
        assert.deepEqual(emitter.listeners("a"), []);
      }
      const emitter = make();
      for (const event of ["a", "b", "c"]) emitter.on(event, listener);
      emitter.removeAllListeners("a");
      assert.deepEqual(
        ["a", "b"].map((event) => emitter.hasListeners(event)),
        [false, true],
      );
      emitter.off();
      assert.deepEqual(
        ["a", "b", "c"].filter((event) => emitter.hasListeners(event)),
        [],
      );
    });

    test("calls those that were there when the event came", () => {
      const emitter = make();
      const calls: string[] = [];
      const second = (): unknown => calls.push("second");
      emitter.on("a", () => {
        emitter.off("a", second);
        emitter.on("a", () => calls.push("third"));
      });
      emitter.on("a", second);
      emitter.emit("a");
      assert.deepEqual(calls, ["second"]);
    });

    test("takes names of prototypes for names", () => {
      const emitter = make();
      for (const event of ["__proto__", "constructor", "toString"]) {
        assert.equal(emitter.hasListeners(event), false);
        emitter.emit(event);
        emitter.on(event, () => {});
        assert.equal(emitter.listeners(event).length, 1);
      }
    });
  });
}

test("an emitter that nobody listened to holds no list", () => {
  const emitter = new Emitter<{ a(): void }, { a(): void }>();
  assert.deepEqual(emitter.listeners("a"), []);
  assert.equal(emitter.off("a"), emitter);
  assert.equal(emitter.hasListeners("a"), false);
});

test("events are checked by their types", () => {
  class Door extends Emitter<{ knock(times: number): void }, { open(): void }, { broken(error: Error): void }> {}
  const door = new Door();
  door.on("knock", (times) => assert.equal(times.toFixed(), "3"));
  door.once("broken", (error) => assert.ok(error.message));
  // @ts-expect-error no such event
  door.on("fall", () => {});
  // @ts-expect-error nothing comes with it
  door.emit("open", 1);
});
