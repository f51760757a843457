/** What our session does beyond engine.io-client's `Socket`. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { Session } from "../../src/engine/session.ts";
import { Transport } from "../../src/engine/transport.ts";
import { engines, Served } from "../streams/served.ts";
import { Diary } from "./diary.ts";
import { type Client, libraries, web } from "./libraries.ts";
import { handshake, rawServer } from "./raw-server.ts";

const opening = `0${JSON.stringify(handshake)}`;

function open(origin: string, options = {}): { client: Client; session: Session } {
  const client: unknown = libraries.ours.open(origin, options);
  return { client: client as Client, session: client as Session }; // it is one
}

test("who is closed in the same task never dials", async (t) => {
  const served = await Served.open(t);
  const diary = new Diary(t, open(served.origin).client);
  diary.client.close();
  assert.deepEqual(diary.of("close"), [["forced close", undefined]]);
  const other = new Diary(t, open(served.origin, { upgrade: false }).client);
  await other.heard("open");
  assert.equal(served.sessions.length, 1);
});

test("a server of ours is known, another is not", async (t) => {
  for (const [name, openEngine] of Object.entries(engines)) {
    const served = await Served.open(t, {}, { openEngine });
    const { client, session } = open(served.origin);
    await new Diary(t, client).heard("open");
    assert.equal(session.isOurs, name === "ours");
  }
});

test("transports that nobody knows fail where they are dialled, and are no upgrades", async (t) => {
  const served = await Served.open(t);
  const failing = new Diary(t, open(served.origin, { transports: ["pigeon", "polling"] }).client);
  const [error] = await failing.heard("error");
  assert.equal(Reflect.get(Object(error), "message"), "unknown transport: pigeon");
  assert.deepEqual(failing.order("error", "close"), ["error", "close"]);
  const trying = new Diary(
    t,
    open(served.origin, { transports: ["pigeon", "polling"], tryAllTransports: true }).client,
  );
  await trying.heard("open");
  assert.deepEqual(trying.of("error"), []);
  const none = new Diary(t, open(served.origin, { transports: [] }).client);
  assert.deepEqual(await none.heard("close"), ["transport error", none.of("error")[0]?.[0]]);
});

test("names and classes may be mixed", async (t) => {
  const served = await Served.open(t);
  const { websocket } = web.transports;
  const diary = new Diary(t, open(served.origin, { transports: ["polling", websocket] }).client);
  await diary.heard("upgrade");
  assert.equal(diary.client.transport.name, "websocket");
});

test("what listeners throw reaches the process, and the session goes on", async (t) => {
  const served = await Served.open(t);
  const { client } = open(served.origin, { transports: ["polling"] });
  const thrown: unknown[] = [];
  const catchers = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => thrown.push(error));
  t.after(() => {
    process.removeAllListeners("uncaughtException");
    for (const catcher of catchers) process.on("uncaughtException", catcher);
  });
  for (const name of ["open", "message", "packet", "flush", "drain"])
    client.on(name, () => {
      throw name;
    });
  const diary = new Diary(t, client);
  served.engine.on("connection", (session) => session.on("message", (data: string) => session.send(data)));
  client.send("a");
  client.send("b");
  client.once("message", () => {});
  const messages: unknown[] = [];
  client.on("data", (data) => messages.push(data));
  while (messages.length < 2) await once(process, "uncaughtException");
  assert.deepEqual(messages, ["a", "b"]);
  assert.ok(thrown.includes("message"));
  assert.equal(diary.client.readyState, "open");
});

test("a close packet says when to come back, by polling and by WebSocket", async (t) => {
  const polled = await rawServer(t, `${opening}\x1e1{"retry":1500}`);
  const byPolling = open(polled.origin);
  const [reason] = await new Diary(t, byPolling.client).heard("close");
  assert.deepEqual([reason, byPolling.session.retryAfter], ["transport close", 1_500]);
  const raw = await rawServer(t);
  const byWebSocket = open(raw.origin, { transports: ["websocket"] });
  const closed = new Diary(t, byWebSocket.client).heard("close");
  const line = await raw.webSocket(0);
  line.send(opening);
  line.send('1{"retry":70}'); // and does not close: the client does
  assert.deepEqual([(await closed)[0], byWebSocket.session.retryAfter], ["transport close", 70]);
});

test("Retry-After of an HTTP error is noted", async (t) => {
  const served = await Served.open(
    t,
    { path: "/x" },
    { serve: (_, response) => response.writeHead(503, { "Retry-After": "2" }).end() },
  );
  const { client, session } = open(served.origin);
  const [error] = await new Diary(t, client).heard("error");
  assert.deepEqual([Reflect.get(Object(error), "description"), session.retryAfter], [503, 2_000]);
});

test("a better transport that answers nonsense is left, and the session goes on", async (t) => {
  const raw = await rawServer(t, opening);
  const diary = new Diary(t, open(raw.origin).client);
  (await raw.webSocket(0)).send("4what?");
  const [error] = await diary.heard("upgradeError");
  assert.match(String(error), /^Error: probe error: no pong/);
  assert.equal(Reflect.get(Object(error), "transport"), "websocket");
  (await raw.poll(0)).end("4still here");
  await diary.heard("message");
  assert.deepEqual(diary.messages, ["still here"]);
});

test("a better transport that is lost while the old one pauses: nothing is lost", async (t) => {
  const raw = await rawServer(t, opening);
  const diary = new Diary(t, open(raw.origin).client);
  const line = await raw.webSocket(0);
  await once(line, "message");
  line.send("3probe");
  await diary.heard("upgrading");
  diary.client.send("waits");
  line.terminate();
  const posted = raw.posted();
  await diary.heard("upgradeError");
  await posted;
  assert.deepEqual(raw.posts, ["4waits"]);
  (await raw.poll(0)).end("4one");
  (await raw.poll(1)).end("4two");
  await diary.heard("message", 2);
  assert.deepEqual(diary.messages, ["one", "two"]);
  diary.client.close();
  assert.deepEqual(diary.of("close"), [["forced close", undefined]]);
});

test("transports are tried one after another, WebTransport first", async (t) => {
  const dialled: string[] = [];
  const failing = (name: string) =>
    class extends Transport {
      override get name(): string {
        return name;
      }
      protected override doOpen(): void {
        dialled.push(name);
        queueMicrotask(() => this.onError("no"));
      }
    };
  const raw = await rawServer(
    t,
    `0${JSON.stringify({ ...handshake, upgrades: ["eventsource", "webtransport", "iframe"] })}`,
  );
  const transports = ["polling", ...["eventsource", "webtransport", "iframe"].map(failing)];
  const diary = new Diary(t, open(raw.origin, { transports }).client);
  await diary.heard("upgradeError", 3);
  assert.deepEqual(dialled, ["webtransport", "iframe", "eventsource"]);
});

test("close() while a better transport is tried", async (t) => {
  const raw = await rawServer(t, opening);
  const diary = new Diary(t, open(raw.origin).client);
  await raw.webSocket(0);
  diary.client.close();
  assert.deepEqual(diary.order("close", "upgradeError"), ["close", "upgradeError"]);
});

test("close() in the middle of an upgrade waits for it", async (t) => {
  const raw = await rawServer(t, opening);
  const diary = new Diary(t, open(raw.origin).client);
  const line = await raw.webSocket(0);
  const lines: string[] = [];
  line.on("message", (data) => lines.push(String(data)));
  await once(line, "message");
  line.send("3probe");
  await diary.heard("upgrading");
  diary.client.send("before");
  diary.client.close();
  assert.equal(diary.client.readyState, "closing");
  const left = once(line, "close");
  (await raw.poll(0)).end("6");
  await diary.heard("close");
  await left;
  assert.deepEqual(lines, ["2probe", "5", "4before"]);
});
