/** Encoding: the vectors, what counts as binary data, and that nothing of the program's is changed. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { Encoder, encodeEvent, encodePacket, encodeSimpleEvent } from "../../src/socket/encoder.ts";
import { type Packet, PacketType } from "../../src/socket/packet.ts";
import { first, second, vectors } from "./vectors.ts";

const hole = { _placeholder: true, num: 0 };

describe("each vector, by each way", () => {
  for (const [name, packet, messages] of vectors) {
    test(name, () => {
      const copy = structuredClone(packet);
      assert.deepEqual(encodePacket(packet), messages);
      assert.deepEqual(new Encoder().encode(packet), messages);
      if (packet.type === PacketType.EVENT && Array.isArray(packet.data)) {
        assert.deepEqual(encodeEvent(packet.nsp, packet.data, packet.id), messages);
      }
      assert.deepEqual(packet, copy);
    });
  }
});

function event(...data: unknown[]): Packet {
  return { type: PacketType.EVENT, nsp: "/", data };
}

class Message {
  readonly file = first;
  toJSON(key: string): unknown {
    return { key, file: this.file, toJSON: () => "asked twice" };
  }
}

const written: [name: string, args: unknown[], json: unknown[], bytes: Uint8Array[]][] = [
  ["an ArrayBuffer", [first.buffer], [hole], [first]],
  ["a part of a larger buffer", [new DataView(first.buffer, 1, 1)], [hole], [Uint8Array.of(2)]],
  ["larger numbers", [new Uint16Array(Uint8Array.of(1, 2).buffer)], [hole], [Uint8Array.of(1, 2)]],
  ["a Buffer, in spite of its toJSON", [Buffer.from("a")], [hole], [Buffer.from("a")]],
  ["bytes of another realm", [runInNewContext("new Uint8Array([1])")], [hole], [Uint8Array.of(1)]],
  ["a buffer of another realm", [runInNewContext("new Uint8Array([1]).buffer")], [hole], [Uint8Array.of(1)]],
  ["what toJSON gives, asked once", [{ m: new Message() }], [{ m: { key: "m", file: hole } }], [first]],
  ["a toJSON of bytes", [{ toJSON: () => first }], [hole], [first]],
  ["an argument's toJSON, told its place", [new Message()], [{ key: "1", file: hole }], [first]],
  ["data named toJSON", [{ toJSON: "mine", a: first }], [{ toJSON: "mine", a: hole }], [first]],
  ["no prototype", [Object.assign(Object.create(null), { a: first })], [{ a: hole }], [first]],
  ["inherited bytes, which are not written", [Object.create({ a: first })], [{}], []],
  [
    "a Date, a Map and undefined beside bytes",
    [new Date(0), new Map(), undefined, first],
    ["1970-01-01T00:00:00.000Z", {}, null, hole],
    [first],
  ],
  [
    "a key that means something",
    [JSON.parse('{"__proto__":{"a":1},"constructor":2}'), first],
    [JSON.parse('{"__proto__":{"a":1},"constructor":2}'), hole],
    [first],
  ],
  ["a user's placeholder without bytes", [{ _placeholder: true, num: 5 }], [{ _placeholder: true, num: 5 }], []],
  ["text like a placeholder beside bytes", ['{"_placeholder":true}', first], ['{"_placeholder":true}', hole], [first]],
];

describe("on the wire", () => {
  for (const [name, args, json, bytes] of written) {
    test(name, () => {
      const [text, ...attachments] = encodePacket(event("a", ...args));
      const prefix = bytes.length === 0 ? "2" : "51-";
      assert.equal(text, `${prefix}${JSON.stringify(["a", ...json])}`);
      assert.deepEqual(
        attachments.map((each) => Buffer.from(each)),
        bytes.map((each) => Buffer.from(each)),
      );
    });
  }

  test("bytes under the key __proto__ stay under it", () => {
    const data = JSON.parse('{"__proto__":0}', (key, value) => (key === "__proto__" ? { b: first } : value));
    assert.equal(encodePacket(event("a", data))[0], '51-["a",{"__proto__":{"b":{"_placeholder":true,"num":0}}}]');
    assert.equal(Object.getPrototypeOf(data), Object.prototype);
  });

  test("only the way to bytes is copied, and the bytes are the program's own", () => {
    const untouched = {
      get trap() {
        return 1;
      },
    };
    const bytes = Buffer.from("a");
    const data = Object.freeze([Object.freeze({ untouched, bytes })]);
    assert.equal(encodeEvent("/", ["a", data], undefined)[1], bytes);
  });

  test("the binary types say the same as the plain ones, whatever is in them", () => {
    assert.deepEqual(encodePacket({ ...event("a"), type: PacketType.BINARY_EVENT }), ['2["a"]']);
    assert.deepEqual(encodePacket({ ...event(first), type: PacketType.BINARY_ACK, attachments: 9 }), [
      '61-[{"_placeholder":true,"num":0}]',
      first,
    ]);
  });

  test("the root has many names, and an id may be null", () => {
    const loose = { type: PacketType.EVENT, data: ["a"], id: null } as unknown as Packet;
    assert.deepEqual(encodePacket(loose), ['2["a"]']);
    assert.deepEqual(encodePacket({ ...loose, nsp: "" }), ['2["a"]']);
  });
});

describe("the face of socket.io-parser", () => {
  test("a replacer is asked", () => {
    const encoder = new Encoder((key, value) => (key === "secret" ? undefined : value));
    assert.deepEqual(encoder.encode(event("a", { secret: 1, b: first })), [
      '51-["a",{"b":{"_placeholder":true,"num":0}}]',
      first,
    ]);
  });

  test("a replacer may leave out what is binary", () => {
    const encoder = new Encoder((key, value) => (key === "secret" ? undefined : value));
    assert.deepEqual(encoder.encode(event("a", { secret: first })), ['51-["a",{}]', first]);
  });

  test("binary data comes as it was given, Blobs too", () => {
    const blob = new Blob(["a"]);
    assert.deepEqual(new Encoder().encode(event("a", blob, second.buffer)).slice(1), [blob, second.buffer]);
  });
});

function nested(levels: number, innermost: unknown): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

const circle: Record<string, unknown> = {};
circle.one = circle.two = circle;

const refused: [name: string, packet: Packet, code: string][] = [
  ["a comma in a namespace", { ...event("a"), nsp: "/a,b" }, "bad-namespace"],
  ["a comma in a namespace, with bytes", { ...event("a", first), nsp: "/a,b" }, "bad-namespace"],
  ["a circle", event("a", circle), "too-deep"],
  ["1,001 levels", event("a", nested(1_001, 0)), "too-deep"],
  ["a Blob", event("a", { file: new Blob(["a"]) }), "blob"],
  ["a File", event("a", new File(["a"], "a.txt")), "blob"],
  ["a user's placeholder beside bytes", event("a", { _placeholder: true, num: 5 }, first), "forged-placeholder"],
  ["a user's placeholder behind a key", event("a", first, { b: 1, _placeholder: true }), "forged-placeholder"],
];

describe("refuses", () => {
  for (const [name, packet, code] of refused) {
    test(name, () => {
      assert.throws(() => encodePacket(packet), { name: "SocketPacketError", code });
      if (Array.isArray(packet.data)) {
        const { data, id, nsp } = packet;
        assert.throws(() => encodeEvent(nsp, data, id), { name: "SocketPacketError", code });
      }
    });
  }

  test("nothing that has 1,000 levels, bytes and all", () => {
    assert.equal(encodePacket(event("a", nested(1_000, first)))[1], first);
  });

  test("what JSON refuses, with JSON's own error, and what a toJSON throws as it is", () => {
    const own = new Error("mine");
    const failing = { toJSON: () => assert.fail(own) };
    assert.throws(() => encodePacket(event("a", 1n)), TypeError);
    assert.throws(() => encodePacket(event("a", failing)), own);
  });
});

describe("a simple event", () => {
  test("is the text of encodeEvent", () => {
    const value = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.double(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.constantFrom("/", "/a"), fc.string(), fc.array(value), (nsp, name, args) => {
        const text = encodeSimpleEvent(nsp, name, args);
        if (text !== undefined) assert.deepEqual([text], encodeEvent(nsp, [name, ...args], undefined));
      }),
    );
    assert.equal(encodeSimpleEvent("/a", "e", ["b", 1]), '2/a,["e","b",1]');
  });

  test("needs nothing else", () => {
    for (const arg of [{}, [], first, undefined, Number.NaN, "\n", "ü"]) {
      assert.equal(encodeSimpleEvent("/", "e", [arg]), undefined);
    }
    assert.equal(encodeSimpleEvent("/", "ü", []), undefined);
    assert.throws(() => encodeSimpleEvent("/a,b", "e", []), { code: "bad-namespace" });
  });
});
