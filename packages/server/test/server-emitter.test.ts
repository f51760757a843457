import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { Server } from "../src/server.ts";

test("what is said to the server is said to its main namespace", () => {
  const io = new Server();
  const heard: string[] = [];
  const hear = (name: string) => (): void => void heard.push(name);
  io.on("connection", hear("on"));
  io.addListener("connection", hear("addListener"));
  io.once("connection", hear("once"));
  io.prependListener("connection", hear("prependListener"));
  io.prependOnceListener("connection", hear("prependOnceListener"));
  for (let time = 0; time < 2; time++) EventEmitter.prototype.emit.call(io.sockets, "connection");
  assert.deepEqual(heard, [
    "prependOnceListener",
    "prependListener",
    "on",
    "addListener",
    "once",
    "prependListener",
    "on",
    "addListener",
  ]);
  assert.equal(io.listenerCount("connection"), 3);
  assert.deepEqual(io.eventNames(), ["connection"]);
});

test("and so is what is taken back, counted and asked", () => {
  const io = new Server();
  const listener = (): void => {};
  io.on("connection", listener).once("connection", listener);
  assert.deepEqual(io.listeners("connection"), [listener, listener]);
  assert.notDeepEqual(io.rawListeners("connection"), [listener, listener]);
  io.off("connection", listener);
  io.removeListener("connection", listener);
  assert.equal(io.sockets.listenerCount("connection"), 0);
  io.on("connection", listener).removeAllListeners("connection");
  io.setMaxListeners(7);
  assert.deepEqual([io.listenerCount("connection"), io.getMaxListeners(), io.sockets.getMaxListeners()], [0, 7, 7]);
});
