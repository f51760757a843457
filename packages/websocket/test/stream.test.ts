/** createWebSocketStream: what passes through, and how fast. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import type { StreamedSocket } from "../src/stream.ts";
import { emitted, makers, Pair } from "./stream-pair.ts";

const cases: [name: string, run: (pair: Pair) => Promise<void>][] = [
  [
    "options are those of Duplex: encoding, allowHalfOpen",
    async (pair) => {
      const { stream, closed } = pair.stream({ allowHalfOpen: false, encoding: "utf8" });
      const server = await pair.accepted;
      server.send(Buffer.from("hi"), () => {});
      server.close();
      const chunks: unknown[] = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      await closed;
      assert.deepEqual(chunks, ["hi"]);
    },
  ],
  [
    "everything piped through comes back",
    async (pair) => {
      const { stream, closed } = pair.stream();
      const server = await pair.accepted;
      server.on("message", (data, isBinary) => {
        assert.equal(isBinary, true);
        server.send(data, () => {});
      });
      const bytes = randomBytes(1_000_000);
      let received = 0;
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        received += chunk.length;
        if (received === bytes.length) stream.end();
      });
      for (let at = 0; at < bytes.length; at += 10_000) stream.write(bytes.subarray(at, at + 10_000));
      await closed;
      assert.ok(Buffer.concat(chunks).equals(bytes));
    },
  ],
  [
    "what is written while it connects waits",
    async (pair) => {
      const chunk = randomBytes(1024);
      assert.equal(pair.client.readyState, pair.client.CONNECTING);
      pair.stream().stream.write(chunk);
      const server = await pair.accepted;
      const [message] = await once(server, "message");
      assert.ok(chunk.equals(message));
      const closed = once(server, "close");
      server.close();
      assert.equal((await closed)[0], 1005);
    },
  ],
  [
    "text is read as bytes, and with readableObjectMode as strings",
    async (pair) => {
      const plain = pair.stream().stream;
      const objects = pair.stream({ readableObjectMode: true }).stream;
      const server = await pair.accepted;
      server.send("é", () => {});
      server.send(Buffer.from("b"), () => {});
      server.send("", () => {});
      server.close();
      objects.end();
      plain.end();
      const read: unknown[] = [];
      objects.on("data", (chunk) => read.push(chunk));
      assert.equal((await buffer(plain)).toString(), "éb");
      assert.deepEqual(read, ["é", Buffer.from("b"), ""]);
    },
  ],
  [
    "strings are sent as bytes, and with decodeStrings false as text",
    async (pair) => {
      const server = pair.accepted;
      pair.stream().stream.write("a");
      pair.stream({ decodeStrings: false }).stream.write("b");
      const got: unknown[] = [];
      const socket = await server;
      socket.on("message", (data: Buffer, isBinary: boolean) => got.push([data.toString(), isBinary]));
      while (got.length < 2) await once(socket, "message");
      assert.deepEqual(got, [
        ["a", true],
        ["b", false],
      ]);
    },
  ],
  [
    "drain comes when a full stream has been sent",
    async (pair) => {
      const { stream, closed } = pair.stream();
      stream.resume();
      await pair.accepted;
      while (stream.write(randomBytes(1024)));
      await emitted(stream, "drain");
      stream.end();
      await closed;
    },
  ],
  [
    "a stream that is not read pauses the socket, and reading resumes it",
    async (pair) => {
      const { stream } = pair.stream();
      const server = await pair.accepted;
      const sent = randomBytes(400_000);
      for (let at = 0; at < sent.length; at += 20_000) server.send(sent.subarray(at, at + 20_000), () => {});
      const paused = new Promise<void>((resolve) => {
        const { pause } = pair.client;
        pair.client.pause = (): void => {
          pause.call(pair.client);
          resolve();
        };
      });
      stream.pause();
      stream.read(0);
      await paused;
      assert.ok(pair.client.isPaused);
      assert.ok(stream.readableLength < 100_000, `${stream.readableLength} bytes are held`);
      server.close();
      stream.end();
      assert.ok((await buffer(stream)).equals(sent));
    },
  ],
];

for (const maker of makers) {
  for (const [name, run] of cases) {
    test(`${maker.name}: ${name}`, async (t) => run(await Pair.open(t, maker)));
  }

  test(`${maker.name}: a stream is made of whatever emits`, () => {
    assert.ok(maker.create(new EventEmitter() as StreamedSocket) instanceof Duplex);
  });
}

for (const maker of makers.slice(1)) {
  test(`${maker.name}: pipeline ends both sides`, async (t) => {
    const pair = await Pair.open(t, maker);
    const echo = pair.accepted.then((socket) => {
      const stream = maker.create(socket);
      return pipeline(stream, stream);
    });
    const bytes = randomBytes(500_000);
    const { stream, closed } = pair.stream();
    const read: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => {
      read.push(chunk);
      if (Buffer.concat(read).length === bytes.length) stream.end();
    });
    stream.write(bytes);
    await closed;
    await echo.catch(() => {});
    assert.ok(Buffer.concat(read).equals(bytes));
  });
}
