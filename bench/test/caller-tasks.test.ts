import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { type CallerSocket, callerTasks, type Work } from "../src/caller-tasks.ts";
import { listCases } from "../src/case-list.ts";
import { Disqualified } from "../src/load/reply-checker.ts";

type Answer = (data: unknown) => unknown;
const honest: Answer = (data) => structuredClone(data);

/** A socket on a server that answers, and sends what is published to all `sockets`. */
class StandIn extends EventEmitter implements CallerSocket {
  private readonly sockets: StandIn[];
  private readonly answer: Answer;

  constructor(sockets: StandIn[], answer: Answer) {
    super();
    this.sockets = sockets;
    this.answer = answer;
    sockets.push(this);
  }

  override emit(event: string, data?: unknown, ack?: (data: unknown) => void): boolean {
    setImmediate(() => {
      if (event === "echo") ack?.(this.answer(data));
      else for (const socket of this.sockets) EventEmitter.prototype.emit.call(socket, event, this.answer(data));
    });
    return true;
  }
}

function workOf(task: string, answer: Answer): Work {
  const sockets: StandIn[] = [];
  for (let n = 0; n < 3; n++) new StandIn(sockets, answer);
  const found = callerTasks.get(task);
  assert.ok(found, task);
  return found.createWork(sockets);
}

test("every case of clients has a task, and every task a case", async () => {
  const tasks = (await listCases()).flatMap((benchCase) => (benchCase.side === "caller" ? [benchCase.task] : []));
  assert.deepEqual(tasks.sort(), [...callerTasks.keys()].sort());
});

for (const task of callerTasks.keys()) {
  test(`${task}: as many messages as asked for, in whole bursts, again and again`, async () => {
    const work = workOf(task, honest);
    for (const messages of [1, 96, 100]) {
      const done = await work.exchange(messages);
      assert.ok(done >= messages && done < messages + 48, `${done} for ${messages}`);
    }
  });

  for (const [how, answer] of [
    ["nothing", () => undefined],
    ["the same message for every one", once(honest)],
  ] as const) {
    test(`${task}: who brings ${how} is disqualified`, async () => {
      await assert.rejects(workOf(task, answer).exchange(400), Disqualified);
    });
  }
}

/** The first answer, for ever. */
function once(answer: Answer): Answer {
  let first: unknown;
  return (data) => {
    first ??= answer(data);
    return first;
  };
}
