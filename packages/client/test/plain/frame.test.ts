/** The small codec, held to that of `@anywire/protocol/plain`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatEnvelope, parseFrame as parseByOracle } from "@anywire/protocol/plain";
import fc from "fast-check";
import { formatFrame, parseFrame } from "../../src/plain/frame.ts";

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

test("what it writes is read by the other as the other's own", () => {
  fc.assert(
    fc.property(name, fc.array(value), fc.option(fc.integer(), { nil: undefined }), (event, args, ack) => {
      const id = ack === undefined ? undefined : `${ack}`;
      const theirs = formatEnvelope({ name: event, args, id, ack });
      assert.deepEqual(parseByOracle(formatFrame({ event, args, id, ack })), parseByOracle(theirs));
    }),
  );
});

test("what the other writes it reads as the other does", () => {
  fc.assert(
    fc.property(name, fc.array(value), (event, args) => {
      const text = formatEnvelope({ name: event, args, id: undefined, ack: undefined });
      const { event: name, args: read, id, ack } = parseFrame(text);
      assert.deepEqual({ name, args: read, id, ack }, parseByOracle(text));
    }),
  );
});

test("text is an envelope to both or to none, and never an exception", () => {
  const json = fc
    .dictionary(fc.constantFrom("event", "ack", "data", "args"), fc.oneof(fc.jsonValue(), fc.integer(), name))
    .map((it) => JSON.stringify(it));
  fc.assert(
    fc.property(fc.oneof(fc.string(), json), (text) => {
      const frame = parseFrame(text);
      const isText = frame.event === "message" && frame.args[0] === text;
      try {
        assert.equal(isText, parseByOracle(text) === undefined);
      } catch (error) {
        assert.equal(Object(error).name, "PlainError"); // malformed: read as far as it goes
      }
    }),
  );
});

test("malformed frames are read as far as they go", () => {
  const frames: [text: string, args: unknown[]][] = [
    ['{"event":"a","args":5}', ['{"event":"a","args":5}']],
    ['{"event":"a","args":null}', ['{"event":"a","args":null}']],
    ['{"event":"a","data":{"$bytes":"?"}}', ['{"event":"a","data":{"$bytes":"?"}}']],
    ['{"event":"a","args":"ab"}', ["a", "b"]],
    ['{"event":"a"}', []],
    ['{"event":"a","data":null}', [null]],
    ["null", ["null"]],
    ["", [""]],
  ];
  for (const [text, args] of frames) assert.deepEqual(parseFrame(text).args, args);
});

test("binary data of every kind is base64", () => {
  const { buffer } = new Uint8Array([0, 1, 2, 3]);
  for (const bytes of [buffer, new DataView(buffer), new Uint16Array(buffer), Buffer.from(buffer)])
    assert.equal(formatFrame({ args: [bytes] }), '{"args":[{"$bytes":"AAECAw=="}]}');
});
