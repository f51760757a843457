import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePacket } from "@anywire/protocol/socket";
import { PreparedRun } from "../src/link.ts";
import { SharedEncoder } from "../src/shared-encoder.ts";

const encoder = new SharedEncoder({ encode: encodePacket });
const event = { name: "e", args: [1], id: undefined, ack: undefined };

test("a packet that we gave to an adapter comes back as the same run", () => {
  const run = new PreparedRun([event]);
  const encoded = encoder.encode(encoder.packetOf("/a", event, run));
  assert.deepEqual(encoded, ['2/a,["e",1]']);
  assert.deepEqual(encoder.eventOf(encoded, {}), { namespace: "/a", run });
});

test("an event of another node becomes a run, with the number of its ack", () => {
  const encoded = encoder.encode({ type: 2, nsp: "/", data: ["e", 1], id: 7 });
  const found = encoder.eventOf(encoded, {});
  assert.deepEqual(found?.run.events, [{ ...event, ack: 7 }]);
  assert.equal(encoder.eventOf(encoded, {}), found);
});

test("what is said of volatile and compress counts, and is remembered for all who take it", () => {
  const encoded = encoder.encode({ type: 2, nsp: "/", data: ["e"] });
  const quiet = encoder.eventOf(encoded, { volatile: true, compress: false });
  assert.deepEqual(quiet?.run.options, { volatile: true, compress: false });
  assert.equal(encoder.eventOf(encoded, { volatile: true, compress: false }), quiet);
});

const unknown: readonly [name: string, encoded: string | string[]][] = [
  ["what is no event", encoder.encode({ type: 1, nsp: "/" }) as string[]],
  ["what was encoded elsewhere", ['2["e"]']],
  ["a text", '2["e"]'],
];

for (const [name, encoded] of unknown) {
  test(`${name} is unknown`, () => assert.equal(encoder.eventOf(encoded, {}), undefined));
}
