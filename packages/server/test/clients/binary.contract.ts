/** Binary data in both directions: in every place of the arguments, in every shape that JavaScript has for bytes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type ClientKind, everyKind, heard, heardTimes, newerKinds } from "./client-kind.ts";
import { type OpenServer, openHouse, patience } from "./house.ts";

/** 300 KB that say where they are. */
const large = Buffer.alloc(300_000, "0123456789abcdef\u{1f600}");
const one = Buffer.from([0, 1, 2, 253, 254, 255]);

const places: readonly [name: string, args: readonly unknown[]][] = [
  ["alone", [one]],
  ["no byte", [Buffer.alloc(0)]],
  ["one byte", [Buffer.from([4])]],
  ["300 KB", [large]],
  ["first of several", [one, 1, "é"]],
  ["last of several", ["é", null, one]],
  ["in an object", [{ file: one, name: "a" }]],
  ["in an array", [[one, [one]]]],
  ["in every place", [one, { a: [one, { b: one }] }, "x", [one], null, one]],
  ["the same one twice", [one, one]],
  ["a part of a larger one", [large.subarray(7, 19)]],
  ["ten attachments", [Array.from({ length: 10 }, (_, n) => Buffer.from(`attachment ${n}`))]],
  ["empty ones among others", [Buffer.alloc(0), one, Buffer.alloc(0)]],
  ["with text of many bytes around", ["😀".repeat(100), one, "漢字"]],
  ["beside what looks like an attachment", [{ _placeholder: false, num: 5 }, one]],
];

const shapes: readonly [name: string, value: unknown][] = [
  ["an ArrayBuffer", one.buffer.slice(one.byteOffset, one.byteOffset + one.length)],
  ["a Uint8Array", new Uint8Array(one)],
  ["a part of a Uint8Array", new Uint8Array([9, ...one, 9]).subarray(1, 1 + one.length)],
  ["a Uint16Array", new Uint16Array(new Uint8Array(one).buffer)],
  ["a DataView", new DataView(new Uint8Array(one).buffer)],
];

/** Bytes are bytes, whatever holds them: clients of Node and of browsers, and of each major, have their own. */
function plain(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return { bytes: Buffer.from(value).toString("hex") };
  if (ArrayBuffer.isView(value)) {
    return { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex") };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Over transports that could carry bytes, and as base64 for clients that ask for that. */
const encodings: readonly [name: string, options: { forceBase64?: boolean }][] = [
  ["binary", {}],
  ["base64", { forceBase64: true }],
];

export function binaryContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    for (const [encoding, options] of encodings)
      placesContract(`${server}, ${kind.name}, as ${encoding}`, { kind, open, options });

    test(`${server}, ${kind.name}: the server takes bytes in every shape`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      for (const [name, value] of shapes) {
        const arrived = heard(client, "shape");
        socket.emit("shape", value, { value });
        assert.deepEqual(plain(await arrived), plain([one, { value: one }]), name);
      }
    });

    test(`${server}, ${kind.name}: what was sent is not touched`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const inner = { file: one };
      const sent = Object.freeze({ list: Object.freeze([Object.freeze(inner)]) });
      const arrived = heardTimes(client, "frozen", 2);
      socket.emit("frozen", sent);
      socket.emit("frozen", sent);
      assert.deepEqual(plain(await arrived), plain([[sent], [sent]]));
      assert.equal(inner.file, one);
    });

    test(`${server}, ${kind.name}: text and binary keep their order`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const values = Array.from({ length: 100 }, (_, n) => (n % 3 === 0 ? [n, Buffer.from([n])] : [n]));
      const arrived = [heardTimes(socket, "mixed", 100), heardTimes(client, "mixed", 100)];
      for (const value of values) {
        client.emit("mixed", ...value);
        socket.emit("mixed", ...value);
      }
      assert.deepEqual(plain(await Promise.all(arrived)), plain([values, values]));
    });
  }

  for (const kind of newerKinds) {
    test(`${server}, ${kind.name}: the client sends bytes in every shape`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      for (const [name, value] of shapes) {
        const arrived = heard(socket, "shape");
        client.emit("shape", value, { value });
        const args = await arrived;
        assert.deepEqual(plain(args), plain([one, { value: one }]), name);
        assert.ok(Buffer.isBuffer(args[0]), name);
      }
    });
  }
}

interface Placing {
  readonly kind: ClientKind;
  readonly open: OpenServer;
  readonly options: { forceBase64?: boolean };
}

function placesContract(subject: string, { kind, open, options }: Placing): void {
  test(`${subject}: bytes arrive at the server in every place`, patience, async (t) => {
    const { client, socket } = await (await openHouse(t, open)).enter(kind, options);
    for (const [name, args] of places) {
      const arrived = heard(socket, "place");
      client.emit("place", ...args);
      assert.deepEqual(plain(await arrived), plain(args), name);
    }
    const arrived = heard(socket, "place");
    client.emit("place", one);
    assert.ok(Buffer.isBuffer((await arrived)[0]));
  });

  test(`${subject}: bytes arrive at the client in every place`, patience, async (t) => {
    const { client, socket } = await (await openHouse(t, open)).enter(kind, options);
    for (const [name, args] of places) {
      const arrived = heard(client, "place");
      socket.emit("place", ...args);
      assert.deepEqual(plain(await arrived), plain(args), name);
    }
  });
}
