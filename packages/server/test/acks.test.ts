import assert from "node:assert/strict";
import { test } from "node:test";
import { type AckError, Acks } from "../src/acks.ts";

interface Outcome {
  readonly error: AckError | null;
  readonly answers: Record<string, unknown>;
}

/** One emit that wants acks, and what came of it. */
class Rig {
  readonly acks = new Acks();
  readonly outcomes: Outcome[] = [];
  readonly ack: number;

  constructor(timeout?: number, ...sockets: string[]) {
    this.ack = this.acks.open(timeout, (error, answers) => {
      this.outcomes.push({ error, answers: Object.fromEntries(answers) });
    });
    for (const socket of sockets) this.acks.expect(this.ack, socket);
  }

  answer(socket: string, ...args: unknown[]): void {
    this.acks.answered(this.ack, socket, { args });
  }

  fail(socket: string, code: string): void {
    this.acks.answered(this.ack, socket, { error: { code, message: `it is ${code}` } });
  }

  /** Nothing is kept of what is over. */
  assertEmpty(): void {
    assert.deepEqual(this.acks.sizes, { waiting: 0, owing: 0 });
  }
}

test("is done when all have answered, and it has been handed to all", () => {
  const rig = new Rig(undefined, "1");
  rig.answer("1", "early");
  assert.equal(rig.outcomes.length, 0, "others may still get it");
  rig.acks.expect(rig.ack, "2");
  rig.acks.sent(rig.ack);
  rig.answer("2", "a", "b");
  assert.deepEqual(rig.outcomes, [{ error: null, answers: { 1: "early", 2: ["a", "b"] } }]);
  rig.assertEmpty();
});

test("an answer without arguments is undefined", () => {
  const rig = new Rig(undefined, "1");
  rig.acks.sent(rig.ack);
  rig.answer("1");
  assert.deepEqual(rig.outcomes, [{ error: null, answers: { 1: undefined } }]);
});

test("with nobody to answer it is done when it is sent", () => {
  const rig = new Rig();
  rig.acks.sent(rig.ack);
  assert.deepEqual(rig.outcomes, [{ error: null, answers: {} }]);
  rig.assertEmpty();
});

test("a second answer, one of a stranger, and one to an unknown number are ignored", () => {
  const rig = new Rig(undefined, "1", "2");
  rig.acks.sent(rig.ack);
  rig.answer("1", "first");
  rig.answer("1", "second");
  rig.answer("3", "stranger");
  rig.acks.answered(99, "2", { args: ["unknown"] });
  assert.equal(rig.outcomes.length, 0);
  rig.answer("2", "last");
  rig.answer("2", "after the end");
  assert.deepEqual(rig.outcomes, [{ error: null, answers: { 1: "first", 2: "last" } }]);
});

test("a client's error is the error if nobody answers better", () => {
  const alone = new Rig(undefined, "1");
  alone.acks.sent(alone.ack);
  alone.fail("1", "busy");
  assert.equal(alone.outcomes[0]?.error?.code, "busy");
  assert.equal(alone.outcomes[0]?.error?.message, "it is busy");
  const two = new Rig(undefined, "1", "2");
  two.acks.sent(two.ack);
  two.fail("1", "busy");
  two.answer("2", "ok");
  assert.deepEqual(two.outcomes, [{ error: null, answers: { 2: "ok" } }]);
});

test("who leaves does not answer any more", () => {
  const rig = new Rig(undefined, "1", "2");
  rig.acks.sent(rig.ack);
  rig.acks.gone("1");
  rig.acks.gone("1");
  rig.acks.gone("never here");
  assert.equal(rig.outcomes.length, 0);
  rig.acks.gone("2");
  assert.equal(rig.outcomes[0]?.error?.code, "disconnected");
  rig.assertEmpty();
});

test("time runs out for those who have not answered; the others' answers are told", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig(100, "1", "2");
  rig.acks.sent(rig.ack);
  rig.answer("1", "ok");
  t.mock.timers.tick(99);
  assert.equal(rig.outcomes.length, 0);
  t.mock.timers.tick(1);
  assert.equal(rig.outcomes[0]?.error?.code, "timeout");
  assert.deepEqual(rig.outcomes[0]?.error?.responses, ["ok"]);
  rig.answer("2", "late");
  t.mock.timers.tick(1000);
  assert.equal(rig.outcomes.length, 1);
  rig.assertEmpty();
});

test("time runs out for what has not been sent, too", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig(100);
  t.mock.timers.tick(100);
  assert.equal(rig.outcomes[0]?.error?.code, "timeout");
  rig.acks.expect(rig.ack, "1");
  rig.acks.sent(rig.ack);
  rig.assertEmpty();
});

test("a thousand emits that are never answered leave nothing behind at a socket that stays", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const acks = new Acks();
  for (let count = 0; count < 1000; count++) {
    const ack = acks.open(10, () => {});
    acks.expect(ack, "stays");
    acks.sent(ack);
  }
  assert.deepEqual(acks.sizes, { waiting: 1000, owing: 1 });
  t.mock.timers.tick(10);
  assert.deepEqual(acks.sizes, { waiting: 0, owing: 0 });
});

test("a socket that leaves in the middle of many emits settles each", () => {
  const acks = new Acks();
  const codes: (string | undefined)[] = [];
  for (let count = 0; count < 10; count++) {
    const ack = acks.open(undefined, (error) => {
      codes.push(error?.code);
      acks.gone("1"); // whoever is told may end others
    });
    acks.expect(ack, "1");
    acks.sent(ack);
  }
  acks.gone("1");
  assert.deepEqual(
    codes,
    Array.from({ length: 10 }, () => "disconnected"),
  );
});
