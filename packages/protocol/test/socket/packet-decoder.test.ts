/** Decoding: the vectors, every way to be refused, and that a decoder keeps nothing of what was wrong. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Attachment } from "../../src/socket/attachment.ts";
import { readLegacyConnect } from "../../src/socket/legacy-connect.ts";
import type { Packet } from "../../src/socket/packet.ts";
import { decoderLimits, PacketDecoder, type PacketDecoderOptions } from "../../src/socket/packet-decoder.ts";
import { first, second, vectors } from "./vectors.ts";

function reader(options: Partial<PacketDecoderOptions> = {}): { packets: Packet[]; decoder: PacketDecoder } {
  const packets: Packet[] = [];
  const decoder = new PacketDecoder({ packet: (packet) => packets.push(packet) }, { ...decoderLimits, ...options });
  return { packets, decoder };
}

function decode(messages: readonly (string | Attachment)[], options?: Partial<PacketDecoderOptions>): Packet[] {
  const { decoder, packets } = reader(options);
  receiveAll(decoder, messages);
  return packets;
}

function receiveAll(decoder: PacketDecoder, messages: readonly (string | Attachment)[]): void {
  for (const message of messages) decoder.receive(message);
}

describe("each vector", () => {
  for (const [name, packet, messages] of vectors) test(name, () => assert.deepEqual(decode(messages), [packet]));

  test("all of them by one decoder, which waits only for attachments", () => {
    const { decoder, packets } = reader();
    for (const [, , messages] of vectors) {
      for (const [at, message] of messages.entries()) {
        decoder.receive(message);
        assert.equal(decoder.isWaiting, at < messages.length - 1);
      }
    }
    assert.deepEqual(
      packets,
      vectors.map(([, packet]) => packet),
    );
  });
});

const readAs: [name: string, messages: (string | Attachment)[], packet: object][] = [
  ["a namespace without its comma", ["0/admin"], { type: 0, nsp: "/admin" }],
  ["white space of JSON", ['2 ["a"]\n'], { type: 2, nsp: "/", data: ["a"] }],
  ["the root by its name", ['2/,1["a"]'], { type: 2, nsp: "/", data: ["a"], id: 1 }],
  ["a DISCONNECT with an id", ["15"], { type: 1, nsp: "/", id: 5 }],
  ["an ack without an id", ["3[]"], { type: 3, nsp: "/", data: [] }],
  ["attachments that nobody placed", ['51-["a"]', first], { type: 2, nsp: "/", data: ["a"] }],
  [
    "one attachment at two places",
    ['51-["a",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":0}]]', first],
    { type: 2, nsp: "/", data: ["a", first, [first]] },
  ],
  [
    "attachments out of order",
    ['62-[{"_placeholder":true,"num":1},{"num":0,"_placeholder":true}]', first, second],
    { type: 3, nsp: "/", data: [second, first] },
  ],
  [
    "what is almost a placeholder",
    ['51-["a",{"_placeholder":1,"num":9},{"_placeholder":{"num":9}}]', first],
    { type: 2, nsp: "/", data: ["a", { _placeholder: 1, num: 9 }, { _placeholder: { num: 9 } }] },
  ],
  [
    "a placeholder in a plain packet",
    ['2["a",{"_placeholder":true,"num":9}]'],
    { type: 2, nsp: "/", data: ["a", { _placeholder: true, num: 9 }] },
  ],
];

describe("also reads", () => {
  for (const [name, messages, packet] of readAs) test(name, () => assert.deepEqual(decode(messages), [packet]));

  test("what a reviver makes of it", () => {
    const upper = { reviver: (_: string, value: unknown) => (typeof value === "string" ? value.toUpperCase() : value) };
    assert.deepEqual(decode(['2["a",{"b":"c"}]'], upper), [{ type: 2, nsp: "/", data: ["A", { b: "C" }] }]);
  });

  test("keys of prototypes as plain keys, with attachments under them too", () => {
    const [packet] = decode([
      '51-["a",{"__proto__":{"_placeholder":true,"num":0},"constructor":{"prototype":1}}]',
      first,
    ]);
    const data = packet?.data as [string, object];
    assert.deepEqual(Object.entries(data[1]), [
      ["__proto__", first],
      ["constructor", { prototype: 1 }],
    ]);
    assert.equal(Object.getPrototypeOf(data[1]), Object.prototype);
    assert.equal("num" in {}, false);
  });
});

const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;

const refused: [name: string, messages: (string | Attachment)[], code: string][] = [
  ["nothing", [""], "unknown-type"],
  ["an unknown type", ["7"], "unknown-type"],
  ["a space for a type", [' ["a"]'], "unknown-type"],
  ["no JSON", ['2["a"'], "bad-payload"],
  ["something behind the JSON", ['2["a"]x'], "bad-payload"],
  ["an event without data", ["2"], "bad-payload"],
  ["an event without a name", ["2[]"], "bad-payload"],
  ["an event that is an object", ["2/admin,{}"], "bad-payload"],
  ["an ack without data", ["31"], "bad-payload"],
  ["an ack that is an object", ["31{}"], "bad-payload"],
  ["a CONNECT with text", ['0/admin,"invalid"'], "bad-payload"],
  ["a CONNECT with a list", ["0[]"], "bad-payload"],
  ["a CONNECT with null", ["0null"], "bad-payload"],
  ["a DISCONNECT with data", ["1/admin,{}"], "bad-payload"],
  ["a CONNECT_ERROR without data", ["4"], "bad-payload"],
  ["a CONNECT_ERROR with a list", ["4[1]"], "bad-payload"],
  ["an id before a namespace", ['21/a,["a"]'], "bad-payload"],
  ["a negative id", ['2-1["a"]'], "bad-payload"],
  ["an id with a fraction", ['21.5["a"]'], "bad-payload"],
  ["an id that is not safe", ['29007199254740992["a"]'], "bad-id"],
  ["no count of attachments", ["5"], "bad-attachment-count"],
  ["a count without its dash", ["51"], "bad-attachment-count"],
  ["no count before the dash", ["5-[]"], "bad-attachment-count"],
  ["a negative count", ['5-1-["a"]'], "bad-attachment-count"],
  ["a count with a fraction", ["51.23-"], "bad-attachment-count"],
  ["a count in another notation", ['51e0-["a"]'], "bad-attachment-count"],
  ["a count with a space", ['5 1-["a"]'], "bad-attachment-count"],
  ["1,001 attachments", ['51001-["a"]'], "too-many-attachments"],
  ["1,002 levels of an event", [`2["a",${deep(1_001)}]`], "too-deep"],
  ["1,002 levels of an ack", [`31[${deep(1_001)}]`], "too-deep"],
  ["1,002 levels beside an attachment", [`51-["a",${deep(1_001)}]`], "too-deep"],
  ["1,002 levels of a CONNECT", [`0{"a":${deep(1_001)}}`], "too-deep"],
  ["a text among attachments", ['52-["a"]', first, '2["a"]'], "unexpected-text"],
  ["one attachment too many", ['51-["a"]', first, second], "unexpected-binary"],
];

describe("refuses", () => {
  for (const [name, messages, code] of refused) {
    test(`${name}, and goes on as new`, () => {
      const { decoder, packets } = reader();
      assert.throws(() => receiveAll(decoder, messages), { name: "SocketPacketError", code });
      assert.equal(decoder.isWaiting, false);
      packets.length = 0;
      decoder.receive('2["next"]');
      assert.deepEqual(packets, [{ type: 2, nsp: "/", data: ["next"] }]);
    });
  }

  test("more bytes than one packet may have, however they are split", () => {
    const limits = { maxAttachmentBytes: 4 };
    assert.equal(decode(['52-["a"]', first, second], limits).length, 1);
    assert.throws(() => decode(['52-["a"]', first, first], limits), { code: "too-long-attachments" });
    assert.throws(() => decode(['52-["a"]', new ArrayBuffer(5)], limits), { code: "too-long-attachments" });
    assert.equal(decode(['51-["a"]', first, '51-["a"]', first], limits).length, 2);
  });

  test("nothing that has 1,000 levels in an argument", () => {
    assert.equal(decode([`2["a",${deep(1_000)}]`, `51-["a",${deep(1_000)}]`, first]).length, 2);
  });
});

test("destroy drops what is not complete", () => {
  const { decoder, packets } = reader();
  decoder.receive('52-["a"]');
  decoder.receive(first);
  decoder.destroy();
  assert.equal(decoder.isWaiting, false);
  assert.throws(() => decoder.receive(second), { code: "unexpected-binary" });
  assert.deepEqual(packets, []);
});

test("an error of the handler reaches the caller, and the decoder goes on", () => {
  const own = new Error("mine");
  const decoder = new PacketDecoder({ packet: () => assert.fail(own) }, decoderLimits);
  assert.throws(() => decoder.receive('2["a"]'), own);
  decoder.receive('51-["a"]');
  assert.throws(() => decoder.receive(first), own);
  assert.equal(decoder.isWaiting, false);
});

test("protocol 4: the query of a CONNECT is its data, everywhere else it is the namespace's", () => {
  const legacy = { readConnect: readLegacyConnect };
  const query = Object.assign(Object.create(null), { token: "a b" });
  assert.deepEqual(decode(["0/chat?token=a%20b,"], legacy), [{ type: 0, nsp: "/chat", data: query }]);
  assert.deepEqual(decode(["0/chat"], legacy), [{ type: 0, nsp: "/chat" }]);
  assert.deepEqual(decode(["1/chat?a=b,"], legacy), [{ type: 1, nsp: "/chat?a=b" }]);
  assert.deepEqual(decode(["0/chat?token=a%20b,"]), [{ type: 0, nsp: "/chat?token=a%20b" }]);
});

test("the limits are finite", () => {
  assert.deepEqual(decoderLimits, { maxAttachments: 1_000, maxAttachmentBytes: 16_777_216, maxDepth: 1_000 });
});
