/** Tabs of one browser on one connection, in Chromium. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Server as TheirServer } from "socket.io";
import { inBrowser, openContext, openTabs, servePage } from "./browser.ts";
import { setUp } from "./counting.ts";

test("five tabs hold one connection, each with rooms, acks and binary data of its own", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  io.on("connection", (socket) => {
    socket.on("join", (room, joined) => {
      void socket.join(room);
      joined(socket.id);
    });
    socket.on("echo", (...args) => args.pop()(...args));
  });
  const tabs = await openTabs(context, url, { count: 5 });
  assert.equal(io.engine.clientsCount, 1);
  const ids = await Promise.all(tabs.map((tab, index) => tab.evaluate(`socket.emitWithAck("join", "room ${index}")`)));
  assert.deepEqual(ids, await Promise.all(tabs.map((tab) => tab.evaluate("socket.id"))));
  assert.equal(new Set(ids).size, 5);
  for (const index of tabs.keys()) io.to(`room ${index}`).emit("hello", index, Buffer.from([index]));
  for (const [index, tab] of tabs.entries()) {
    await tab.waitForFunction("heard.length === 1");
    const read = "heard[0].slice(0, 2).concat([...new Uint8Array(heard[0][2])])";
    assert.deepEqual(await tab.evaluate(read), ["hello", index, index]);
    const echo = `socket.emitWithAck("echo", new Uint8Array([1, 2, ${index}]).subarray(1)).then((b) => [...new Uint8Array(b)])`;
    assert.deepEqual(await tab.evaluate(echo), [2, index]);
  }
  for (const [index, tab] of tabs.entries()) await tab.evaluate(`socket.on("who", (answer) => answer(${index}))`);
  const answers: number[] = await io.timeout(30_000).emitWithAck("who");
  assert.deepEqual(answers.toSorted(), [0, 1, 2, 3, 4]);
});

test("a tab that closes its socket leaves the others theirs", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const [first, second] = await openTabs(context, url, { count: 2 });
  assert.ok(first !== undefined && second !== undefined);
  await first.evaluate("socket.io._close()");
  await second.evaluate("socket.emit('still there')");
  assert.ok(await second.evaluate("socket.connected"));
  await second.waitForFunction("socket.connected");
  assert.equal(io.engine.clientsCount, 1);
  await first.evaluate("socket.connect()");
  await first.waitForFunction("socket.connected");
  assert.equal(io.engine.clientsCount, 1);
});

test("a worker shares with the tabs, and goes on when they are gone", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const [leader, tab] = await openTabs(context, url, { count: 2 });
  assert.ok(leader !== undefined && tab !== undefined);
  await tab.evaluate(`{
    globalThis.told = [];
    const worker = new Worker("/worker.js");
    worker.onmessage = ({ data }) => told.push(data);
  }`);
  await tab.waitForFunction("told.length === 1");
  assert.deepEqual([io.engine.clientsCount, io.sockets.sockets.size], [1, 3]);
  await tab.evaluate("socket.close()");
  await leader.close();
  await tab.waitForFunction("told.length === 2");
  io.emit("hello");
  await tab.waitForFunction("told.length === 3");
  assert.deepEqual([io.engine.clientsCount, io.sockets.sockets.size], [1, 1]);
});

test("a tab that crashes is disconnected, the others hear nothing of it", inBrowser, async (t) => {
  const { io, context, url } = await setUp(t);
  const [first, second] = await openTabs(context, url, { count: 2 });
  assert.ok(first !== undefined && second !== undefined);
  const id = await second.evaluate("socket.id");
  const left = new Promise((resolve) => {
    for (const socket of io.sockets.sockets.values())
      if (socket.id === id) socket.on("disconnect", (reason) => resolve(reason));
  });
  const devtools = await context.newCDPSession(second);
  devtools.send("Page.crash").catch(() => {}); // there is nobody to answer
  assert.equal(await left, "transport close");
  assert.ok(await first.evaluate("socket.connected"));
  assert.deepEqual([io.engine.clientsCount, io.sockets.sockets.size], [1, 1]);
});

test("with a server that knows no tabs, each has a connection of its own", inBrowser, async (t) => {
  const io = new TheirServer();
  const url = await servePage(t, (http) => io.attach(http));
  const tabs = await openTabs(await openContext(t), url, { count: 3 });
  io.emit("hello");
  for (const tab of tabs) await tab.waitForFunction("heard.length === 1");
  assert.equal(io.sockets.sockets.size, 3);
  assert.equal(new Set([...io.sockets.sockets.values()].map(({ client }) => client.conn)).size, 3);
});
