/** Envelopes: examples of the design both ways, what is plain text, and what is refused. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Answer,
  type Envelope,
  formatAnswer,
  formatEnvelope,
  parseEnvelope,
  parseFrame,
  readsAsEnvelope,
} from "../../src/plain/envelope.ts";
import { plainRules } from "../../src/plain/rules.ts";

function event(name: string, args: readonly unknown[], rest: Partial<Envelope> = {}): Envelope {
  return { name, args, id: undefined, ack: undefined, ...rest };
}

const events: [text: string, envelope: Envelope][] = [
  ['{"event":"price","data":{"AAPL":271.3},"id":"m3-18"}', event("price", [{ AAPL: 271.3 }], { id: "m3-18" })],
  ['{"event":"move","args":[1,2]}', event("move", [1, 2])],
  ['{"event":"chat","data":"hi","ack":7}', event("chat", ["hi"], { ack: 7 })],
  ['{"event":"ready","args":[]}', event("ready", [])],
  ['{"event":"","data":null}', event("", [null])],
  ['{"event":"list","data":[1,2]}', event("list", [[1, 2]])],
  [
    '{"event":"a","args":[{"$bytes":"aGk="},{"$$a":1}],"ack":0}',
    event("a", [new Uint8Array([104, 105]), { $a: 1 }], { ack: 0 }),
  ],
  ['{"event":"__proto__","data":"constructor"}', event("__proto__", ["constructor"])],
  [
    '{"event":"a","data":1,"id":"é\\"","ack":9007199254740991}',
    event("a", [1], { id: 'é"', ack: Number.MAX_SAFE_INTEGER }),
  ],
];

const answers: [text: string, ack: number, answer: Answer][] = [
  ['{"ack":7,"data":"ok"}', 7, { args: ["ok"] }],
  ['{"ack":7,"args":[]}', 7, { args: [] }],
  ['{"ack":7,"args":[1,{"$bytes":"aGk="}]}', 7, { args: [1, new Uint8Array([104, 105])] }],
  ['{"ack":-1,"data":null}', -1, { args: [null] }],
  ['{"ack":7,"error":{"code":"timeout","message":"too late"}}', 7, { error: { code: "timeout", message: "too late" } }],
];

describe("both ways", () => {
  for (const [text, envelope] of events) {
    test(text, () => {
      assert.equal(formatEnvelope(envelope), text);
      assert.deepEqual(parseFrame(text), envelope);
      assert.deepEqual(parseEnvelope(JSON.parse(text)), envelope);
      assert.equal(readsAsEnvelope(text), true);
    });
  }
  for (const [text, ack, answer] of answers) {
    test(text, () => {
      assert.equal(formatAnswer(ack, answer), text);
      assert.deepEqual(parseFrame(text), { ack, answer });
      assert.deepEqual(parseEnvelope(JSON.parse(text)), { ack, answer });
      assert.equal(readsAsEnvelope(text), true);
    });
  }
});

const alsoRead: [name: string, text: string, frame: unknown][] = [
  ["neither data nor args", '{"event":"a"}', event("a", [])],
  ["an answer of nothing", '{"ack":1}', { ack: 1, answer: { args: [] } }],
  ["white space around", ' \t\r\n{ "event" : "a" } \n', event("a", [])],
  ["an escaped key", '{"\\u0065vent":"a"}', event("a", [])],
  ["keys that it does not know", '{"event":"a","time":1,"session":"s"}', event("a", [])],
  ["a key twice: the last counts", '{"event":"a","event":"b"}', event("b", [])],
  ["an id of 64 characters", `{"event":"a","id":"${"i".repeat(64)}"}`, event("a", [], { id: "i".repeat(64) })],
  ["a prototype that says other things", '{"event":"a","__proto__":{"data":1,"ack":1}}', event("a", [])],
  ["1.0 for an integer", '{"ack":1.0}', { ack: 1, answer: { args: [] } }],
];

for (const [name, text, frame] of alsoRead) {
  test(`reads ${name}`, () => {
    assert.deepEqual(parseFrame(text), frame);
    assert.equal(readsAsEnvelope(text), true);
  });
}

const plainText: [name: string, text: string][] = [
  ["nothing", ""],
  ["a word", "hello"],
  ["an open brace", "{"],
  ["braces that are no JSON", "{event: 'a'}"],
  ["an envelope cut off", '{"event":"a","data":1'],
  ["an envelope and more", '{"event":"a"} x'],
  ["two envelopes", '{"event":"a"}{"event":"b"}'],
  ["an envelope behind a byte order mark", '\ufeff{"event":"a"}'],
  ["an envelope behind a space that is not JSON's", '\u00a0{"event":"a"}'],
  ["a list", '[{"event":"a"}]'],
  ["a string", '"{\\"event\\":1}"'],
  ["null", "null"],
  ["an object of other keys", '{"type":"a"}'],
  ["an event that is no string", '{"event":7}'],
  ["an event of null", '{"event":null}'],
  ["an event that is no string, with an ack", '{"event":7,"ack":1}'],
  ["an ack that is no number", '{"ack":"7"}'],
  ["an ack that is no integer", '{"ack":7.5}'],
  ["an event that only the prototype has", '{"__proto__":{"event":"a"}}'],
  ["another case", '{"Event":"a"}'],
  ["a nesting bomb in an object of other keys", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
  ["a nesting bomb cut off", '{"event":'.repeat(100_000)],
];

for (const [name, text] of plainText) {
  test(`${name}: plain text`, () => {
    assert.equal(parseFrame(text), undefined);
    assert.equal(readsAsEnvelope(text), false);
  });
}

const deep = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

const refused: [name: string, text: string, code: string][] = [
  ["CR in a name", '{"event":"a\\rb"}', "bad-name"],
  ["LF in a name", '{"event":"a\\nb"}', "bad-name"],
  ["NUL in a name", '{"event":"a\\u0000b"}', "bad-name"],
  ["an id that is no string", '{"event":"a","id":7}', "bad-id"],
  ["an id of null", '{"event":"a","id":null}', "bad-id"],
  ["an empty id", '{"event":"a","id":""}', "bad-id"],
  ["an id with LF", '{"event":"a","id":"a\\n"}', "bad-id"],
  ["an id of 65 characters", `{"event":"a","id":"${"i".repeat(65)}"}`, "bad-id"],
  ["an ack that is no number", '{"event":"a","ack":"7"}', "bad-ack"],
  ["an ack that is no integer", '{"event":"a","ack":7.5}', "bad-ack"],
  ["an ack of null", '{"event":"a","ack":null}', "bad-ack"],
  ["an ack beyond the safe integers", '{"event":"a","ack":9007199254740992}', "bad-ack"],
  ["an answer beyond the safe integers", '{"ack":1e300,"data":1}', "bad-ack"],
  ["args that are no list", '{"event":"a","args":{"length":1}}', "bad-args"],
  ["args of null", '{"event":"a","args":null}', "bad-args"],
  ["data and args", '{"event":"a","data":1,"args":[]}', "data-and-args"],
  ["data of null and args", '{"event":"a","data":null,"args":[1]}', "data-and-args"],
  ["data and args of an answer", '{"ack":1,"data":1,"args":[]}', "data-and-args"],
  ["args of an answer that are no list", '{"ack":1,"args":1}', "bad-args"],
  ["an error that is no object", '{"ack":1,"error":"no"}', "bad-error"],
  ["an error of null", '{"ack":1,"error":null}', "bad-error"],
  ["an error that is a list", '{"ack":1,"error":[]}', "bad-error"],
  ["an error without a message", '{"ack":1,"error":{"code":"a"}}', "bad-error"],
  ["an error whose code is no string", '{"ack":1,"error":{"code":1,"message":"a"}}', "bad-error"],
  ["an error and data", '{"ack":1,"data":1,"error":{"code":"a","message":"b"}}', "bad-error"],
  ["an error and args", '{"ack":1,"args":[],"error":{"code":"a","message":"b"}}', "bad-error"],
  ["1,001 levels", `{"event":"a","data":${deep(1_001)}}`, "too-deep"],
  ["1,001 levels among args", `{"event":"a","args":[1,${deep(1_001)}]}`, "too-deep"],
  ["1,001 levels in an answer", `{"ack":1,"data":${deep(1_001)}}`, "too-deep"],
  ["a nesting bomb", `{"event":"a","data":${deep(500_000)}}`, "too-deep"],
  ["a nesting bomb of objects", `{"event":"a","data":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`, "too-deep"],
];

for (const [name, text, code] of refused) {
  test(`refuses ${name}, and never sends it as text`, () => {
    assert.throws(() => parseFrame(text), { name: "PlainError", code });
    assert.throws(() => parseEnvelope(JSON.parse(text)), { name: "PlainError", code });
    assert.equal(readsAsEnvelope(text), true);
  });
}

for (const value of [undefined, null, 1, "a", [], {}, { event: 7 }, { ack: 1.5 }, { ack: "1" }, { args: [] }]) {
  test(`${JSON.stringify(value)} as a body is no envelope`, () => {
    assert.throws(() => parseEnvelope(value), { name: "PlainError", code: "not-an-envelope" });
  });
}

test("1,000 levels are read, as one argument and among several", () => {
  assert.ok(parseFrame(`{"event":"a","data":${deep(1_000)}}`));
  assert.ok(parseFrame(`{"event":"a","args":[1,${deep(1_000)}]}`));
});

test("limits are those of the rules given", () => {
  const rules = { ...plainRules, maxDepth: 1, maxIdLength: 2 };
  assert.ok(parseFrame('{"event":"a","data":[],"id":"12"}', rules));
  assert.throws(() => parseFrame('{"event":"a","data":[[]]}', rules), { code: "too-deep" });
  assert.throws(() => parseFrame('{"event":"a","id":"123"}', rules), { code: "bad-id" });
  assert.throws(() => formatEnvelope(event("a", [[[]]]), rules), { code: "too-deep" });
  assert.throws(() => formatAnswer(1, { args: [[[]]] }, rules), { code: "too-deep" });
});

test("arguments that JSON has no form for are null", () => {
  assert.equal(formatEnvelope(event("a", [undefined])), '{"event":"a","data":null}');
  assert.equal(formatEnvelope(event("a", [undefined, () => {}])), '{"event":"a","args":[null,null]}');
  assert.equal(formatAnswer(1, { args: [undefined] }), '{"ack":1,"data":null}');
});

test("an answer says no more of an error than its code and message", () => {
  const error = Object.assign(new Error("no"), { code: "E", stack: "secret" });
  assert.equal(formatAnswer(1, { error }), '{"ack":1,"error":{"code":"E","message":"no"}}');
});
