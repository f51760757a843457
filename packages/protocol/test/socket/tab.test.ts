/** A tab goes into the header of a packet and comes out of it, and nothing else is touched. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodePacket } from "../../src/socket/encoder.ts";
import { readHeader } from "../../src/socket/header.ts";
import { PacketType } from "../../src/socket/packet.ts";
import { isTab, readTab, withTab } from "../../src/socket/tab.ts";

const written: readonly [plain: string, forTab: string, attachments?: number][] = [
  ["0", "0/#a-1,"],
  ['0{"pid":"x"}', '0/#a-1,{"pid":"x"}'],
  ["0/chat,", "0/chat#a-1,"],
  ["0/chat", "0/chat#a-1"],
  ["1", "1/#a-1,"],
  ['2["a/b,c#d"]', '2/#a-1,["a/b,c#d"]'],
  ['213["a"]', '2/#a-1,13["a"]'],
  ['2/chat,13["a"]', '2/chat#a-1,13["a"]'],
  ['51-["a",{"_placeholder":true,"num":0}]', '51-/#a-1,["a",{"_placeholder":true,"num":0}]', 1],
  ["612-/chat,4[]", "612-/chat#a-1,4[]", 12],
];
for (const [plain, forTab, attachments = 0] of written) {
  test(`${plain} is ${forTab}`, () => {
    assert.equal(withTab(plain, "a-1"), forTab);
    assert.deepEqual(readTab(forTab), { tab: "a-1", text: plain, attachments });
  });
}

const ordinary = ["0", "2[]", '2["/#a,"]', '2/chat,["#"]', "51-[]", "", "5", "/#a"];
for (const text of ordinary) test(`"${text}" names no tab`, () => assert.equal(readTab(text), undefined));

test("the last # begins the tab: the names of namespaces may have others", () => {
  assert.deepEqual(readTab("2/a#b#c,[]"), { tab: "c", text: "2/a#b,[]", attachments: 0 });
});

test("a tab's name is short, and of characters that no header reads otherwise", () => {
  for (const name of ["a", "_-", "Z9", "x".repeat(32)]) assert.ok(isTab(name), name);
  for (const name of ["", "a b", "a#b", "a/b", "a,b", "é", "a\n", "x".repeat(33)]) assert.ok(!isTab(name), name);
});

test("whatever is encoded is read as of the namespace with the tab, and comes back as it was", () => {
  const packets = fc.record({
    type: fc.constantFrom(PacketType.EVENT, PacketType.ACK),
    nsp: fc.stringMatching(/^\/[^,#]*$/),
    id: fc.option(fc.nat(), { nil: undefined }),
    data: fc.array(fc.oneof(fc.jsonValue(), fc.uint8Array()), { minLength: 1 }).map((data) => ["name", ...data]),
  });
  fc.assert(
    fc.property(packets, fc.stringMatching(/^[\w-]{1,32}$/), (packet, tab) => {
      const [text] = encodePacket(packet);
      assert.ok(typeof text === "string");
      const marked = withTab(text, tab);
      const { end: _plain, ...header } = readHeader(text, 1_000);
      const { end: _marked, ...markedHeader } = readHeader(marked, 1_000);
      assert.deepEqual(markedHeader, { ...header, nsp: `${packet.nsp}#${tab}` });
      assert.deepEqual(readTab(marked), { tab, text, attachments: header.attachments });
    }),
  );
});
