/** The codec as the server uses it: Buffers, and refusals for what clients may not send. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../src/errors.ts";
import { formatAck, formatOutgoing, parseText, parseValue, streamEventOf } from "../../src/plain/envelopes.ts";
import { outgoing } from "./fake-gate.ts";

test("bytes come in as Buffers and go out as base64, whatever holds them", () => {
  const frame = parseText('{"event":"a","data":{"$bytes":"AQI="}}');
  assert.ok(frame !== undefined && "args" in frame);
  assert.deepEqual(frame.args, [Buffer.from([1, 2])]);
  assert.ok(Buffer.isBuffer(frame.args[0]));
  const bytes = Uint8Array.of(9, 1, 2, 9);
  for (const data of [bytes.subarray(1, 3), new DataView(bytes.buffer, 1, 2), bytes.buffer.slice(1, 3)]) {
    assert.equal(formatOutgoing(outgoing("a", data)), '{"event":"a","data":{"$bytes":"AQI="}}');
  }
});

const refused: [text: string, code: string][] = [
  ['{"event":"anywire:open"}', "reserved-event"],
  ['{"event":"anywire:"}', "reserved-event"],
  ['{"event":"connect"}', "reserved-event"],
  ['{"event":"disconnect","ack":1}', "reserved-event"],
  ['{"event":"newListener"}', "reserved-event"],
  ['{"event":"a\\nb"}', "bad-envelope"],
  ['{"event":"a","args":{}}', "bad-envelope"],
  ['{"event":"a","data":1,"args":[1]}', "bad-envelope"],
  ['{"event":"a","ack":1.5}', "bad-envelope"],
  ['{"event":"a","id":1}', "bad-envelope"],
  [`{"event":"a","id":"${"x".repeat(65)}"}`, "bad-envelope"],
  [`{"event":"a","data":${"[".repeat(2_000)}${"]".repeat(2_000)}}`, "bad-envelope"],
  ['{"ack":1,"error":"no"}', "bad-envelope"],
];

for (const [text, code] of refused) {
  test(`${text.slice(0, 60)} is refused: ${code}`, () => {
    const isIt = (error: unknown): boolean => error instanceof Refusal && error.code === code;
    assert.throws(() => parseText(text), isIt);
    assert.throws(() => parseValue(JSON.parse(text)), isIt);
  });
}

for (const text of ["", "hi", "{", "{}", "[]", "1", '{"event":1}', '{"ack":"1"}', '{"ack":1.5}', '["event"]']) {
  test(`${JSON.stringify(text)} is text`, () => assert.equal(parseText(text), undefined));
}

test("an answer that cannot be written is an error, so that nobody waits in vain", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const [arg, code] of [
    [1n, "not-json"],
    [circle, "too-deep"],
  ]) {
    const { ack, error } = JSON.parse(formatAck(7, { args: [arg] }));
    assert.deepEqual([ack, error.code], [7, code]);
  }
});

test("an event that wants an ack says so on a stream too", () => {
  const { event, data } = streamEventOf({ ...outgoing("ask", 1), ack: 3 });
  assert.equal(event, "anywire:event");
  assert.deepEqual(JSON.parse(data), { event: "ask", data: 1, ack: 3 });
});
