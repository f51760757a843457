/** Errors carry the code by which programs tell them apart. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EnginePacketError, engineMust, must, PlainError, SocketPacketError, socketMust } from "../src/errors.ts";

test("an error has a code, a message, and is a TypeError", () => {
  const error = new PlainError("bad-ack");
  assert.ok(error instanceof TypeError);
  assert.equal(error.name, "PlainError");
  assert.equal(error.code, "bad-ack");
  assert.match(error.message, /safe integer/);
  assert.equal(error.cause, undefined);
});

test("an error keeps its cause", () => {
  const cause = new Error("why");
  assert.equal(new PlainError("not-json", { cause }).cause, cause);
});

test("a rule that holds throws nothing, one that does not throws its code", () => {
  must(true, "bad-id");
  assert.throws(() => must(false, "bad-id"), { code: "bad-id" });
});

test("an error of Engine.IO has its own name and codes", () => {
  const error = new EnginePacketError("unknown-type");
  assert.ok(error instanceof TypeError);
  assert.equal(error.name, "EnginePacketError");
  assert.match(error.message, /^unknown type$/);
  engineMust(true, "empty");
  assert.throws(() => engineMust(false, "empty"), { name: "EnginePacketError", code: "empty" });
});

test("an error of Socket.IO says its code in words, and may say more", () => {
  const error = new SocketPacketError("bad-payload");
  assert.equal(error.name, "SocketPacketError");
  assert.equal(error.message, "bad payload");
  assert.equal(new SocketPacketError("unknown-type", "9").message, "unknown type: 9");
  socketMust(true, "bad-id");
  assert.throws(() => socketMust(false, "bad-id"), { name: "SocketPacketError", code: "bad-id" });
});
