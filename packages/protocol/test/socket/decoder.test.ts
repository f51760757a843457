/** The face of socket.io-parser's decoder, and of parsers of any make. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import * as peer from "socket.io-parser";
import { Decoder, Encoder, type Packet, PacketType } from "../../src/socket.ts";
import { first, vectors } from "./vectors.ts";

function reader(...options: ConstructorParameters<typeof Decoder>): { packets: Packet[]; decoder: Decoder } {
  const packets: Packet[] = [];
  const decoder = new Decoder(...options);
  decoder.on("decoded", (packet) => packets.push(packet));
  return { packets, decoder };
}

test("each vector is emitted", () => {
  const { decoder, packets } = reader();
  for (const [, , messages] of vectors) for (const message of messages) decoder.add(message);
  assert.deepEqual(
    packets,
    vectors.map(([, packet]) => packet),
  );
});

test("a reviver may be given alone or among the options", () => {
  const reviver = (key: string, value: unknown): unknown => (key === "a" ? "changed" : value);
  for (const options of [reviver, { reviver }]) {
    const { decoder, packets } = reader(options);
    decoder.add('2["b",{"a":"val"}]');
    assert.deepEqual(packets[0]?.data, ["b", { a: "changed" }]);
  }
});

test("limits are options, with finite defaults", () => {
  assert.throws(() => new Decoder({ maxAttachments: 2 }).add('53-["a"]'), { code: "too-many-attachments" });
  assert.throws(() => new Decoder().add('51001-["a"]'), { code: "too-many-attachments" });
  new Decoder({ maxAttachments: 2 }).add('52-["a"]');
});

test("attachments of any kind come as they were given", () => {
  for (const attachment of [first, first.buffer, new DataView(first.buffer), new Blob(["a"])]) {
    const { decoder, packets } = reader();
    decoder.add('51-["a",{"_placeholder":true,"num":0}]');
    decoder.add(attachment);
    assert.ok(Array.isArray(packets[0]?.data));
    assert.equal(packets[0]?.data[1], attachment);
  }
});

test("other data is refused", () => {
  for (const data of [999, null, undefined, {}, [], true]) {
    assert.throws(() => new Decoder().add(data), { code: "unknown-data", message: `unknown data: ${String(data)}` });
  }
});

test("destroy drops what is not complete, and the decoder goes on", () => {
  const { decoder, packets } = reader();
  decoder.add('51-["hello"]');
  decoder.destroy();
  decoder.add('2["hello"]');
  assert.deepEqual(
    packets.map(({ data }) => data),
    [["hello"]],
  );
});

/** The option `parser`, as a server uses it. */
interface Parser {
  readonly PacketType: Readonly<Record<string, unknown>>;
  readonly Encoder: new () => { encode(packet: Packet): unknown[] };
  readonly Decoder: new () => {
    on(event: "decoded", listener: (packet: Packet) => void): unknown;
    removeListener(event: "decoded", listener: (packet: Packet) => void): unknown;
    add(data: unknown): void;
    destroy(): void;
  };
}

const msgpack: Parser = createRequire(import.meta.url)("socket.io-msgpack-parser");
const parsers: [name: string, parser: Parser][] = [
  ["ours", { Decoder: Decoder as unknown as Parser["Decoder"], Encoder, PacketType }],
  ["socket.io-parser", peer as unknown as Parser],
  ["socket.io-msgpack-parser", msgpack],
];

describe("parsers of one shape do the same", () => {
  for (const [name, parser] of parsers) {
    test(name, () => {
      const packets: Packet[] = [];
      const listener = (packet: Packet): unknown => packets.push(packet);
      const decoder = new parser.Decoder();
      decoder.on("decoded", listener);
      const sent: Packet = { type: 2, nsp: "/a", data: ["b", { c: [Buffer.from("d")] }], id: 1 };
      const encode = (): unknown[] => new parser.Encoder().encode({ ...sent });
      for (const message of encode()) decoder.add(message);
      decoder.removeListener("decoded", listener);
      for (const message of encode()) decoder.add(message);
      decoder.destroy();
      assert.deepEqual(packets, [sent]);
      assert.equal(parser.PacketType.CONNECT_ERROR, 4);
      assert.throws(() => decoder.add("junk"));
    });
  }
});
