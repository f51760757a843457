/** What the page reads from JSON and from SSE fields. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswer, readEnvelope, readHello, readRetry, readStreamEvent } from "../../../playground/wires/event.ts";

const envelopes: readonly [value: unknown, event: unknown][] = [
  [
    { event: "chat", data: "hi", id: "m-1" },
    { name: "chat", args: ["hi"], id: "m-1" },
  ],
  [
    { event: "move", args: [1, 2] },
    { name: "move", args: [1, 2], id: undefined },
  ],
  [{ event: "ping" }, { name: "ping", args: [], id: undefined }],
  [
    { event: "x", data: null },
    { name: "x", args: [null], id: undefined },
  ],
  [{ event: 7 }, undefined],
  [{ ack: 1, data: "ok" }, undefined],
  ["chat", undefined],
  [null, undefined],
  [[{ event: "chat" }], undefined],
];

for (const [value, event] of envelopes) {
  test(`${JSON.stringify(value)} is read as ${event === undefined ? "no envelope" : "an event"}`, () => {
    assert.deepEqual(readEnvelope(value), event);
  });
}

const answers: readonly [value: unknown, answer: unknown][] = [
  [
    { ack: 7, data: "ok" },
    { ack: 7, outcome: { ok: true, answer: "ok" } },
  ],
  [
    { ack: 7, args: [1, 2] },
    { ack: 7, outcome: { ok: true, answer: [1, 2] } },
  ],
  [
    { ack: 7, error: { code: "c", message: "m" } },
    { ack: 7, outcome: { ok: false, code: "c", message: "m" } },
  ],
  [{ event: "chat", ack: 7 }, undefined],
  [{ ack: "7" }, undefined],
];

for (const [value, answer] of answers) {
  test(`${JSON.stringify(value)} is read as ${answer === undefined ? "no answer" : "an answer"}`, () => {
    assert.deepEqual(readAnswer(value), answer);
  });
}

const streamed: readonly [type: string, data: string, id: string, event: unknown][] = [
  ["chat", '"hi"', "m-1", { name: "chat", args: ["hi"], id: "m-1" }],
  ["message", "raw {text", "", { name: "message", args: ["raw {text"], id: undefined }],
  ["move", '{"args":[1,2]}', "", { name: "move", args: [1, 2], id: undefined }],
  ["move", '{"args":[1],"more":2}', "", { name: "move", args: [{ args: [1], more: 2 }], id: undefined }],
  ["anywire:event", '{"event":"error","data":1}', "m-2", { name: "error", args: [1], id: "m-2" }],
  ["anywire:event", "no json", "m-2", undefined],
];

for (const [type, data, id, event] of streamed) {
  test(`the stream's ${type} with ${data} is read`, () => assert.deepEqual(readStreamEvent(type, data, id), event));
}

test("a hello needs a session and a socket", () => {
  const hello = (data: unknown) => readHello({ name: "anywire:open", args: [data], id: undefined });
  assert.deepEqual(hello({ session: "s", socket: "x", recovered: false, reason: "unknown-session" }), {
    session: "s",
    socket: "x",
    recovered: false,
    reason: "unknown-session",
  });
  assert.equal(hello({ session: "s" }), undefined);
  assert.equal(hello("s"), undefined);
});

test("a close may say when to come back", () => {
  const retry = (data: unknown) => readRetry({ name: "anywire:close", args: [data], id: undefined });
  assert.equal(retry({ retry: 1_200 }), 1_200);
  assert.equal(retry({}), undefined);
});
