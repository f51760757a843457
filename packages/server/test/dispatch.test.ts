import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { attempt, dispatch } from "../src/dispatch.ts";

class Rig {
  readonly emitter = new EventEmitter();
  readonly errors: unknown[] = [];

  dispatch(...args: unknown[]): Promise<void>[] {
    return dispatch({ emitter: this.emitter, event: "x", args, failed: (error) => this.errors.push(error) });
  }
}

test("calls all listeners in order with the arguments, on the emitter, and `once` ones once", () => {
  const rig = new Rig();
  const calls: unknown[] = [];
  rig.emitter.on("x", function (this: unknown, ...args) {
    calls.push([this === rig.emitter, ...args]);
  });
  rig.emitter.once("x", (...args) => void calls.push(args));
  assert.deepEqual(rig.dispatch(1, 2), []);
  assert.deepEqual(rig.dispatch(3), []);
  assert.deepEqual(calls, [
    [true, 1, 2],
    [1, 2],
    [true, 3],
  ]);
});

test("nobody listening is no error, not even for `error`", () => {
  const emitter = new EventEmitter();
  for (const event of ["error", "__proto__", "constructor"]) {
    assert.deepEqual(dispatch({ emitter, event, args: [], failed: assert.fail }), []);
  }
});

/** A promise of another library: it has nothing but the method. */
class Foreign {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  then(_: unknown, reject: (error: unknown) => void): void {
    reject("of another library");
  }
}

test("an error of one listener is told, and the others are called", async () => {
  const rig = new Rig();
  const called: string[] = [];
  rig.emitter.on("x", () => {
    throw new Error("thrown");
  });
  rig.emitter.on("x", async () => {
    called.push("async");
    throw new Error("rejected");
  });
  rig.emitter.on("x", () => new Foreign());
  rig.emitter.on("x", () => called.push("last"));
  const pending = rig.dispatch();
  assert.equal(pending.length, 2);
  await Promise.all(pending);
  assert.deepEqual(called, ["async", "last"]);
  assert.deepEqual(
    new Set(rig.errors.map(String)),
    new Set(["Error: thrown", "Error: rejected", "of another library"]),
  );
});

test("an attempt returns a promise only for what has not finished", async () => {
  const errors: unknown[] = [];
  const failed = (error: unknown): void => void errors.push(error);
  assert.equal(
    attempt(() => 1, failed),
    undefined,
  );
  const pending = attempt(() => Promise.reject("no"), failed);
  assert.ok(pending instanceof Promise);
  await pending;
  assert.deepEqual(errors, ["no"]);
});
