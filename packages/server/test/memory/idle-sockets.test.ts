/** What a socket that says nothing costs: on the heap of a process of its own, from the first few hundred clients on. */

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { RawClient } from "../raw-client.ts";
import type { Report } from "./idling.ts";

const first = 300;
const all = 1_300;
/** At the same time. */
const lanes = 20;

/** What the engine makes of our code, sooner or later, is not the sockets'. */
const flags = ["--no-opt", "--no-flush-bytecode"];

/**
 * Bytes of heap, with the stream, the request and the WebSocket that carry it. It was 4,800 when this was written, and
 * 10,500 with socket.io 4.8.
 */
const most = 5_400;

test(`an idle socket takes less than ${most} bytes of heap`, { timeout: 120_000 }, async (t) => {
  const child = fork(`${import.meta.dirname}/idling.ts`, { execArgv: [...process.execArgv, ...flags] });
  t.after(() => child.kill());
  const clients: RawClient[] = [];
  t.after(() => {
    for (const { socket } of clients) socket.terminate();
  });
  const hear = async (): Promise<Report> => (await once(child, "message"))[0] as Report; // it sends no other
  const measure = async (): Promise<number> => {
    child.send("measure");
    return (await hear()).heapUsed;
  };
  const enter = async (url: string): Promise<void> => {
    const client = await RawClient.open(url);
    clients.push(client);
    assert.match(`${await client.enter()}`, /^40/);
  };
  const fill = async (url: string, count: number): Promise<void> => {
    while (clients.length < count) await Promise.all(Array.from({ length: lanes }, () => enter(url)));
  };

  const { port } = await hear();
  const url = `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`;
  await fill(url, first);
  const before = await measure();
  await fill(url, all);
  const bytes = ((await measure()) - before) / (all - first);
  t.diagnostic(`${Math.round(bytes)} bytes`);
  assert.ok(bytes < most, `${bytes} bytes`);
});
