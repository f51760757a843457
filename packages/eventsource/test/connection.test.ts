/** The connection on a platform of the test's own: its clock, its chance, its fetch. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type EventSourceInit, resolveInit } from "../src/client-options.ts";
import { Connection } from "../src/connection.ts";
import type { ErrorEventInit } from "../src/error-event.ts";
import type { Platform } from "../src/platform.ts";
import type { FetchLike, FetchLikeResponse } from "../src/web/fetch-like.ts";

interface Bench {
  readonly connection: Connection;
  /** The next trouble. */
  trouble(): Promise<ErrorEventInit>;
  /** How often was asked. */
  asked(): number;
}

function bench(context: TestContext, answer: FetchLike, init: EventSourceInit = {}): Bench {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let asked = 0;
  let told: ((trouble: ErrorEventInit) => void) | undefined;
  const platform: Platform = {
    createFetch: () => (url, given) => {
      asked++;
      return answer(url, given);
    },
    hasCredentials: false,
    random: () => 0.5,
    now: () => Date.UTC(2026, 0, 1),
    baseUrl: () => undefined,
    nextTask: setImmediate,
  };
  const handler = {
    opened: () => {},
    message: () => undefined,
    troubled: (trouble: ErrorEventInit) => told?.(trouble),
  };
  const url = new URL("http://localhost/");
  const connection = new Connection({ url, init: resolveInit(init), platform, handler });
  context.after(() => connection.close());
  const trouble = (): Promise<ErrorEventInit> =>
    new Promise((resolve) => {
      told = resolve;
    });
  return { connection, trouble, asked: () => asked };
}

function answerOf(status: number, headers: Record<string, string>, read: () => Promise<unknown>): FetchLikeResponse {
  const body = { getReader: () => ({ read, cancel: async () => {} }) } as FetchLikeResponse["body"]; // as a mock has it
  return Object.assign(
    { status, url: "/mock", redirected: false, headers: new Headers(headers), body },
    { statusText: "Tired" },
  );
}

const endless = (): Promise<never> => new Promise(() => {});

test("the waits after failures in a row grow, by chance too", async (context) => {
  const { connection, trouble, asked } = bench(context, () => Promise.reject(new TypeError("no way")));
  const waits = [3_000, 7_500, 15_000, 30_000, 37_500, 37_500];
  const first = trouble();
  connection.connect();
  await first;
  for (const [index, wait] of waits.entries()) {
    context.mock.timers.tick(wait - 1);
    assert.equal(asked(), index + 1);
    const next = trouble();
    context.mock.timers.tick(1);
    assert.equal(asked(), index + 2);
    await next;
  }
});

test("a date in Retry-After is waited for, by the platform's clock", async (context) => {
  const headers = { "Retry-After": "Thu, 01 Jan 2026 00:01:00 GMT" };
  const answer = async (): Promise<FetchLikeResponse> => answerOf(503, headers, async () => ({ done: true }));
  const { connection, trouble, asked } = bench(context, answer, { retryStatuses: true });
  const lost = trouble();
  connection.connect();
  const { code, statusText } = await lost;
  assert.deepEqual([code, statusText, connection.state], [503, "Tired", "connecting"]);
  context.mock.timers.tick(59_999);
  assert.equal(asked(), 1);
  context.mock.timers.tick(1);
  assert.equal(asked(), 2);
});

test("a reason that never comes is waited for a second", async (context) => {
  const { connection, trouble } = bench(context, async () => answerOf(404, {}, endless));
  const failed = trouble();
  connection.connect();
  await new Promise(setImmediate);
  context.mock.timers.tick(1_000);
  assert.deepEqual([(await failed).body, connection.state], ["", "closed"]);
});

test("the body of a 204 is not read", async (context) => {
  const read = (): never => assert.fail("nobody reads it");
  const { connection, trouble } = bench(context, async () => answerOf(204, {}, read));
  const failed = trouble();
  connection.connect();
  assert.deepEqual([(await failed).body, connection.state], [undefined, "closed"]);
});

test("an answer whose url is none comes from where it was asked", async (context) => {
  const chunks = [{ done: false, value: "data: x\n\n" }];
  const read = async (): Promise<unknown> => chunks.shift() ?? { done: true };
  const answer = async (): Promise<FetchLikeResponse> => answerOf(200, { "Content-Type": "text/event-stream" }, read);
  const { connection, trouble } = bench(context, answer);
  const ended = trouble();
  connection.connect();
  assert.equal((await ended).message, undefined);
  assert.equal(connection.state, "connecting");
});
