/** Properties of envelopes: what is written is read back, forged text never becomes an event, junk gets a documented error. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PlainError } from "../../src/errors.ts";
import { type Envelope, formatAnswer, formatEnvelope, parseFrame, readsAsEnvelope } from "../../src/plain/envelope.ts";
import { eventId, eventName, jsonValue } from "./json-values.ts";

const plain = { noNullPrototype: true };

function event(name: string, args: readonly unknown[], rest: Partial<Envelope> = {}): Envelope {
  return { name, args, id: undefined, ack: undefined, ...rest };
}

test("whatever the event, it comes back", () => {
  const ack = fc.option(fc.maxSafeInteger(), { nil: undefined });
  const anyEvent = fc.record({ name: eventName, args: fc.array(jsonValue, { maxLength: 3 }), id: eventId, ack }, plain);
  fc.assert(
    fc.property(anyEvent, (envelope) => {
      const copy = structuredClone(envelope);
      const text = formatEnvelope(envelope);
      assert.deepEqual(parseFrame(text), { ...envelope, ack: noMinusZero(envelope.ack) });
      assert.ok(readsAsEnvelope(text));
      assert.deepEqual(envelope, copy);
    }),
    { numRuns: 500 },
  );
});

function noMinusZero(ack: number | undefined): number | undefined {
  return ack === 0 ? 0 : ack;
}

test("whatever the answer, it comes back", () => {
  const error = fc.record({ code: fc.string(), message: fc.string({ unit: "binary" }) }, plain);
  const answer = fc.oneof(
    fc.record({ args: fc.array(jsonValue, { maxLength: 3 }) }, plain),
    error.map((failure) => ({ error: failure })),
  );
  fc.assert(
    fc.property(fc.nat(), answer, (ack, given) => {
      assert.deepEqual(parseFrame(formatAnswer(ack, given)), { ack, answer: given });
    }),
  );
});

/** Text as a user would send it who wants it to be taken for an event. */
const forgedText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  jsonValue.map((value) => JSON.stringify({ event: "admin", data: value })),
  fc.constantFrom(
    '{"ack":1,"data":"ok"}',
    ' {"event":"a"}',
    '\ufeff{"event":"a"}',
    '{"event":"a","ack":"x"}',
    '{"ack":1e300}',
  ),
  fc
    .tuple(fc.constantFrom("", " ", "\n"), eventName)
    .map(([space, name]) => `${space}${formatEnvelope(event(name, []))}`),
);

/** What the wire's sender does with a `message` of one string. */
function frameOf(text: string): string {
  return readsAsEnvelope(text) ? formatEnvelope(event("message", [text])) : text;
}

test("any text sent as a message comes back as that very text, and as nothing else", () => {
  fc.assert(
    fc.property(forgedText, (text) => {
      const frame = frameOf(text);
      assert.deepEqual(parseFrame(frame) ?? event("message", [frame]), event("message", [text]));
    }),
    { numRuns: 2_000 },
  );
});

test("whatever comes in is an event, an answer, text, or a documented error", () => {
  const codes = new Map<string, number>();
  const piece = fc.constantFrom(
    ...[
      '{"event":',
      '{"ack":',
      '"a"',
      ",",
      ":",
      "}",
      "{",
      "[",
      "]",
      '"data":',
      '"args":',
      '"id":',
      '"error":',
      "1",
      "-0",
    ],
    ...[
      "1e999",
      "null",
      '"\\n"',
      '"\\u0000"',
      '{"$bytes":"AAAA"}',
      '"$$":',
      '"__proto__":',
      " ",
      '"code":"c"',
      '"message":"m"',
    ],
  );
  const soup = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  const field = fc.constantFrom("event", "ack", "id", "data", "args", "error", "__proto__", "toString");
  const object = fc
    .dictionary(field, fc.oneof(jsonValue, fc.constant("a"), fc.integer()))
    .map((fields) => JSON.stringify(fields));
  fc.assert(
    fc.property(fc.oneof(soup, object, forgedText), (text) => {
      const told = readsAsEnvelope(text);
      try {
        assert.equal(parseFrame(text) !== undefined, told);
      } catch (error) {
        if (!(error instanceof PlainError)) throw error;
        assert.ok(told);
        codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
      }
    }),
    { numRuns: 5_000, seed: 20_261_121 },
  );
  assert.ok(codes.size >= 4, `the fuzz reaches several errors: ${[...codes.keys()]}`);
});
