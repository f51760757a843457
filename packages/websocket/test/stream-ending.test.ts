/** createWebSocketStream: how a stream ends, fails and is destroyed, and its socket with it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { binary, serverFrame } from "./frames.ts";
import { uncaughtError } from "./messages.ts";
import { listen } from "./served.ts";
import { emitted, errorOf, log, makers, Pair } from "./stream-pair.ts";

const invalidOpcode = Buffer.of(0x85, 0x00);

const cases: [name: string, run: (pair: Pair) => Promise<void>][] = [
  [
    "a write after the socket began to close is an error",
    async (pair) => {
      const { stream, closed } = pair.stream();
      await pair.opened;
      pair.client.close();
      stream.write("hi");
      const error = await errorOf(stream);
      assert.equal(error.message, "WebSocket is not open: readyState 2 (CLOSING)");
      assert.ok(stream.destroyed);
      await closed;
    },
  ],
  [
    "a write after the socket has closed is an error",
    async (pair) => {
      const { stream, closed } = pair.stream();
      (await pair.accepted).close();
      pair.client.on("close", () => stream.write("hi"));
      const error = await errorOf(stream);
      assert.equal(error.message, "WebSocket is not open: readyState 3 (CLOSED)");
      assert.ok(stream.destroyed);
      await closed;
    },
  ],
  [
    "end while it connects closes the connection once it is open",
    async (pair) => {
      const { stream, closed } = pair.stream();
      stream.resume();
      stream.end();
      const seen = once(await pair.accepted, "close");
      await closed;
      assert.equal((await seen)[0], 1005);
    },
  ],
  [
    "an error of the socket is one of the stream, and the peer gets its close code",
    async (pair) => {
      const { stream, closed } = pair.stream();
      const raw = await pair.raw();
      const refused = once(await pair.accepted, "close");
      raw.write(invalidOpcode);
      const error = await errorOf(stream);
      assert.ok(error instanceof RangeError);
      assert.equal(error.message, "Invalid WebSocket frame: invalid opcode 5");
      await closed;
      assert.equal((await refused)[0], 1002);
    },
  ],
  [
    "an error that nobody listens to is thrown",
    async (pair) => {
      pair.stream();
      const raw = await pair.raw();
      const uncaught = uncaughtError();
      raw.write(invalidOpcode);
      assert.match(String(await uncaught), /invalid opcode 5/);
    },
  ],
  [
    "it is over when it has ended behind finish",
    async (pair) => {
      const { stream, closed } = pair.stream();
      const events = log(stream, ["finish", "end"], (name) => [name, stream.destroyed]);
      pair.client.on("close", () => stream.end());
      stream.on("finish", () => stream.resume());
      const server = await pair.accepted;
      server.send("foo", () => {});
      server.close();
      await closed;
      assert.deepEqual(events, [
        ["finish", false],
        ["end", true],
      ]);
    },
  ],
  [
    "it is over when it has finished behind end",
    async (pair) => {
      const { stream, closed } = pair.stream();
      const events = log(stream, ["finish", "end"]);
      stream.on("end", () => {
        assert.ok(!stream.destroyed && stream.writable);
        stream.end();
      });
      stream.resume();
      (await pair.accepted).close();
      await closed;
      assert.deepEqual(events, ["end", "finish"]);
    },
  ],
  [
    "destroy cuts the connection",
    async (pair) => {
      const { stream, closed } = pair.stream();
      const cut = once(await pair.accepted, "close");
      await pair.opened;
      stream.on("error", assert.fail);
      stream.destroy();
      await closed;
      assert.equal((await cut)[0], 1006);
    },
  ],
  [
    "destroy with an error emits it, then close",
    async (pair) => {
      const { stream, closed } = pair.stream();
      await pair.opened;
      const error = new Error("Oops");
      stream.destroy(error);
      assert.equal(await errorOf(stream), error);
      await closed;
    },
  ],
  [
    "destroy while it connects is an error of the handshake",
    async (pair) => {
      const { stream, closed } = pair.stream();
      stream.destroy();
      const error = await errorOf(stream);
      assert.equal(error.message, "WebSocket was closed before the connection was established");
      await closed;
    },
  ],
  [
    "destroy after the socket has closed closes the stream",
    async (pair) => {
      const { stream, closed } = pair.stream();
      (await pair.accepted).close();
      await once(pair.client, "close");
      stream.destroy();
      await closed;
    },
  ],
];

for (const maker of makers) {
  for (const [name, run] of cases) {
    test(`${maker.name}: ${name}`, async (t) => run(await Pair.open(t, maker)));
  }

  test(`${maker.name}: a handshake that fails destroys a stream that has ended`, async (t) => {
    const http = createServer();
    http.on("upgrade", (_request, socket) => {
      socket.on("error", () => {});
      socket.end(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: foo\r\n\r\n",
      );
    });
    const client = maker.connect(`ws://127.0.0.1:${await listen(t, http)}`);
    const stream = maker.create(client);
    const closed = emitted(stream, "close");
    const events = log(stream, ["error", "finish", "close"]);
    client.on("upgrade", () => process.nextTick(() => stream.end()));
    const error = await errorOf(stream);
    assert.equal(error.message, "Invalid Sec-WebSocket-Accept header");
    await closed;
    assert.deepEqual(events, ["error", "close"]);
  });

  test(`${maker.name}: what goes wrong while it is being destroyed is told`, async (t) => {
    const pair = await Pair.open(t, maker);
    const { stream, closed } = pair.stream();
    const raw = await pair.raw();
    const bad = serverFrame(binary, Buffer.of(0x22, 0xfa, 0xec, 0x78), { reserved: 0x40 });
    await pair.opened;
    raw.write(bad);
    const { _socket } = pair.client;
    assert.ok(_socket);
    _socket.once("data", () => stream.destroy());
    const error = await errorOf(stream);
    assert.equal(error.code, "Z_DATA_ERROR");
    await closed;
  });
}

for (const maker of makers.slice(1)) {
  test(`${maker.name}: a connection that is cut ends the stream, also where it was about to finish`, async (t) => {
    const pair = await Pair.open(t, maker);
    const { stream, closed } = pair.stream({ allowHalfOpen: false });
    const server = await pair.accepted;
    await pair.opened;
    stream.resume();
    server.terminate();
    await closed;
  });
}
