/** The body of a Response as a sink: read when the other side asks, counted, ended by either side. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ResponseBody } from "../../src/web/response.ts";

const bytesOf = (text: string): Uint8Array => Buffer.from(text);
const large = new Uint8Array(20_000);

interface Bench {
  readonly body: ResponseBody;
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly log: string[];
  readonly abort: AbortController;
}

function open(abort = new AbortController()): Bench {
  const log: string[] = [];
  const body = new ResponseBody(abort.signal);
  body.open({ drained: () => log.push("drained"), flush: () => log.push("flush"), closed: () => log.push("closed") });
  return { body, reader: body.stream.getReader(), log, abort };
}

const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("a reader that waits gets what is written, as it is, and nothing is buffered", async () => {
  const { body, reader } = open();
  const read = reader.read();
  await microtasks();
  const bytes = bytesOf("data: a\n\n");
  assert.equal(body.write([bytes]), true);
  assert.equal(body.bufferedBytes, 0);
  assert.equal((await read).value, bytes);
});

test("what waits is counted, and its small pieces are read as one", async () => {
  const { body, reader } = open();
  assert.equal(body.write([bytesOf("a"), bytesOf("b")]), true);
  assert.equal(body.write([bytesOf("c"), large, bytesOf("d")]), false);
  assert.equal(body.bufferedBytes, 20_004);
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), "abc");
  assert.equal((await reader.read()).value, large);
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), "d");
  assert.equal(body.bufferedBytes, 0);
});

test("two reads at once get a write each", async () => {
  const { body, reader } = open();
  const reads = [reader.read(), reader.read()];
  await microtasks();
  body.write([bytesOf("a")]);
  await microtasks();
  body.write([bytesOf("b")]);
  const values = (await Promise.all(reads)).map(({ value }) => Buffer.from(value ?? []).toString());
  assert.deepEqual(values, ["a", "b"]);
});

test("a writer that was told to wait is told when all has been read", async () => {
  const { body, reader, log } = open();
  assert.equal(body.write([large]), false);
  assert.equal(body.write([large]), false);
  await reader.read();
  await microtasks();
  assert.deepEqual(log, []);
  await reader.read();
  await microtasks();
  assert.deepEqual(log, ["drained"]);
  assert.equal(body.write([bytesOf("a")]), true);
});

test("a writer that was told to wait, and writes on when less waits, is told all the same", async () => {
  const { body, reader, log } = open();
  assert.equal(body.write([large, bytesOf("a")]), false);
  await reader.read();
  assert.equal(body.bufferedBytes, 1);
  assert.equal(body.write([bytesOf("b")]), false, "not all has been read");
  await reader.read();
  await microtasks();
  assert.deepEqual(log, ["drained"]);
  assert.equal(body.write([bytesOf("c")]), true);
});

test("a writer that was not told to wait is told nothing", async () => {
  const { body, reader, log } = open();
  body.write([bytesOf("a")]);
  await reader.read();
  await microtasks();
  assert.deepEqual(log, []);
});

test("end lets the reader have what waits", async () => {
  const { body, reader, log } = open();
  body.write([large, bytesOf("a")]);
  body.end();
  body.end();
  assert.equal(body.closed, true);
  assert.equal(body.write([bytesOf("late")]), false);
  assert.equal((await reader.read()).value, large);
  await microtasks();
  assert.deepEqual(log, [], "nor is anybody told that there is room");
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), "a");
  assert.equal((await reader.read()).done, true);
  assert.deepEqual(log, ["closed"]);
});

test("end ends at once where nothing waits, and is told of later", async () => {
  const { body, reader, log } = open();
  body.end();
  assert.deepEqual(log, []);
  assert.equal((await reader.read()).done, true);
  assert.deepEqual(log, ["closed"]);
});

test("destroy fails the reader, and keeps nothing", async () => {
  const { body, reader, log } = open();
  body.write([large]);
  body.destroy();
  body.destroy();
  assert.equal(body.closed, true);
  assert.equal(body.bufferedBytes, 0);
  await assert.rejects(reader.read(), { name: "AbortError" });
  assert.deepEqual(log, ["closed"]);
});

test("destroy works while the end waits to be read", async () => {
  const { body, reader, log } = open();
  body.write([large]);
  body.end();
  body.destroy();
  await assert.rejects(reader.read(), { name: "AbortError" });
  assert.deepEqual(log, ["closed"]);
});

test("a failure is the reader's, with its reason", async () => {
  const { body, reader, log } = open();
  const reason = new Error("no data");
  body.fail(reason);
  await assert.rejects(reader.read(), reason);
  assert.deepEqual(log, ["closed"]);
});

test("a reader that cancels has gone", async () => {
  const { body, reader, log } = open();
  body.write([large]);
  await reader.cancel();
  assert.equal(body.closed, true);
  assert.equal(body.bufferedBytes, 0);
  assert.equal(body.write([bytesOf("late")]), false);
  body.end();
  body.destroy();
  await microtasks();
  assert.deepEqual(log, ["closed"]);
});

test("a request that is aborted has nobody who reads", async () => {
  const { body, reader, log, abort } = open();
  body.write([large]);
  abort.abort();
  assert.equal(body.closed, true);
  assert.equal((await reader.read()).done, true);
  assert.deepEqual(log, ["closed"]);
});

test("a request that was aborted before is told of, but not within the call", async () => {
  const abort = new AbortController();
  abort.abort();
  const { body, log } = open(abort);
  assert.equal(body.closed, true);
  assert.deepEqual(log, []);
  await microtasks();
  assert.deepEqual(log, ["closed"]);
});

test("nothing is left on the signal of a request whose stream is over", async () => {
  const listeners = new Set<() => void>();
  const body = new ResponseBody({
    aborted: false,
    addEventListener: (_type, listener) => listeners.add(listener),
    removeEventListener: (_type, listener) => listeners.delete(listener),
  });
  body.open({ drained() {}, flush() {}, closed() {} });
  assert.equal(listeners.size, 1);
  body.end();
  assert.equal(listeners.size, 0);
});

test("without a signal it works too", async () => {
  const body = new ResponseBody(undefined).open({ drained() {}, flush() {}, closed() {} });
  body.write([bytesOf("a")]);
  body.end();
  assert.equal(await new Response(body.stream).text(), "a");
});
