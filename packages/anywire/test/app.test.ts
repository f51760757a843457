/** The app as its clients meet it: the page, the rooms over HTTP, what is refused, and the end. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { createApp } from "../src/index.ts";
import { EventStream } from "./event-stream.ts";

const page = mkdtempSync(join(tmpdir(), "anywire-app-"));
writeFileSync(join(page, "index.html"), "<!doctype html>");
after(() => rmSync(page, { recursive: true }));

async function open(t: TestContext) {
  let tick = (): void => {};
  const every = (_ms: number, callback: () => void): (() => void) => {
    tick = callback;
    return () => {
      tick = () => assert.fail("the ticker was stopped");
    };
  };
  const reports: unknown[] = [];
  const world = { random: () => 0.5, now: () => 7, every };
  const app = createApp({ port: 0, playgroundDir: page, world, report: (error) => reports.push(error) });
  const url = await app.listen();
  t.after(() => app.close());
  t.after(() => assert.deepEqual(reports, []));
  return { app, url, endpoint: `${url}anywire`, tick: () => tick() };
}

function post(endpoint: string, session: string, body: unknown): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return fetch(`${endpoint}?session=${session}`, { method: "POST", headers, body: JSON.stringify(body) });
}

test("the page is at /, and what is not there is a problem with status 404", async (t) => {
  const { url } = await open(t);
  assert.equal(await (await fetch(url)).text(), "<!doctype html>");
  const missing = await fetch(`${url}nope`);
  assert.equal(missing.status, 404);
  assert.equal(missing.headers.get("content-type"), "application/problem+json");
  assert.equal(new URL(url).hostname, "localhost");
});

test("an upgrade anywhere else is answered with 404, and the connection ends", async (t) => {
  const { url } = await open(t);
  for (const path of ["/", "/nope", "/anywires"]) {
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    const outgoing = request(new URL(path, url), { headers, agent: false }).end();
    const [response] = await once(outgoing, "response");
    assert.equal(response.statusCode, 404, path);
    response.resume();
    await once(response, "close");
  }
});

test("a stream hears the chat and the prices; who came first is told that it has caught up", async (t) => {
  const { endpoint, tick } = await open(t);
  const stream = await EventStream.open(`${endpoint}?room=chat&room=stocks`);
  const { session } = await stream.until("anywire:open");
  assert.deepEqual(await stream.until("caught-up"), { time: 7 });
  tick();
  assert.deepEqual(await stream.until("price"), { symbol: "ACME", price: 104.2, change: 0, time: 7 });
  assert.equal((await post(endpoint, session, { event: "chat", data: "hi" })).status, 204);
  assert.equal(await stream.until("chat"), "hi");
  stream.close();
});

test("who is in no room may speak all the same", async (t) => {
  const { endpoint } = await open(t);
  const listener = await EventStream.open(`${endpoint}?room=chat`);
  await listener.until("caught-up");
  const speaker = await EventStream.open(endpoint);
  const { session } = await speaker.until("anywire:open");
  const answer = await post(endpoint, session, { event: "chat", data: "hi", ack: 3 });
  assert.deepEqual([answer.status, await answer.json()], [200, { ack: 3, data: "ok" }]);
  assert.equal(await listener.until("chat"), "hi");
  listener.close();
  speaker.close();
});

test("a chat message that is none is answered with a clear error, and nobody hears it", async (t) => {
  const { endpoint } = await open(t);
  const stream = await EventStream.open(`${endpoint}?room=chat`);
  const { session } = await stream.until("anywire:open");
  const junk = [{ data: 7 }, { args: [] }, { args: ["a", "b"] }, { data: { text: "hi" } }];
  for (const fields of junk) {
    const answer = await post(endpoint, session, { event: "chat", ack: 1, ...fields });
    const error = { code: "chat-text", message: "chat takes exactly one argument, a string that is not blank" };
    assert.deepEqual(await answer.json(), { ack: 1, error });
    await post(endpoint, session, { event: "chat", ...fields }); // without an ack it is dropped
  }
  const long = await post(endpoint, session, { event: "chat", ack: 1, data: "x".repeat(2_001) });
  const error = { code: "chat-length", message: "chat takes 2000 characters at most" };
  assert.deepEqual(await long.json(), { ack: 1, error });
  await post(endpoint, session, { event: "chat", data: "hi" });
  assert.equal(await stream.until("chat"), "hi");
  stream.close();
});

test("other rooms are refused with 403", async (t) => {
  const { endpoint } = await open(t);
  for (const query of ["room=admin", "room=__proto__", "room=Chat"]) {
    const response = await fetch(`${endpoint}?${query}`, { headers: { Accept: "application/json" } });
    assert.equal(response.status, 403, query);
    await response.body?.cancel();
  }
});

test("a stream that breaks comes back by its last id alone and hears what it missed, once and in order", async (t) => {
  const { endpoint, tick } = await open(t);
  const stream = await EventStream.open(`${endpoint}?room=chat&room=stocks`);
  await stream.until("caught-up");
  stream.close();
  const speaker = await EventStream.open(endpoint);
  const { session } = await speaker.until("anywire:open");
  for (let index = 0; index < 5; index++) {
    await post(endpoint, session, { event: "chat", data: `missed ${index}` });
    tick();
  }
  const again = await EventStream.open(`${endpoint}?room=chat&room=stocks`, { "Last-Event-ID": stream.lastId });
  await again.until("caught-up");
  const chat = again.heard.filter(({ event }) => event === "chat").map(({ data }) => data);
  assert.deepEqual(chat, ["missed 0", "missed 1", "missed 2", "missed 3", "missed 4"]);
  assert.equal(again.heard.filter(({ event }) => event === "price").length, 5);
  again.close();
  speaker.close();
});

test("a bare WebSocket, npm's, meets the others in the room", async (t) => {
  const { endpoint } = await open(t);
  const stream = await EventStream.open(`${endpoint}?room=chat`);
  const { session } = await stream.until("anywire:open");
  const socket = new WebSocket(`${endpoint.replace("http", "ws")}?room=chat`);
  const frames: unknown[] = [];
  socket.on("message", (text) => frames.push(JSON.parse(String(text))));
  await once(socket, "open");
  socket.send(JSON.stringify({ event: "chat", data: "from ws", ack: 1 }));
  assert.equal(await stream.until("chat"), "from ws");
  await post(endpoint, session, { event: "chat", data: "from the stream" });
  while (frames.length < 4) await once(socket, "message");
  const chat = frames.filter((frame) => JSON.stringify(frame).includes('"chat"'));
  assert.match(JSON.stringify(chat), /"data":"from ws".*"data":"from the stream"/);
  assert.ok(frames.some((frame) => JSON.stringify(frame) === '{"ack":1,"data":"ok"}'));
  socket.close();
  stream.close();
});

test("it closes: streams end, sockets are told 1012, connections that only linger are dropped", async (t) => {
  const { app, url, endpoint } = await open(t);
  const stream = await EventStream.open(`${endpoint}?room=chat`);
  await stream.until("caught-up");
  const socket = new WebSocket(`${endpoint.replace("http", "ws")}?room=chat`);
  await once(socket, "open");
  const { port } = new URL(url);
  const idle = connect(Number(port), "127.0.0.1");
  await once(idle, "connect");
  const closed = once(socket, "close");
  const dropped = once(idle.on("error", () => {}).resume(), "close");
  await app.close();
  assert.equal((await closed)[0], 1012);
  await stream.ended;
  await dropped;
  await assert.rejects(fetch(url));
});
