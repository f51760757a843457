/** The small decoder reads and refuses what the fast one reads and refuses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import { CompactDecoder } from "../../src/socket/compact-decoder.ts";
import { Decoder } from "../../src/socket/decoder.ts";
import type { Packet } from "../../src/socket/packet.ts";
import { first, type Message, second, vectors } from "./vectors.ts";

function read(decoder: CompactDecoder | Decoder, messages: readonly Message[]): Packet[] | string {
  const packets: Packet[] = [];
  const listener = (packet: Packet): void => void packets.push(packet);
  decoder.on("decoded", listener);
  try {
    for (const message of messages) decoder.add(message);
  } catch (error) {
    assert.ok(error instanceof Error, String(error));
    return "refused";
  }
  decoder.off("decoded", listener);
  return packets;
}

for (const [name, packet, messages] of vectors) {
  test(name, () => assert.deepEqual(read(new CompactDecoder(), messages), [packet]));
}

const placeholder = (num: unknown): string => `{"_placeholder":true,"num":${JSON.stringify(num)}}`;

const refused: Message[][] = [
  [""],
  ["x"],
  ["7[]"],
  ["2"],
  ["2{}"],
  ["2[]"],
  ['2["a"'],
  ['2["disconnect"]'],
  ["2[{}]"],
  ["3{}"],
  ["0[]"],
  ["1[]"],
  ["4[]"],
  ['5["a"]'],
  ['50-["a"]'],
  ['51001-["a"]'],
  ['21-["a"]'],
  ['29007199254740992["a"]'],
  [first],
  ['51-["a"]', '2["a"]'],
  [`51-["a",${placeholder(1)}]`, first],
  [`51-["a",${placeholder("length")}]`, first],
  [`51-["a",${placeholder(null)}]`, first],
  [`51-["a",${placeholder(-1)}]`, first],
  [`51-["a",${placeholder(0.5)}]`, first],
];

for (const messages of refused) {
  test(`refuses ${JSON.stringify(messages.map(String))}`, () => {
    const decoder = new CompactDecoder();
    assert.throws(() => messages.forEach((message) => void decoder.add(message)), /^(Error: bad packet|SyntaxError)/);
    assert.notEqual(read(decoder, ['2["a"]']), "refused", "it goes on");
  });
}

test("keys of prototypes are the object's own", () => {
  const [packet] = read(new CompactDecoder(), [`51-["a",{"__proto__":${placeholder(0)}}]`, first]) as Packet[];
  const [, object] = packet!.data as [string, object];
  assert.deepEqual(Object.getOwnPropertyDescriptor(object, "__proto__")?.value, first);
  assert.equal(Object.getPrototypeOf(object), Object.prototype);
});

test("destroy drops what is not complete", () => {
  const decoder = new CompactDecoder();
  decoder.add('51-["a"]');
  decoder.destroy();
  assert.deepEqual(read(decoder, ['2["a"]']), [{ type: 2, nsp: "/", data: ["a"] }]);
});

test("long digits and names are read in linear time", () => {
  const digits = "1".repeat(1_000_000);
  for (const text of [`5${digits}`, `2${digits}x`, `2/${digits}`, `5${digits}-${digits}`]) {
    const start = performance.now();
    read(new CompactDecoder(), [text]);
    assert.ok(performance.now() - start < 1_000, text.slice(0, 4));
  }
});

test("as the other one: 20,000 damaged packets", () => {
  const chance = new Random(7);
  const alphabet = '0123456-/,[]{}"a:_placeholder":true,"num":';
  for (let round = 0; round < 20_000; round++) {
    const [, , messages] = chance.pick(vectors);
    const damaged = messages.map((message) => {
      if (typeof message !== "string" || chance.below(3) === 0) return message;
      const at = chance.below(message.length + 1);
      const cut = chance.below(3);
      return message.slice(0, at) + alphabet.charAt(chance.below(alphabet.length)) + message.slice(at + cut);
    });
    if (chance.below(5) === 0) damaged.push(second);
    const expected = read(new Decoder(), damaged);
    assert.deepEqual(read(new CompactDecoder(), damaged), expected, JSON.stringify(damaged.map(String)));
  }
});
