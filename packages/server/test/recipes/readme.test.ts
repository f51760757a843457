/** The programs of the README, with clients that we did not write. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { Emitter } from "@socket.io/redis-emitter";
import { type Socket as ClientSocket, io } from "socket.io-client";
import { WebSocket } from "ws";
import { findRedis, noRedis } from "../../../../scripts/redis.ts";
import { Page } from "../../../../scripts/test/readme/page.ts";
import { Transcript } from "../../../../scripts/test/readme/transcript.ts";
import { RedisServer } from "../ecosystem/redis-server.ts";
import { recipePage, timeout } from "./recipe.ts";

const browsers = ["browser socket.io", "browser websocket", "browser eventsource"];
const programs = ["errors.mjs", "closing.mjs", "stats.mjs", "namespaces.mjs", "redis"];
const page = recipePage("README.md", ["chat.mjs", ...browsers, "packed", ...programs]);

const noCurl = spawnSync("curl", ["--version"]).status === 0 ? false : "no curl found on PATH";
const here = /localhost:3000/g;

function openPage(t: TestContext, title: string, host: string): Transcript {
  const console = new Transcript();
  const opened = new Page(page.block(title).text.replace(here, host), console.add);
  t.after(() => opened.close());
  return console;
}

function runCurl(t: TestContext, title: string, host: string): Transcript {
  const command = page.block(title).text.trim().replace(here, host);
  const curl = spawn("sh", ["-c", `exec ${command} -sS`], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => curl.kill());
  const printed = new Transcript();
  curl.stdout.on("data", printed.add);
  return printed;
}

test("clients of Socket.IO, WebSocket and EventSource, and curl, meet in one room", {
  timeout,
  skip: noCurl,
}, async (t) => {
  const host = await page.serve(t, "chat.mjs");
  const curl = runCurl(t, "curl", host);
  await curl.until("event: anywire:open");
  const stream = openPage(t, "browser eventsource", host);
  const socket = openPage(t, "browser websocket", host);
  await socket.until("from a WebSocket");
  const library = openPage(t, "browser socket.io", host);
  await library.until("delivered");
  await socket.until(/\{"event":"chat","data":"from Socket.IO","id":"[^"]+"\}/);
  for (const each of [curl, stream, library]) await each.until("from Socket.IO");
});

/** @returns where a program listens that goes on printing */
async function addressOf(printed: Transcript): Promise<string> {
  const [, port = ""] = /listening on port (\d+)/.exec(await printed.until(/listening on port \d+|ended/)) ?? [];
  assert.notEqual(port, "", printed.toString());
  return `127.0.0.1:${port}`;
}

function connect(t: TestContext, host: string): ClientSocket {
  const socket = io(`http://${host}`, { forceNew: true, reconnection: false });
  t.after(() => socket.close());
  return socket;
}

test("an error in a handler is told, and a foreign client is served on", { timeout }, async (t) => {
  const printed = page.run(t, "errors.mjs", {});
  const socket = connect(t, await addressOf(printed));
  socket.emit("order", { amount: 0 }, () => assert.fail("it was acked"));
  await printed.until("order order at least one");
  assert.deepEqual(await socket.emitWithAck("order", { amount: 1 }), { number: 7 });
});

test("an error in a handler fails the ack of a client of ours, in the form that is written down", {
  timeout,
}, async (t) => {
  const host = await page.serve(t, "errors.mjs");
  const ws = new WebSocket(`ws://${host}/socket.io/?EIO=4&transport=websocket&anywire=1`);
  t.after(() => ws.terminate());
  const [sent = "", told = ""] = page.block("wire").text.match(/(?<=[→←] ).+/g) ?? [];
  await once(ws, "message"); // the handshake
  ws.send("40");
  await once(ws, "message");
  ws.send(sent);
  assert.equal(String((await once(ws, "message"))[0]), told);
});

test("a server that is told to end says so when all have gone", { timeout }, async (t) => {
  const printed = page.run(t, "closing.mjs", { 'process.once("SIGTERM"': 'io.once("connection"', "5_000": "1" });
  const socket = connect(t, await addressOf(printed));
  await new Promise((resolve) => socket.once("disconnect", resolve));
  await printed.until("all have gone");
});

test("what there is is counted by the names that are written down", { timeout }, async (t) => {
  const printed = page.run(t, "stats.mjs", { "10_000": "10" });
  connect(t, await addressOf(printed));
  const counts = await printed.until(/\{[^}]*sockets: 1[^}]*\}/);
  const [written = ""] = /(?<=\/\/ )\{.*\}/.exec(page.block("stats.mjs").text) ?? [];
  const namesOf = (text: string): string[] => Array.from(text.matchAll(/\w+(?=:)/g), String);
  assert.deepEqual(namesOf(/\{[^}]*\}/.exec(counts)?.[0] ?? ""), namesOf(written));
});

test("curl comes into a namespace by its path", { timeout, skip: noCurl }, async (t) => {
  const curl = runCurl(t, "namespace", await page.serve(t, "namespaces.mjs"));
  await curl.until(/event: welcome\n(?:id: .*\n)?data: "eventsource"/);
});

const withoutRedis = findRedis() === undefined ? noRedis : false;

test("a bare WebSocket hears what comes through Redis", { timeout, skip: withoutRedis }, async (t) => {
  const redis = await RedisServer.start();
  t.after(() => redis.stop());
  const url = '{ url: "redis://localhost:6379" }';
  const host = await page.serve(t, "redis", { [url]: JSON.stringify({ socket: { path: redis.path } }) });
  const ws = new WebSocket(`ws://${host}/anywire?room=news`, "anywire.v1");
  t.after(() => ws.terminate());
  await once(ws, "message"); // anywire:open
  const client = await redis.connect();
  t.after(() => client.close());
  new Emitter(client).to("news").emit("news", "from elsewhere");
  assert.equal(String((await once(ws, "message"))[0]), '{"event":"news","data":"from elsewhere"}');
});
