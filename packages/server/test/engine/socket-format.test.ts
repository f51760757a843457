import assert from "node:assert/strict";
import { test } from "node:test";
import type { Packet } from "@anywire/protocol/socket";
import { SocketFormat } from "../../src/engine/socket-format.ts";
import type { OutgoingEvent } from "../../src/link.ts";

const event: OutgoingEvent = { name: "e", args: [1, { a: null }], id: undefined, ack: undefined };
const bytes = Buffer.from([1]);

const cases: readonly [
  name: string,
  namespace: string,
  withOffset: boolean,
  event: OutgoingEvent,
  written: unknown[],
][] = [
  ["an event", "/", false, event, ['2["e",1,{"a":null}]']],
  ["of a namespace", "/a", false, event, ['2/a,["e",1,{"a":null}]']],
  ["that wants an answer", "/a", false, { ...event, ack: 7 }, ['2/a,7["e",1,{"a":null}]']],
  ["with binary data", "/", false, { ...event, args: [bytes] }, ['51-["e",{"_placeholder":true,"num":0}]', bytes]],
  ["whose id nobody asks for", "/", false, { ...event, args: [], id: "x-1" }, ['2["e"]']],
  ["with its offset", "/", true, { ...event, args: [], id: "x-1" }, ['2["e","x-1"]']],
  ["without one", "/", true, { ...event, args: [] }, ['2["e"]']],
  ["with an ack, which has none", "/", true, { ...event, args: [], id: "x-1", ack: 0 }, ['20["e"]']],
];

for (const [name, namespace, withOffset, given, written] of cases) {
  test(name, () => {
    const format = new SocketFormat(namespace, undefined, withOffset);
    assert.deepEqual(format.write(given), written);
    assert.deepEqual(format.encode(given).messages, written);
  });
}

test("a run is all of its messages, in order", () => {
  const format = new SocketFormat("/", undefined, false);
  const [one, two] = ["a", "b"].map((name) => format.encode({ ...event, name, args: [] }));
  assert.ok(one !== undefined && two !== undefined);
  assert.deepEqual(format.join([one, two]).messages, ['2["a"]', '2["b"]']);
});

test("the program's own parser writes instead", () => {
  const encode = (packet: Packet): string[] => [JSON.stringify(packet)];
  const format = new SocketFormat("/a", { encode }, true);
  assert.deepEqual(format.write({ ...event, args: [], id: "x" }), ['{"type":2,"nsp":"/a","data":["e","x"]}']);
  assert.deepEqual(format.write({ ...event, args: [], ack: 3 }), ['{"type":2,"nsp":"/a","data":["e"],"id":3}']);
});

test("an event that is one text is that text, where nobody asks for more", () => {
  const simple = { ...event, args: ["a", 1] };
  const format = new SocketFormat("/a", undefined, false);
  assert.deepEqual([format.writeText(simple)], format.write(simple));
  assert.equal(format.writeText({ ...simple, ack: 0 }), undefined);
  assert.equal(format.writeText(event), undefined);
  assert.equal(new SocketFormat("/a", undefined, true).writeText(simple), undefined);
  assert.equal(new SocketFormat("/a", { encode: () => ["own"] }, false).writeText(simple), undefined);
});
