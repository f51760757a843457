import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { Inbound } from "../src/inbound.ts";
import type { Answer } from "../src/link.ts";
import { Session } from "../src/session.ts";

class Rig {
  readonly emitter = new EventEmitter();
  readonly session = new Session({ secret: "", socket: "", principal: undefined }, "");
  readonly errors: [error: string, event: string][] = [];
  readonly answers: Answer[] = [];
  now = 0;
  readonly inbound: Inbound;

  constructor() {
    this.inbound = new Inbound({
      emitter: this.emitter,
      session: this.session,
      ackTimeout: 1000,
      now: () => this.now,
      failed: (error, event) => this.errors.push([String(error), event]),
    });
  }

  /** An event that wants an ack. */
  ask(name: string, args: unknown[] = [], id?: string): void {
    this.inbound.receive({ name, args, id }, (answer) => this.answers.push(answer));
  }

  tell(name: string, args: unknown[] = [], id?: string): void {
    this.inbound.receive({ name, args, id }, undefined);
  }
}

/** What the handler does, and what the client is told. */
const handlers: [name: string, handler: (...args: never[]) => unknown, answer: Answer, reported: boolean][] = [
  ["calls its ack", (ack: (...args: unknown[]) => void) => ack("ok", 1), { args: ["ok", 1] }, false],
  ["calls it without arguments", (ack: () => void) => ack(), { args: [] }, false],
  [
    "calls it twice",
    (ack: (word: string) => void) => void ["one", "two"].map((word) => ack(word)),
    { args: ["one"] },
    false,
  ],
  [
    "throws",
    () => {
      throw new Error("broken");
    },
    { error: { code: "handler-error", message: "broken" } },
    true,
  ],
  [
    "rejects",
    async () => Promise.reject(new Error("broken")),
    { error: { code: "handler-error", message: "broken" } },
    true,
  ],
  [
    "throws an error with a code of its own",
    () => {
      throw Object.assign(new Error("no stock"), { code: "sold-out" });
    },
    { error: { code: "sold-out", message: "no stock" } },
    true,
  ],
  [
    "rejects with a plain object",
    () => Promise.reject({ code: "sold-out", message: "no stock" }),
    { error: { code: "sold-out", message: "no stock" } },
    true,
  ],
  [
    "throws text",
    () => {
      throw "just text";
    },
    { error: { code: "handler-error", message: "just text" } },
    true,
  ],
  [
    "throws a code that is a number",
    () => {
      throw Object.assign(new Error("odd"), { code: 7 });
    },
    { error: { code: "handler-error", message: "odd" } },
    true,
  ],
  ["rejects with nothing", () => Promise.reject(), { error: { code: "handler-error", message: "undefined" } }, true],
  [
    "answers and then throws",
    (ack: (word: string) => void) => {
      ack("ok");
      throw new Error("afterwards");
    },
    { args: ["ok"] },
    true,
  ],
];
for (const [name, handler, answer, reported] of handlers) {
  test(`a handler that ${name} is answered once`, async () => {
    const rig = new Rig();
    rig.emitter.on("x", handler as () => unknown);
    rig.ask("x");
    await new Promise(setImmediate);
    assert.deepEqual(rig.answers, [answer]);
    assert.equal(rig.errors.length, reported ? 1 : 0);
  });
}

test("an error that cannot be written as text crashes nothing", () => {
  const rig = new Rig();
  const failures: unknown[] = [];
  const inbound = new Inbound({
    emitter: rig.emitter,
    session: rig.session,
    ackTimeout: 1000,
    now: () => 0,
    failed: (error) => failures.push(error),
  });
  rig.emitter.on("x", () => {
    throw Object.create(null);
  });
  inbound.receive({ name: "x", args: [], id: undefined }, (answer) => rig.answers.push(answer));
  assert.deepEqual(rig.answers, [{ error: { code: "handler-error", message: "the handler failed" } }]);
  assert.equal(failures.length, 1);
});

test("nobody listening is answered so", () => {
  const rig = new Rig();
  for (const name of ["x", "__proto__", "constructor", "error"]) rig.ask(name);
  rig.tell("x");
  assert.deepEqual(
    rig.answers.map((answer) => ("error" in answer ? answer.error.code : "")),
    Array(4).fill("no-handler"),
  );
});

test("a handler that never answers is answered by a timeout, once", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig();
  let ack = (_word: string): void => {};
  rig.emitter.on("x", (given) => {
    ack = given;
  });
  rig.ask("x");
  t.mock.timers.tick(999);
  assert.equal(rig.answers.length, 0);
  t.mock.timers.tick(1);
  ack("late");
  assert.deepEqual(
    rig.answers.map((answer) => ("error" in answer ? answer.error.code : "")),
    ["timeout"],
  );
});

test("an event that wants no ack has no ack function, with an id or without", () => {
  const rig = new Rig();
  const calls: unknown[][] = [];
  rig.emitter.on("x", (...args) => calls.push(args));
  rig.tell("x", [1]);
  rig.tell("x", [2], "id");
  assert.deepEqual(calls, [[1], [2]]);
});

test("what is answered is what it was at the call", () => {
  const rig = new Rig();
  rig.emitter.on("x", (ack) => {
    const list = [1];
    ack(list);
    list.push(2);
  });
  rig.ask("x", [], "id");
  rig.ask("x", [], "id");
  assert.deepEqual(rig.answers, [{ args: [[1]] }, { args: [[1]] }]);
});

test("an emit that is repeated runs once, and each repeat gets the answer", () => {
  const rig = new Rig();
  let runs = 0;
  rig.emitter.on("pay", (ack) => {
    runs += 1;
    ack(`receipt ${runs}`);
  });
  for (let repeat = 0; repeat < 3; repeat++) rig.ask("pay", [], "7");
  rig.tell("pay", [], "7");
  assert.equal(runs, 1);
  assert.deepEqual(rig.answers, Array(3).fill({ args: ["receipt 1"] }));
});

test("an emit that found no handler runs when it is repeated, once there is one", () => {
  const rig = new Rig();
  rig.ask("pay", [], "7");
  rig.emitter.once("pay", (ack) => ack("paid"));
  rig.ask("pay", [], "7");
  rig.ask("pay", [], "7");
  assert.deepEqual(rig.answers.slice(1), [{ args: ["paid"] }, { args: ["paid"] }]);
});
