/** The mapping to fields of Server-Sent Events, and that a reader gets the event back from them. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Envelope, formatEnvelope, parseEnvelope } from "../../src/plain/envelope.ts";
import { plainRules } from "../../src/plain/rules.ts";
import { type StreamEvent, toStreamEvent } from "../../src/plain/stream-event.ts";
import { eventId, eventName, jsonValue } from "./json-values.ts";

function envelope(name: string, args: readonly unknown[], rest: Partial<Envelope> = {}): Envelope {
  return { name, args, id: undefined, ack: undefined, ...rest };
}

const own: [name: string, args: readonly unknown[], event: string | undefined, data: string][] = [
  ["price", [{ AAPL: 271.3 }], "price", '{"AAPL":271.3}'],
  ["chat", ["hi"], "chat", '"hi"'],
  ["chat", ["a\r\nb"], "chat", '"a\\r\\nb"'],
  ["count", [0], "count", "0"],
  ["nothing", [null], "nothing", "null"],
  ["nothing", [undefined], "nothing", "null"],
  ["ready", [], "ready", '{"args":[]}'],
  ["move", [1, 2], "move", '{"args":[1,2]}'],
  ["list", [[1, 2]], "list", '{"args":[[1,2]]}'],
  ["list", [[]], "list", '{"args":[[]]}'],
  ["object with args", [{ args: 1 }], "object with args", '{"args":[{"args":1}]}'],
  ["object with args", [{ args: [1], b: 2 }], "object with args", '{"args":[{"args":[1],"b":2}]}'],
  ["toJSON with args", [{ toJSON: () => ({ args: [1] }) }], "toJSON with args", '{"args":[{"args":[1]}]}'],
  ["toJSON of a list", [{ toJSON: () => [1] }], "toJSON of a list", '{"args":[[1]]}'],
  ["deeper args", [{ a: { args: [1] } }], "deeper args", '{"a":{"args":[1]}}'],
  ["bytes", [new Uint8Array([104, 105])], "bytes", '{"$bytes":"aGk="}'],
  ["anywire:open", [{ session: "s" }], "anywire:open", '{"session":"s"}'],
  ["Message", ["a"], "Message", '"a"'],
  ["message", ["hi"], undefined, "hi"],
  ["message", [""], undefined, ""],
  ["message", ["two\nlines\n"], undefined, "two\nlines\n"],
  ["message", ['{"event":"forged"}'], undefined, '{"event":"forged"}'],
];

describe("in the stream's own fields", () => {
  for (const [name, args, event, data] of own) {
    test(`${name} with ${formatEnvelope(envelope(name, args))}`, () => {
      assert.deepEqual(toStreamEvent(envelope(name, args, { id: "m3-18" })), { event, data, id: "m3-18" });
      assert.deepEqual(toStreamEvent(envelope(name, args)), { event, data, id: undefined });
    });
  }
});

const whole: [why: string, envelope: Envelope][] = [
  ["a message of no string", envelope("message", [{ a: 1 }])],
  ["a message of nothing", envelope("message", [])],
  ["a message of two strings", envelope("message", ["a", "b"])],
  ["a message with CR", envelope("message", ["a\rb"])],
  ["a message with CRLF", envelope("message", ["a\r\nb"])],
  ["a message of bytes", envelope("message", [new Uint8Array([104])])],
  ["the name open", envelope("open", [1])],
  ["the name error", envelope("error", ["a"])],
  ["an empty name, which a stream takes for message", envelope("", [1])],
  ["the name of whole envelopes itself", envelope("anywire:event", [{ event: "forged" }])],
  ["the wish for an answer, of a message", envelope("message", ["a"], { ack: 3 })],
  ["the wish for an answer, of any event", envelope("chat", ["a"], { ack: 3 })],
];

describe("as a whole envelope", () => {
  for (const [why, given] of whole) {
    test(why, () => {
      const withId = { ...given, id: "7" };
      assert.deepEqual(toStreamEvent(withId), { event: "anywire:event", data: formatEnvelope(withId), id: "7" });
    });
  }
});

/** A reader of its own: the rules of the design, backwards. */
function readStreamEvent({ event = "message", data, id }: StreamEvent): Envelope {
  if (event === "message") return envelope("message", [data], { id });
  const value: unknown = JSON.parse(data);
  if (event === "anywire:event") {
    const frame = parseEnvelope(value);
    assert.ok("name" in frame);
    return frame;
  }
  const isObject = typeof value === "object" && value !== null;
  const several = isObject && Object.keys(value).length === 1 && "args" in value && Array.isArray(value.args);
  const frame = parseEnvelope(several ? { event, args: value.args } : { event, data: value });
  assert.ok("name" in frame);
  return { ...frame, id };
}

test("whatever the event, a reader gets it back, and no line end that the stream would change", () => {
  const text = fc.string({ unit: "binary" });
  const args = fc.oneof(fc.array(jsonValue, { maxLength: 3 }), fc.tuple(text));
  const ack = fc.option(fc.nat(), { nil: undefined });
  fc.assert(
    fc.property(fc.record({ name: eventName, args, id: eventId, ack }, { noNullPrototype: true }), (given) => {
      const fields = toStreamEvent(given);
      assert.deepEqual(readStreamEvent(fields), given);
      assert.ok(!fields.data.includes("\r"));
      assert.ok(
        fields.event !== "open" && fields.event !== "error" && fields.event !== "" && fields.event !== "message",
      );
    }),
    { numRuns: 1_000 },
  );
});

test("limits are those of the rules given", () => {
  const rules = { ...plainRules, maxDepth: 1 };
  assert.throws(() => toStreamEvent(envelope("a", [[[]]]), rules), { code: "too-deep" });
  assert.throws(() => toStreamEvent(envelope("a", [1n])), { code: "not-json" });
});
