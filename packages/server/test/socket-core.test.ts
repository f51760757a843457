/** What a client sends: each event runs its handlers once, and an event that wants an ack is always answered. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../src/link.ts";
import type { AnySocket } from "../src/socket.ts";
import { World } from "./world.ts";

class Rig {
  readonly errors: [error: unknown, event: string | undefined][] = [];
  readonly answers: Answer[] = [];
  readonly emitter: AnySocket;

  private constructor(socket: AnySocket) {
    this.emitter = socket;
    socket.nsp.on("error", (error, _socket, event) => this.errors.push([error, event]));
  }

  static async open(): Promise<Rig> {
    const world = new World({ ackTimeout: 1000 });
    return new Rig(world.socketOf(await world.connect()));
  }

  /** An event that wants an ack. */
  ask(name: string, args: unknown[] = [], id?: string): void {
    this.emitter.receive({ name, args, id }, (answer) => this.answers.push(answer));
  }

  tell(name: string, args: unknown[] = [], id?: string): void {
    this.emitter.receive({ name, args, id }, undefined);
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
    const rig = await Rig.open();
    rig.emitter.on("x", handler as () => unknown);
    rig.ask("x");
    await new Promise(setImmediate);
    assert.deepEqual(rig.answers, [answer]);
    assert.equal(rig.errors.length, reported ? 1 : 0);
  });
}

test("an error that cannot be written as text crashes nothing", async () => {
  const rig = await Rig.open();
  rig.emitter.on("x", () => {
    throw Object.create(null);
  });
  rig.ask("x");
  assert.deepEqual(rig.answers, [{ error: { code: "handler-error", message: "the handler failed" } }]);
  assert.equal(rig.errors.length, 1);
});

test("nobody listening is answered so", async () => {
  const rig = await Rig.open();
  for (const name of ["x", "__proto__", "constructor", "error"]) rig.ask(name);
  rig.tell("x");
  assert.deepEqual(
    rig.answers.map((answer) => ("error" in answer ? answer.error.code : "")),
    Array(4).fill("no-handler"),
  );
});

test("a handler that never answers is answered by a timeout, once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = await Rig.open();
  let ack = (_word: string): void => {};
  rig.emitter.on("x", (given: (word: string) => void) => {
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

test("an event that wants no ack has no ack function, with an id or without", async () => {
  const rig = await Rig.open();
  const calls: unknown[][] = [];
  rig.emitter.on("x", (...args: unknown[]) => calls.push(args));
  rig.tell("x", [1]);
  rig.tell("x", [2], "id");
  assert.deepEqual(calls, [[1], [2]]);
});

test("what is answered is what it was at the call", async () => {
  const rig = await Rig.open();
  rig.emitter.on("x", (ack: (list: number[]) => void) => {
    const list = [1];
    ack(list);
    list.push(2);
  });
  rig.ask("x", [], "id");
  rig.ask("x", [], "id");
  assert.deepEqual(rig.answers, [{ args: [[1]] }, { args: [[1]] }]);
});

test("an emit that is repeated runs once, and each repeat gets the answer", async () => {
  const rig = await Rig.open();
  let runs = 0;
  rig.emitter.on("pay", (ack: (word: string) => void) => {
    runs += 1;
    ack(`receipt ${runs}`);
  });
  for (let repeat = 0; repeat < 3; repeat++) rig.ask("pay", [], "7");
  rig.tell("pay", [], "7");
  assert.equal(runs, 1);
  assert.deepEqual(rig.answers, Array(3).fill({ args: ["receipt 1"] }));
});

test("an emit that found no handler runs when it is repeated, once there is one", async () => {
  const rig = await Rig.open();
  rig.ask("pay", [], "7");
  rig.emitter.once("pay", (ack: (word: string) => void) => ack("paid"));
  rig.ask("pay", [], "7");
  rig.ask("pay", [], "7");
  assert.deepEqual(rig.answers.slice(1), [{ args: ["paid"] }, { args: ["paid"] }]);
});
