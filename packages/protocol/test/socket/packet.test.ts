/** What a packet may be, beside socket.io-parser's own judgement. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as peer from "socket.io-parser";
import { isPacketValid, PacketType, plainType, protocol } from "../../src/socket/packet.ts";

test("the types and the protocol are socket.io-parser's, both ways", () => {
  for (const [name, type] of Object.entries(PacketType)) assert.equal(peer.PacketType[type], name);
  assert.equal(protocol, peer.protocol);
});

const valid: object[] = [
  { type: 0, nsp: "/" },
  { type: 0, nsp: "/a", data: {} },
  { type: 1, nsp: "/" },
  { type: 2, nsp: "/", data: ["a"] },
  { type: 2, nsp: "/", data: [1], id: 3 },
  { type: 2, nsp: "/", data: ["error"], id: undefined },
  { type: 3, nsp: "/", data: [], id: 0 },
  { type: 4, nsp: "/", data: "no" },
  { type: 4, nsp: "/", data: { message: "no" } },
];

const invalid: object[] = [
  { type: 0, nsp: "/admin", data: "invalid" },
  { type: 0, nsp: "/", data: [] },
  { type: 0, nsp: "/", data: null },
  { type: 0, nsp: 1 },
  { type: 0 },
  { type: 1, nsp: "/admin", data: {} },
  { type: 2, nsp: "/", data: "invalid" },
  { type: 2, nsp: "/", data: {} },
  { type: 2, nsp: "/", data: [] },
  { type: 2, nsp: "/", data: { toString: "foo" } },
  { type: 2, nsp: "/", data: [true, "foo"] },
  { type: 2, nsp: "/", data: [null] },
  { type: 2, nsp: "/", data: ["connect"] },
  { type: 2, nsp: "/", data: ["disconnect", "123"] },
  { type: 2, nsp: "/", data: ["a"], id: "1" },
  { type: 2, nsp: "/", data: ["a"], id: 1.5 },
  { type: 3, nsp: "/" },
  { type: 4, nsp: "/" },
  { type: 4, nsp: "/", data: 1 },
  { type: 5, nsp: "/", data: ["a"] },
  { type: 6, nsp: "/", data: [] },
  { type: 7, nsp: "/" },
  { type: "0", nsp: "/" },
];

const both: [packets: object[], expected: boolean][] = [
  [valid, true],
  [invalid, false],
];

for (const [packets, expected] of both) {
  for (const packet of packets) {
    test(`${JSON.stringify(packet)} is ${expected ? "" : "not "}valid, to socket.io-parser too`, () => {
      assert.equal(isPacketValid(packet), expected);
      assert.equal(peer.isPacketValid(packet as peer.Packet), expected);
    });
  }
}

test("a namespace has no comma, and a packet is an object", () => {
  for (const packet of [{ type: 0, nsp: "/a,b" }, undefined, null, "0", [], 0])
    assert.equal(isPacketValid(packet), false);
});

test("a binary type says what its plain one does", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6].map((type) => plainType(type as PacketType)),
    [0, 1, 2, 3, 4, 2, 3],
  );
});
