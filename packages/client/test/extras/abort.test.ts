/** An AbortSignal ends a socket, or the waiting for one answer. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patience, useHouse } from "../contract/house.ts";
import { heard } from "../contract/library.ts";
import { anywire } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

describe("an abort", () => {
  const house = useHouse(anywire);

  test("ends the socket", patience, async (t) => {
    const life = new AbortController();
    const socket = call(t, house.url, { signal: life.signal });
    await heard(socket, "connect");
    const gone = heard(socket, "disconnect");
    life.abort();
    assert.equal((await gone)[0], "io client disconnect");
    assert.equal(socket.active, false);
  });

  test("that came before: the socket never connects by itself", patience, (t) => {
    const socket = call(t, house.url, { signal: AbortSignal.abort() });
    assert.equal(socket.active, false);
  });

  test("that came before: nobody's connection is opened", patience, async (t) => {
    const signal = AbortSignal.abort();
    const { io } = call(t, house.url, { signal });
    assert.equal(io._readyState, "closed");
    const other = io.socket("/").connect();
    await heard(other, "connect");
    io.socket(house.namespace(), { signal });
    assert.equal(other.connected, true);
  });

  test("ends the waiting for an answer, with its reason", patience, async (t) => {
    const socket = call(t, house.url + house.namespace((peer) => peer.on("ask", () => {})));
    await heard(socket, "connect");
    const question = new AbortController();
    const answer = socket.signal(question.signal).emitWithAck("ask");
    const reason = new Error("no more");
    question.abort(reason);
    await assert.rejects(answer, reason);
    assert.equal(socket.connected, true);
  });

  test("of an event that waits for the connection: it is not sent", patience, async (t) => {
    const told: unknown[] = [];
    const namespace = house.namespace((peer) => {
      peer.onAny((name) => told.push(name));
      peer.on("end", (answer) => answer());
    });
    const socket = call(t, house.url + namespace, { autoConnect: false });
    const question = new AbortController();
    const answer = socket.signal(question.signal).emitWithAck("never");
    question.abort();
    await assert.rejects(answer, { name: "AbortError" });
    assert.deepEqual(socket.sendBuffer, []);
    socket.connect();
    await socket.emitWithAck("end");
    assert.deepEqual(told, ["end"]);
  });

  test("that came before the emit: nothing is sent, and the promise fails", patience, async (t) => {
    const socket = call(t, house.url, { autoConnect: false });
    await assert.rejects(socket.signal(AbortSignal.abort()).emitWithAck("never"), { name: "AbortError" });
    assert.deepEqual(socket.sendBuffer, []);
  });
});
