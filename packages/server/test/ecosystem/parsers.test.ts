/** The option `parser`: socket.io-msgpack-parser, and the ones of the documentation, with clients that have the same. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import * as msgpack from "socket.io-msgpack-parser";
import { Decoder, Encoder } from "socket.io-parser";
import { socketIo } from "./guests.ts";
import { Stage, serverNames } from "./servers.ts";

interface Packet {
  readonly type: number;
  readonly nsp: string;
  readonly data?: unknown;
  readonly id?: number;
}

/** The documentation's example of a parser: JSON and nothing else, so bytes are not carried. */
class JsonEncoder {
  encode(packet: Packet): string[] {
    return [JSON.stringify(packet)];
  }
}

class JsonDecoder extends EventEmitter {
  add(chunk: string): void {
    const packet: Packet = JSON.parse(chunk);
    const { type, nsp } = packet;
    if (!Number.isInteger(type) || type < 0 || type > 6 || typeof nsp !== "string") throw new Error("invalid format");
    this.emit("decoded", packet);
  }

  destroy(): void {}
}

/** Each packet as its text backwards, and as bytes. */
class BytesEncoder {
  encode(packet: Packet): Buffer[] {
    return [Buffer.from(JSON.stringify(packet)).reverse()];
  }
}

class BytesDecoder extends EventEmitter {
  add(chunk: Buffer): void {
    this.emit("decoded", JSON.parse(Buffer.from(chunk).reverse().toString()));
  }

  destroy(): void {}
}

class Reviver extends Decoder {
  constructor() {
    super((key: string, value: unknown) => (key === "at" ? new Date(String(value)) : value));
  }
}

class Replacer extends Encoder {
  constructor() {
    super((_key: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
  }
}

const parsers: Readonly<Record<string, object>> = {
  "socket.io-msgpack-parser": msgpack,
  "JSON alone": { Encoder: JsonEncoder, Decoder: JsonDecoder },
  "bytes alone": { Encoder: BytesEncoder, Decoder: BytesDecoder },
};

const values: readonly unknown[] = [
  "ü☃",
  1.5,
  -1,
  null,
  true,
  [],
  {},
  { deep: [{ er: [1, "2"] }] },
  "x".repeat(70_000),
];

for (const name of serverNames) {
  for (const [what, parser] of Object.entries(parsers)) {
    for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
      test(`${name}: ${what} at both ends, over ${transports.join(" to ")}`, { timeout: 20_000 }, async (t) => {
        const stage = new Stage(t);
        const { io, url } = await stage.node(name, { parser });
        const chat = io.of("/chat");
        chat.use((socket, next) => next(socket.handshake.auth.token === "right" ? undefined : new Error("refused")));
        chat.on("connection", (socket) => {
          void socket.join("a");
          socket.on("echo", (...args: unknown[]) => {
            const done = args.pop() as (...args: unknown[]) => void;
            socket.emit("news", ...args);
            chat.to("a").emit("odd", ...args);
            done(...args);
          });
        });
        const options = { parser, transports, auth: { token: "right" } };
        const guest = socketIo({ options })(`${url}/chat`, { name: "me" });
        stage.defer(() => guest.close());
        const sent = what.startsWith("socket.io") ? [...values, Buffer.from([1, 2]), new Date(1)] : values;
        const back = await new Promise<unknown[]>((resolve) =>
          guest.socket.emit("echo", ...sent, (...args: unknown[]) => resolve(args)),
        );
        assert.deepEqual(back, sent);
        assert.deepEqual(await guest.next("news"), sent);
        assert.deepEqual(await guest.next("odd"), sent);
        assert.deepEqual(await chat.timeout(5_000).emitWithAck("question"), ["me"]);
        chat.emit("done");
        await guest.before("done");
        const refused = socketIo({ options: { parser, transports, forceNew: true } })(`${url}/chat`);
        stage.defer(() => refused.close());
        const error = await new Promise<Error>((resolve) => refused.socket.on("connect_error", resolve));
        assert.equal(error.message, "refused");
        chat.disconnectSockets();
        await guest.end();
      });
    }
  }

  test(`${name}: a parser with a replacer and a reviver of its own`, { timeout: 20_000 }, async (t) => {
    const stage = new Stage(t);
    const { io, url } = await stage.node(name, { parser: { Encoder: Replacer, Decoder: Reviver } });
    const heard = new Promise((resolve) => io.on("connection", (socket) => socket.on("news", resolve)));
    const guest = socketIo()(url);
    stage.defer(() => guest.close());
    guest.socket.emit("news", { at: new Date(0) });
    assert.deepEqual(await heard, { at: new Date(0) });
    io.emit("odd", { big: 12n });
    assert.deepEqual(await guest.next("odd"), [{ big: "12n" }]);
  });

  test(`${name}: a client with another parser is put out, and the server lives`, { timeout: 20_000 }, async (t) => {
    const stage = new Stage(t);
    const { io, url } = await stage.node(name, { parser: { Encoder: JsonEncoder, Decoder: JsonDecoder } });
    const foreign = socketIo()(url);
    stage.defer(() => foreign.close());
    await new Promise<void>((resolve) =>
      io.engine.on("connection", (session: EventEmitter) => session.once("close", () => resolve())),
    );
    assert.equal(io.of("/").sockets.size, 0);
  });
}
