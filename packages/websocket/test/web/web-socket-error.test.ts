import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocketError } from "@anywire/websocket/web";
import { lostConnection } from "../../src/web/web-socket-error.ts";

const made = (...given: unknown[]): WebSocketError => Reflect.construct(WebSocketError, given);

const cases: [name: string, given: unknown[], message: string, closeCode: number | null, reason: string][] = [
  ["nothing", [], "", null, ""],
  ["a message", ["lost"], "lost", null, ""],
  ["a message that is a number", [7], "7", null, ""],
  ["a code", ["", { closeCode: 3000 }], "", 3000, ""],
  ["a code and a reason", ["", { closeCode: 4999, reason: "x" }], "", 4999, "x"],
  ["a reason alone: the code is 1000", ["", { reason: "x" }], "", 1000, "x"],
  ["no code", ["", { closeCode: null, reason: "" }], "", null, ""],
  ["a code as a text", ["", { closeCode: "1000" }], "", 1000, ""],
  ["a reason of 123 bytes", ["", { reason: "é".repeat(61) }], "", 1000, "é".repeat(61)],
];

for (const [name, given, message, closeCode, reason] of cases) {
  test(`it is made with ${name}`, () => {
    const error = made(...given);
    assert.deepEqual([error.message, error.closeCode, error.reason], [message, closeCode, reason]);
  });
}

for (const closeCode of [0, 999, 1001, 1006, 2999, 5000, 65_535]) {
  test(`${closeCode} as a code is an InvalidAccessError`, () => {
    assert.throws(() => made("", { closeCode }), { constructor: DOMException, name: "InvalidAccessError" });
  });
}

test("a reason of more than 123 bytes is a SyntaxError", () => {
  assert.throws(() => made("", { reason: "é".repeat(62) }), { constructor: DOMException, name: "SyntaxError" });
});

test("what cannot be converted is a TypeError", () => {
  for (const closeCode of [-1, 65_536, NaN, "x"]) assert.throws(() => made("", { closeCode }), TypeError);
  assert.throws(() => made("", 7), TypeError);
});

test("it is a DOMException of its own name", () => {
  const error = new WebSocketError("x");
  assert.ok(error instanceof DOMException && error instanceof Error);
  assert.deepEqual([error.name, error.code, String(error)], ["WebSocketError", 0, "WebSocketError: x"]);
  assert.equal(Object.prototype.toString.call(error), "[object WebSocketError]");
});

test("a lost connection has the code that no program may give", () => {
  assert.equal(lostConnection("x", { code: 1006, reason: "" }).closeCode, 1006);
});
