/** Bodies of `createResponse` that are left at each stage, or never read: the session is over once, and holds nothing. */

import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { type TestContext, test } from "node:test";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { type CloseReason, createResponse, type Session, type SessionOptions } from "../../src/server.ts";

interface Made {
  readonly response: Response;
  readonly session: Session;
  readonly reasons: readonly CloseReason[];
  readonly controller: AbortController;
}

function make(options: SessionOptions = {}, controller: AbortController = new AbortController()): Made {
  const reasons: CloseReason[] = [];
  let made: Session | undefined;
  const request = { method: "GET", url: "http://127.0.0.1/", headers: new Headers(), signal: controller.signal };
  const response = createResponse(request, options, (session) => {
    made = session;
    session.on("close", (reason) => reasons.push(reason));
  });
  assert.ok(made);
  return { response, session: made, reasons, controller };
}

async function assertOver({ session, reasons, controller }: Made, reason: CloseReason): Promise<void> {
  await endOfTurn();
  assert.deepEqual(reasons, [reason]);
  assert.equal(session.closed, true);
  assert.equal(session.bufferedBytes, 0);
  assert.equal(session.push("late"), false);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  session.close();
  session.destroy();
  await endOfTurn();
  assert.deepEqual(reasons, [reason]);
}

const readerOf = ({ response }: Made): ReadableStreamDefaultReader<Uint8Array> =>
  response.body?.getReader() ?? assert.fail("no body");

const gone: readonly [name: string, leave: (made: Made) => unknown][] = [
  ["cancelled before it is read", ({ response }) => response.body?.cancel()],
  [
    "cancelled within a read",
    async (made) => {
      const reader = readerOf(made);
      await reader.read();
      const read = reader.read();
      await reader.cancel();
      assert.equal((await read).done, true);
    },
  ],
  [
    "cancelled while much waits",
    async (made) => {
      made.session.push("x".repeat(500_000));
      await endOfTurn();
      assert.ok(made.session.bufferedBytes > 500_000);
      await made.response.body?.cancel();
    },
  ],
  [
    "cancelled in the tick of a push",
    (made) => {
      made.session.push("x");
      return made.response.body?.cancel();
    },
  ],
  [
    "cancelled twice",
    async ({ response }) => {
      await response.body?.cancel();
      await response.body?.cancel();
    },
  ],
  ["of a request that is aborted", ({ controller }) => controller.abort()],
  [
    "of a request that is aborted within a read",
    async (made) => {
      const reader = readerOf(made);
      await reader.read();
      const read = reader.read();
      made.controller.abort();
      assert.equal((await read).done, true);
    },
  ],
  [
    "of a request that is aborted while it is read by a pipe",
    async ({ response, controller }) => {
      const pipe = response.body?.pipeTo(new WritableStream());
      await endOfTurn();
      controller.abort();
      await pipe;
    },
  ],
  [
    "whose pipe breaks",
    async ({ response }) => {
      const broken = new WritableStream({ write: () => Promise.reject(new Error("broken")) });
      await assert.rejects(response.body?.pipeTo(broken) ?? assert.fail(), /broken/);
    },
  ],
];

for (const [name, leave] of gone) {
  test(`a body ${name}: the client has gone`, async () => {
    const made = make();
    await leave(made);
    await assertOver(made, "gone");
  });
}

test("a request that was aborted before: the client has gone, and the body is empty", async () => {
  const controller = new AbortController();
  controller.abort();
  const made = make({}, controller);
  assert.equal(made.session.closed, true);
  await assertOver(made, "gone");
  assert.equal(await made.response.text(), "");
});

test("a body that is cancelled while its end waits was closed by the program", async () => {
  const made = make();
  made.session.close();
  await made.response.body?.cancel();
  await assertOver(made, "closed");
});

/** The timers of sessions keep no process, nor this one. */
function keepAlive(t: TestContext): void {
  const timer = setInterval(() => {}, 60_000);
  t.after(() => clearInterval(timer));
}

test("a body that is never read is cut by its age, and by its size", async (t) => {
  keepAlive(t);
  const old = make({ maxBufferedAge: 10 });
  await once(old.session, "close");
  await assertOver(old, "slow");
  const large = make({ maxBufferedBytes: 10, maxBufferedAge: false });
  await endOfTurn();
  large.session.push("x");
  await assertOver(large, "slow");
  await assert.rejects(large.response.text());
});

test("a body that is never read, of a session that was closed, is cut by its age", async (t) => {
  keepAlive(t);
  const made = make({ maxBufferedAge: 10 });
  made.session.close();
  await once(made.session, "close");
  await assertOver(made, "closed");
});
