/** However fast events come, the timers and sockets of the process have their turn between them. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { EventSource, type EventSourceInit } from "../../src/index.ts";
import { listen } from "../listen.ts";

const total = 100_000;
const streamHead = { "Content-Type": "text/event-stream" };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A body whose next chunk is always there: it never has to be waited for. */
function readyBody(text: string, count: number): Response {
  let given = 0;
  const chunk = bytes(text);
  const pull = (controller: ReadableStreamDefaultController): void => {
    if (given++ === count) controller.close();
    else controller.enqueue(chunk);
  };
  return new Response(new ReadableStream({ pull }), { headers: streamHead });
}

/** Turns of the loop until the stream ends, and the most events between two of them. */
async function turnsOf(
  url: string,
  init: EventSourceInit = {},
): Promise<{ events: number; turns: number; most: number }> {
  const source = new EventSource(url, init);
  let [events, turns, most, seen, over] = [0, 0, 0, 0, false];
  const turn = (): void => {
    turns++;
    most = Math.max(most, events - seen);
    seen = events;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  source.onmessage = () => events++;
  await new Promise((resolve) => source.addEventListener("error", resolve));
  over = true;
  source.close();
  return { events, turns, most };
}

test("events from a socket", async (t) => {
  const url = await listen(
    t,
    createServer((_request, response) => response.writeHead(200, streamHead).end("data: x\n\n".repeat(total))),
  );
  const { events, most } = await turnsOf(url);
  assert.equal(events, total);
  assert.ok(most < 1_000, `${most} events in a turn`);
});

test("events from a body that is always ready", async () => {
  const fetch = async (): Promise<Response> => readyBody("data: x\n\n".repeat(100), total / 100);
  const { events, most } = await turnsOf("http://127.0.0.1/", { fetch });
  assert.equal(events, total);
  assert.ok(most < 1_000, `${most} events in a turn`);
});

test("comments from a body that is always ready", async () => {
  const fetch = async (): Promise<Response> => readyBody(": nothing\n", 10_000);
  const { events, turns } = await turnsOf("http://127.0.0.1/", { fetch });
  assert.equal(events, 0);
  assert.ok(turns > 10, `${turns} turns`);
});

test("an endless stream can be closed by a timer", async () => {
  const fetch = async (): Promise<Response> => readyBody("data: x\n\n", Number.POSITIVE_INFINITY);
  const source = new EventSource("http://127.0.0.1/", { fetch });
  await new Promise((resolve) => setTimeout(resolve, 1));
  source.close();
  assert.equal(source.readyState, EventSource.CLOSED);
});
