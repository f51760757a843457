/** `for await` over an EventSource. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { EventSource, EventSourceError } from "../src/index.ts";
import { answering } from "./answering.ts";
import { errorOf, messageOf, open } from "./sources.ts";

test("for await takes every event, whatever its name, and ends when the source is closed", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const taken = (async () => {
    const seen: string[] = [];
    for await (const { type, data } of source) {
      seen.push(`${type} ${data}`);
      if (data === "3") source.close();
    }
    return seen;
  })();
  await server.stream("data: 1\n\nevent: b\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
  assert.deepEqual(await taken, ["message 1", "b 2", "message 3"]);
});

test("leaving the loop closes the source", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url);
  const exchange = server.stream("data: 1\n\n");
  for await (const { data } of source) {
    assert.equal(data, "1");
    break;
  }
  assert.equal(source.readyState, EventSource.CLOSED);
  await once((await exchange).response, "close");
});

test("a source that fails throws in the loop; one that was aborted, the reason", async (context) => {
  const server = await answering(context);
  const failed = open(context, server.url);
  const { response } = await server.next();
  response.writeHead(401).end("who are you?");
  const thrown = await failed[Symbol.asyncIterator]()
    .next()
    .catch((error: unknown) => error);
  assert.ok(thrown instanceof EventSourceError);
  assert.deepEqual([thrown.status, thrown.body, thrown.message], [401, "who are you?", "Non-200 status code (401)"]);
  const reason = new Error("enough");
  const aborted = open(context, server.url, { signal: AbortSignal.abort(reason) });
  await assert.rejects(aborted[Symbol.asyncIterator]().next(), reason);
});

test("with maxRetries 0, the end of the stream is the end of the loop", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { body: "ask", maxRetries: 0 });
  const error = errorOf(source);
  server.stream("data: 1\n\n").then(({ response }) => response.end());
  const taken: unknown[] = [];
  for await (const { data } of source) taken.push(data);
  assert.deepEqual([taken, (await error).message, source.readyState], [["1"], undefined, EventSource.CLOSED]);
});

test("with maxRetries 0, a connection that is lost throws in the loop", async (context) => {
  const server = await answering(context);
  const source = open(context, server.url, { maxRetries: 0 });
  server.stream("data: 1\n\n").then(async ({ response }) => {
    await messageOf(source);
    response.destroy();
  });
  await assert.rejects(async () => {
    for await (const { data } of source) assert.equal(data, "1");
  }, EventSourceError);
});
