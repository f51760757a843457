/** The small client of the plain wire, against our server. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { test } from "node:test";
import { Refusal } from "@anywire/server";
import { EventSource } from "eventsource";
import { WebSocket } from "ws";
import { Random } from "../../../../scripts/test/random.ts";
import { Cutter, join, next, openHouse, patience, ways } from "./house.ts";

const both = { transports: [WebSocket, EventSource] } as const;

for (const [name, options] of ways) {
  test(`${name}: events and acks pass both ways, with binary data`, patience, async (t) => {
    const house = await openHouse(t);
    const values = [1, "two", null, { $bytes: "AAAA", $x: 1 }, { $bytes: "AAAA" }, { $$a: [1] }, ["x"], { args: [1] }];
    house.io.on("connection", (socket) => {
      socket.on("echo", (...args) => args.pop()(...args));
      socket.on("message", (text) => socket.send(text));
      socket.on("ask", async () => socket.emit("told", await socket.timeout(10_000).emitWithAck("question", 6)));
      socket.on("back", (value) => socket.emit("back", value));
    });
    const socket = join(t, house.url, options);
    socket.on("question", (number, ack) => ack(number * 7));
    const got: unknown[] = [];
    const all = new Promise<void>((resolve) =>
      socket.on("back", (value) => got.push(value) === values.length && resolve()),
    );
    const told = next(socket, "told");
    const message = next(socket, "message");
    for (const value of values) socket.emit("back", value);
    socket.emit("ask");
    socket.emit("message", '{"event":"forged"}');
    assert.deepEqual(await socket.emitWithAck("echo", new Uint8Array([1, 2])), new Uint8Array([1, 2]));
    assert.deepEqual(
      await new Promise((resolve) => socket.emit("echo", 1, 2, (...args: unknown[]) => resolve(args))),
      [1, 2],
    );
    assert.deepEqual(await told, [42]);
    assert.deepEqual(await message, ['{"event":"forged"}']);
    await all;
    assert.deepEqual(got, values);
    await assert.rejects(socket.emitWithAck("nobody"), { code: "no-handler" });
    assert.equal(socket.connected, true);
    assert.match(socket.id ?? "", /^~/);
  });

  test(`${name}: three hundred cuts lose nothing, double nothing, and keep the order`, patience, async (t) => {
    const house = await openHouse(t);
    const heard: number[] = [];
    house.io.on("connection", (socket) => {
      socket.join("all");
      socket.on("up", (number, ack) => {
        heard.push(number);
        ack(number + 1_000);
      });
    });
    const cutter = new Cutter(house.port);
    const socket = join(t, await cutter.listen(t), options);
    const got: number[] = [];
    const random = new Random(7);
    socket.on("down", (number) => got.push(number));
    await next(socket, "connect");
    const answers: Promise<number>[] = [];
    let sent = 0;
    for (let cut = 0; cut < 300; cut++) {
      const connected = next(socket, "connect");
      const cutAt = random.below(8);
      for (let step = 0; step < 8; step++) {
        house.io.to("all").emit("down", sent);
        answers.push(socket.emitWithAck("up", sent));
        sent += 1;
        if (step === cutAt) cutter.cut();
        if (random.below(3) === 0) await new Promise(setImmediate);
      }
      await connected;
      if (cut % 5 === 0) await Promise.all(answers); // more than 500 may not be owed
      assert.deepEqual([socket.recovered, socket.reason], [true, undefined]);
    }
    const numbers = Array.from({ length: sent }, (_, number) => number);
    assert.deepEqual(
      await Promise.all(answers),
      numbers.map((number) => number + 1_000),
    );
    assert.deepEqual(heard, numbers);
    while (got.length < sent) await next(socket, "down");
    assert.deepEqual(got, numbers);
  });

  test(`${name}: who is refused stops, and says why`, patience, async (t) => {
    const house = await openHouse(t, {
      plain: {
        authenticate: ({ auth }) => (auth.token === "good" ? "me" : Promise.reject(new Refusal("not-authenticated"))),
      },
    });
    const socket = join(t, house.url, { transports: [EventSource], token: () => "bad" });
    const [error] = await next(socket, "connect_error");
    assert.deepEqual([error.code, socket.active], ["401", false]);
    const good = join(t, house.url, { ...options, token: async () => "good" });
    await next(good, "connect");
  });

  test(`${name}: a server that disconnects is obeyed, and one that closes is come back to`, patience, async (t) => {
    const house = await openHouse(t);
    house.io.on("connection", (socket) => socket.on("leave", () => socket.disconnect()));
    const socket = join(t, house.url, options);
    await next(socket, "connect");
    const left = next(socket, "disconnect");
    socket.emit("leave");
    assert.equal((await left)[0].code, "disconnected");
    assert.equal(socket.active, false);
    socket.connect();
    await next(socket, "connect");
    const closed = next(socket, "disconnect");
    void house.io.close();
    assert.equal((await closed)[0].code, "shutting-down");
    assert.equal(socket.active, true);
  });

  test(`${name}: a session that is lost fails what was sent, and keeps what was not`, patience, async (t) => {
    const house = await openHouse(t, { history: false });
    house.io.on("connection", (socket) => {
      socket.on("never", () => {});
      socket.on("now", (ack) => ack("here"));
    });
    const cutter = new Cutter(house.port);
    const socket = join(t, await cutter.listen(t), options);
    await next(socket, "connect");
    const lost = assert.rejects(socket.emitWithAck("never"), { code: "disconnected" });
    const arrived = once(house.io.sockets.sockets.values().next().value as never, "never");
    await arrived;
    const cut = next(socket, "disconnect");
    cutter.cut();
    await cut;
    assert.equal(await socket.emitWithAck("now"), "here");
    await lost;
    assert.deepEqual([socket.recovered, socket.reason], [false, "unknown-session"]);
  });
}

test("where WebSocket does not come through, the other transport does", patience, async (t) => {
  const house = await openHouse(t);
  const proxy = createServer(async (request, response) => {
    const answer = await fetch(`http://127.0.0.1:${house.port}${request.url}`, {
      headers: { accept: `${request.headers.accept}` },
    });
    response.writeHead(answer.status, { "content-type": `${answer.headers.get("content-type")}` });
    await answer.body?.pipeTo(Writable.toWeb(response)).catch(() => {});
  });
  proxy.on("upgrade", (_request, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const socket = join(t, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/anywire`, both);
  const errors: string[] = [];
  socket.on("connect_error", ({ code }) => errors.push(code));
  await next(socket, "connect");
  assert.equal(errors.length, 1);
});

test("emits that nobody waits for any more, or too many, fail with a code", patience, async (t) => {
  const socket = join(t, "http://127.0.0.1:1/anywire", both);
  const first = socket.timeout(50).emitWithAck("a");
  for (let more = 1; more < 500; more++) socket.emit("b");
  await assert.rejects(socket.emitWithAck("c"), { code: "queue-full" });
  await assert.rejects(first, { code: "timeout" });
  const last = assert.rejects(socket.emitWithAck("d"), { code: "disconnected" });
  socket.close();
  await last;
});

test("a signal closes it, and one that was given already lets nothing begin", patience, async (t) => {
  const house = await openHouse(t);
  const controller = new AbortController();
  const socket = join(t, house.url, { ...both, signal: controller.signal });
  await next(socket, "connect");
  const gone = next(socket, "disconnect");
  controller.abort();
  assert.equal((await gone)[0].code, "disconnected");
  assert.equal(join(t, house.url, { ...both, signal: controller.signal }).active, false);
});

test("a frame over the limit stops it instead of being repeated for ever", patience, async (t) => {
  const house = await openHouse(t, { plain: { maxMessageBytes: 100 } });
  const socket = join(t, house.url, { transports: [WebSocket] });
  await next(socket, "connect");
  const gone = next(socket, "disconnect");
  await assert.rejects(socket.emitWithAck("a", "x".repeat(200)), { code: "disconnected" });
  assert.equal((await gone)[0].code, "1009");
  assert.equal(socket.active, false);
});
