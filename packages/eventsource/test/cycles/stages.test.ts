/** `close()` at each stage of a source, with a fetch that knows no signal: what it had begun is given back. */

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { EventSource, type EventSourceInit, type EventStream, type FetchLike } from "../../src/index.ts";

const url = "http://127.0.0.1/";

/** A body that says something and never ends, and whether it was given back. */
class Endless {
  cancelled = false;
  readonly stream: ReadableStream<Uint8Array> = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("data: x\n\n")),
    cancel: () => {
      this.cancelled = true;
    },
  });
}

function deferred<Value>(): { readonly promise: Promise<Value>; resolve(value: Value): void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const functions: readonly [name: string, init: (wait: Promise<void>) => EventSourceInit][] = [
  ["headers", (wait) => ({ headers: () => wait.then(() => ({})) })],
  ["body", (wait) => ({ body: () => wait.then(() => "") })],
];

for (const [name, init] of functions) {
  test(`while its ${name} are awaited: no request is made`, async () => {
    const wait = deferred<void>();
    let requests = 0;
    const fetch: FetchLike = async () => {
      requests++;
      return new Response();
    };
    const source = new EventSource(url, { ...init(wait.promise), fetch });
    source.onerror = () => assert.fail("nobody listens any more");
    await endOfTurn();
    source.close();
    wait.resolve();
    await endOfTurn();
    assert.equal(requests, 0);
  });
}

test("before the answer: its body is given back when it comes", async () => {
  const answer = deferred<Response>();
  const source = new EventSource(url, { fetch: () => answer.promise });
  source.onopen = () => assert.fail("it was closed");
  source.close();
  const body = new Endless();
  answer.resolve(new Response(body.stream, { headers: { "Content-Type": "text/event-stream" } }));
  await endOfTurn();
  assert.equal(body.cancelled, true);
});

for (const status of [200, 500]) {
  test(`while the body of ${status} that is no stream is read: it is given back, and no timer stays`, async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    const body = new Endless();
    const source = new EventSource(url, { fetch: async () => new Response(body.stream, { status }) });
    source.onerror = () => assert.fail("it was closed");
    await endOfTurn();
    assert.equal(body.cancelled, false);
    source.close();
    await endOfTurn();
    assert.equal(body.cancelled, true);
    assert.equal(timers(), before);
  });
}

const moments = ["open", "message"] as const;

for (const moment of moments) {
  test(`in ${moment}: the body is given back`, async () => {
    const body = new Endless();
    const fetch: FetchLike = async () =>
      new Response(body.stream, { headers: { "Content-Type": "text/event-stream" } });
    const source = new EventSource(url, { fetch });
    source.onerror = () => assert.fail("it was closed");
    await new Promise((resolve) =>
      source.addEventListener(moment, () => {
        source.close();
        resolve(undefined);
      }),
    );
    await endOfTurn();
    assert.equal(body.cancelled, true);
  });
}

test("a signal that outlives its sources has no listener of theirs, however they ended", async () => {
  const { signal } = new AbortController();
  const ends: readonly ((source: EventStream) => unknown)[] = [
    (source) => source.close(),
    (source) => new Promise((resolve) => source.addEventListener("error", resolve)),
    (source) => source[Symbol.asyncIterator]().return?.(),
  ];
  for (const end of ends) {
    const source = new EventSource(url, { signal, fetch: async () => new Response("", { status: 404 }) });
    assert.equal(getEventListeners(signal, "abort").length, 1);
    await end(source);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  }
  assert.equal(new EventSource(url, { signal: AbortSignal.abort() }).readyState, EventSource.CLOSED);
});

test("listeners that throw each time are told each time, and the source lives on", async (t) => {
  const thrown: unknown[] = [];
  const listeners = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => thrown.push(error.message));
  t.after(() => {
    process.removeAllListeners("uncaughtException");
    for (const listener of listeners) process.on("uncaughtException", listener);
  });
  const fetch: FetchLike = async () =>
    new Response("retry: 0\ndata: 1\n\ndata: 2\n\n", { headers: { "Content-Type": "text/event-stream" } });
  const source = new EventSource(url, { fetch });
  t.after(() => source.close());
  const fail = ({ type }: Event): void => {
    throw new Error(type);
  };
  for (const type of ["open", "message", "error"]) source.addEventListener(type, fail);
  while (thrown.length < 12) await endOfTurn();
  source.close();
  const life = ["open", "message", "message", "error"];
  assert.deepEqual(thrown.slice(0, 12), [...life, ...life, ...life]);
});
