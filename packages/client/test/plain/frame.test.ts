/** The small codec, held to that of `@anywire/protocol/plain`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEnvelope, parseFrame as parseByOracle, toStreamEvent } from "@anywire/protocol/plain";
import fc from "fast-check";
import { type Frame, formatFrame, parseData, parseFrame } from "../../src/plain/frame.ts";

const keys = fc.oneof(
  fc.constantFrom("$bytes", "$$bytes", "$", "$$", "$x", "args", "event", "ack", "__proto__"),
  fc.string(),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.jsonValue(),
    fc.constantFrom("AAAA", "AA==", "AA=", "====", "", undefined),
    fc.uint8Array(),
    fc.array(tie("any")),
    fc.dictionary(keys, tie("any"), { maxKeys: 2 }),
  ),
})).any;
const name = fc.stringMatching(/^[a-z:]{1,9}$/);

/** What the other side makes of it. */
function read(frame: Frame): unknown {
  const { event, id, ack, args, data } = frame;
  return { name: event, args: args ?? (data === undefined ? [] : [data]), id, ack };
}

test("what it writes is read by the other as the other's own", () => {
  fc.assert(
    fc.property(name, fc.array(value), fc.option(fc.integer(), { nil: undefined }), (event, args, ack) => {
      const id = ack === undefined ? undefined : `${ack}`;
      const theirs = formatEnvelope({ name: event, args, id, ack });
      assert.deepEqual(parseByOracle(formatFrame({ event, args, id, ack })), parseByOracle(theirs));
    }),
  );
});

test("what the other writes it reads as the other does, from frames and from streams", () => {
  fc.assert(
    fc.property(name, fc.array(value), (event, args) => {
      const envelope = { name: event, args, id: undefined, ack: undefined };
      const text = formatEnvelope(envelope);
      const expected = parseByOracle(text);
      assert.deepEqual(read(parseFrame(text)), expected);
      const streamed = toStreamEvent(envelope);
      if (streamed.event === event) assert.deepEqual(read({ ...parseData(streamed.data), event }), expected);
    }),
  );
});

test("text is an envelope to both or to none, and never an exception", () => {
  const json = fc
    .dictionary(fc.constantFrom("event", "ack", "data", "args"), fc.oneof(value, name))
    .map((it) => JSON.stringify(it));
  fc.assert(
    fc.property(fc.oneof(fc.string(), json), (text) => {
      const frame = parseFrame(text);
      try {
        if (parseByOracle(text) === undefined) assert.deepEqual(frame, { event: "message", data: text });
        else assert.notEqual(frame.data, text);
      } catch (error) {
        assert.equal(Object(error).name, "PlainError"); // malformed: read as far as it goes
      }
    }),
  );
});

test("binary data of every kind is base64", () => {
  const { buffer } = new Uint8Array([0, 1, 2, 3]);
  for (const bytes of [buffer, new DataView(buffer), new Uint16Array(buffer), Buffer.from(buffer)])
    assert.equal(formatFrame({ data: bytes }), '{"data":{"$bytes":"AAECAw=="}}');
});
