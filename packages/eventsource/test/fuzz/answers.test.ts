/** Whole answers to a client, damaged, cut and garbled: one error that says why, the states of the standard, nothing left behind. */

import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { EventSource } from "../../src/index.ts";
import { liar, type Meeting, meet } from "./liar.ts";

const timeout = 60_000;
const atOnce = 10;
const runs = 150;

/** What an answer may be made of. */
const words = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  ":",
  "\r\n\r\n",
  "HTTP/1.1 ",
  "204",
  "301",
  "503",
  "100 Continue\r\n\r\n",
  "Location: /\r\n",
  "Location: http://[\r\n",
  "Retry-After: 0\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: -1\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Content-Encoding: gzip\r\n",
  "Content-Encoding: br\r\n",
  "Content-Encoding: deflate\r\n",
  "Content-Type: text/plain\r\n",
  "Set-Cookie: a=b\r\n",
  "Connection: close\r\n",
  "Upgrade: websocket\r\n",
  "data: x\n\n",
  "id: 1\0\n",
  "retry: 99999999999999\n",
  "event: error\n",
  "event: open\n",
  "\ufeff",
  "ffffffffffffffff\r\n",
  "0\r\n\r\n",
  "é",
  "a".repeat(20_000),
];

const body =
  "\ufeff: hello\nretry: 1000\n\nid: 1\nevent: price\ndata: 1\ndata: 2\n\nid: 2\r\ndata: ü\r\n\r\ndata: last\r\r";

function chunked(text: string, size: number): string {
  let framed = "";
  const bytes = Buffer.from(text).toString("latin1");
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.slice(at, at + size);
    framed += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  }
  return `${framed}0\r\n\r\n`;
}

const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n";

/** What is damaged; each is a good answer by itself. */
const answers: readonly [name: string, answer: Buffer][] = [
  ["chunked", Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n${chunked(body, 7)}`, "latin1")],
  ["until the connection ends", Buffer.from(`${head}Connection: close\r\n\r\n${body}`)],
  ["of a length", Buffer.from(`${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)],
  ["a refusal", Buffer.from("HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy")],
  ["a redirect", Buffer.from("HTTP/1.1 307 There\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")],
];

async function meetAll(url: string, count: number, saw: (meeting: Meeting) => void): Promise<void> {
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun++ < count) saw(await meet(url));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

for (const [at, [name, answer]] of answers.entries()) {
  test(`${runs} damaged answers: ${name}`, { timeout }, async (t) => {
    const random = new Random(201 + at);
    const server = await liar(t, (socket) => void socket.end(mutate(random, answer, words)));
    let [opened, events] = [0, 0];
    await meetAll(server.url, runs, (meeting) => {
      if (meeting.opened) opened++;
      events += meeting.events;
    });
    if (name !== "a refusal" && name !== "a redirect") assert.ok(opened > 10 && events > 10, `${opened}, ${events}`);
    await server.left();
  });
}

test("300 answers of random bytes", { timeout }, async (t) => {
  const random = new Random(301);
  const server = await liar(t, (socket) => void socket.end(random.bytes(1 + random.below(200))));
  await meetAll(server.url, 300, ({ opened, message }) => {
    assert.equal(opened, false);
    assert.ok(message);
  });
  await server.left();
});

test("300 streams of random bytes open, and end", { timeout }, async (t) => {
  const random = new Random(302);
  const fields = [
    "\ndata: x\n\n",
    "data: ",
    "id: ",
    "event: ",
    "retry: 1",
    ":",
    "\n",
    "\r",
    "\n\n",
    "\0",
    "\ufeff",
    "x",
  ];
  const stream = (): Buffer =>
    Buffer.concat(
      Array.from({ length: 30 }, () => (random.below(3) > 0 ? Buffer.from(random.pick(fields)) : random.bytes(3))),
    );
  const server = await liar(t, (socket) => {
    socket.write(`${head}Connection: close\r\n\r\n`);
    socket.end(stream());
  });
  let events = 0;
  await meetAll(server.url, 300, (meeting) => {
    assert.deepEqual([meeting.opened, meeting.message], [true, undefined]);
    assert.equal(meeting.readyState, EventSource.CONNECTING);
    events += meeting.events;
  });
  assert.ok(events > 100);
  await server.left();
});

const endings: readonly [name: string, end: (socket: Socket) => void][] = [
  ["FIN", (socket) => socket.end()],
  ["RST", (socket) => socket.resetAndDestroy()],
];

/** Small, so that it can be cut everywhere. */
const small = `${head}Transfer-Encoding: chunked\r\n\r\n${chunked("id: 1\ndata: x\n\n", 4)}`;

for (const [name, end] of endings) {
  test(`${name} behind each byte of an answer`, { timeout }, async (t) => {
    const endOfHead = small.indexOf("\r\n\r\n") + 4;
    const server = await liar(t, (socket, request) => {
      const at = Number(/GET \/(\d+)/.exec(request)?.[1]);
      if (at === 0) end(socket);
      else socket.write(small.slice(0, at), () => end(socket));
    });
    for (let at = 0; at <= small.length; at++) {
      const { opened, events, readyState } = await meet(`${server.url}${at}`);
      assert.equal(readyState, EventSource.CONNECTING, "a lost connection is no failure");
      if (name === "FIN") assert.equal(opened, at >= endOfHead, `${at}`);
      if (at < endOfHead) assert.equal(events, 0);
    }
    await server.left();
  });
}

test("an answer byte by byte is the answer", { timeout }, async (t) => {
  const server = await liar(t, (socket) => {
    socket.setNoDelay(true);
    let at = 0;
    const next = (): void => {
      if (at === small.length) return void socket.end();
      socket.write(small.slice(at, ++at), next);
    };
    next();
  });
  const { opened, events, message } = await meet(server.url);
  assert.deepEqual([opened, events, message], [true, 1, undefined]);
  await server.left();
});
