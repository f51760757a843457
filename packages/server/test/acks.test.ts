import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type AckError,
  type AckListener,
  ackListener,
  BroadcastAcks,
  disconnected,
  NoAnswers,
  OwedAnswers,
} from "../src/acks.ts";

interface Outcome {
  readonly error: AckError | null;
  readonly responses: readonly unknown[];
}

/** One broadcast that wants acks, and what came of it. */
class Rig {
  readonly outcomes: Outcome[] = [];
  forgotten = 0;
  readonly acks: BroadcastAcks;
  readonly listeners: AckListener[];

  constructor(timeout: number | undefined, sockets: number) {
    this.acks = new BroadcastAcks({
      timeout,
      done: (error, responses) => this.outcomes.push({ error, responses: [...responses] }),
      forget: () => {
        this.forgotten += 1;
      },
    });
    this.listeners = Array.from({ length: sockets }, () => this.acks.expect());
  }

  answer(socket: number, ...args: unknown[]): void {
    this.listeners[socket]?.(...args);
  }

  fail(socket: number, error = disconnected()): void {
    this.listeners[socket]?.failed?.(error);
  }
}

test("a broadcast is done when all have answered, and it has been handed to all", () => {
  const rig = new Rig(undefined, 1);
  rig.answer(0, "early");
  assert.equal(rig.outcomes.length, 0, "others may still get it");
  rig.listeners.push(rig.acks.expect());
  rig.acks.sent();
  rig.answer(1, "a", "b");
  assert.deepEqual(rig.outcomes, [{ error: null, responses: ["early", "a"] }]);
  assert.equal(rig.forgotten, 1);
});

test("with nobody to answer it is done when it is sent", () => {
  const rig = new Rig(undefined, 0);
  rig.acks.sent();
  assert.deepEqual(rig.outcomes, [{ error: null, responses: [] }]);
});

test("who leaves does not answer any more; it is an error if nobody answers better", () => {
  const alone = new Rig(undefined, 1);
  alone.acks.sent();
  alone.fail(0);
  assert.equal(alone.outcomes[0]?.error?.code, "disconnected");
  const two = new Rig(undefined, 2);
  two.acks.sent();
  two.fail(0);
  two.answer(1, "ok");
  assert.deepEqual(two.outcomes, [{ error: null, responses: ["ok"] }]);
});

test("where a time was given, one who left is an error, with the answers that came", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig(100, 2);
  rig.acks.sent();
  rig.fail(0);
  rig.answer(1, "ok");
  assert.equal(rig.outcomes[0]?.error?.code, "disconnected");
  assert.deepEqual(rig.outcomes[0]?.error?.responses, ["ok"]);
});

test("time runs out for those who have not answered; the others' answers are told", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig(100, 2);
  rig.acks.sent();
  rig.answer(0, "ok");
  t.mock.timers.tick(99);
  assert.equal(rig.outcomes.length, 0);
  t.mock.timers.tick(1);
  assert.equal(rig.outcomes[0]?.error?.code, "timeout");
  assert.deepEqual(rig.outcomes[0]?.error?.responses, ["ok"]);
  rig.answer(1, "late");
  t.mock.timers.tick(1000);
  assert.equal(rig.outcomes.length, 1);
});

test("a socket's answer is heard once; those of unknown numbers are ignored", () => {
  const owed = new OwedAnswers();
  const heard: unknown[] = [];
  owed.set(1, (...answer) => heard.push(answer));
  owed.answered(2, { args: ["unknown"] });
  owed.answered(1, { args: ["a", "b"] });
  owed.answered(1, { args: ["again"] });
  assert.deepEqual(heard, [["a", "b"]]);
  assert.equal(owed.size, 0);
});

test("a client's own error has its code; a plain function of an adapter's is not told", () => {
  const owed = new OwedAnswers();
  const codes: string[] = [];
  const listener = ackListener(
    () => assert.fail(),
    ({ code, message }) => codes.push(code, message),
  );
  owed.set(1, listener).set(2, () => assert.fail());
  for (const ack of [1, 2]) owed.answered(ack, { error: { code: "busy", message: "later" } });
  assert.deepEqual(codes, ["busy", "later"]);
});

test("a socket that goes settles each, even if whoever is told ends others", () => {
  const owed = new OwedAnswers();
  const codes: string[] = [];
  for (let ack = 0; ack < 10; ack++) {
    const failed = ({ code }: AckError): void => {
      codes.push(code);
      owed.gone();
    };
    owed.set(
      ack,
      ackListener(() => assert.fail(), failed),
    );
  }
  owed.gone();
  assert.deepEqual(
    codes,
    Array.from({ length: 10 }, () => "disconnected"),
  );
});

test("who cannot answer is not waited for by an adapter that counts on it", async () => {
  const answers: unknown[][] = [];
  const none = new NoAnswers();
  none.set(1, (...answer) => answers.push(answer));
  assert.deepEqual(answers, [], "not within the call: the adapter is not ready");
  await Promise.resolve();
  assert.deepEqual(answers, [[]]);
  assert.equal(none.size, 0);
});

test("who owes too many answers is not waited for any more, the oldest first", () => {
  const owed = new OwedAnswers();
  const failed: string[] = [];
  for (let ack = 0; ack <= 100_000; ack++) {
    owed.set(
      ack,
      ackListener(
        () => assert.fail(),
        ({ code }) => failed.push(`${ack} ${code}`),
      ),
    );
  }
  assert.deepEqual(failed, ["0 too-many"]);
  assert.equal(owed.size, 100_000);
});
