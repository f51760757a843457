/** The error table: bases, codes, texts and close codes as ws has them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AnswerError,
  closeCodeOf,
  createProtocolError,
  HandshakeError,
  isProtocolError,
  must,
  peerError,
} from "../../src/protocol/errors.ts";

test("a broken rule is a RangeError with the code, the number and the close code", () => {
  const error = createProtocolError("WS_ERR_INVALID_OPCODE", 11);
  assert.ok(error instanceof RangeError);
  assert.equal(error.code, "WS_ERR_INVALID_OPCODE");
  assert.equal(error.message, "Invalid WebSocket frame: invalid opcode 11");
  assert.equal(closeCodeOf(error), 1002);
});

test("bad UTF-8 is a plain Error, as in ws", () => {
  const error = createProtocolError("WS_ERR_INVALID_UTF8");
  assert.equal(error.name, "Error");
  assert.equal(closeCodeOf(error), 1007);
});

test("only an error made here counts as the peer's fault", () => {
  assert.ok(isProtocolError(createProtocolError("WS_ERR_EXPECTED_FIN")));
  assert.ok(!isProtocolError(Object.assign(new RangeError("x"), { code: "WS_ERR_EXPECTED_FIN" })));
  assert.ok(!isProtocolError(undefined));
});

test("an error of zlib can be marked as the peer's fault, and stays what it was", () => {
  const cause = Object.assign(new RangeError("invalid distance"), { code: "Z_DATA_ERROR" });
  const error = peerError(cause, 1007);
  assert.equal(error, cause);
  assert.ok(isProtocolError(error));
  assert.equal(closeCodeOf(error), 1007);
  assert.equal(error.code, "Z_DATA_ERROR");
});

test("must throws unless its rule holds", () => {
  must(true, "WS_ERR_EXPECTED_MASK");
  assert.throws(() => must(false, "WS_ERR_EXPECTED_MASK"), { code: "WS_ERR_EXPECTED_MASK" });
});

test("a wrong version is told which one is right, and what to upgrade to", () => {
  const { status, headers } = new HandshakeError("WS_ERR_HANDSHAKE_VERSION");
  assert.equal(status, 426);
  assert.deepEqual(headers, { Connection: "close, Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" });
});

test("a wrong method is told which one is right", () => {
  assert.deepEqual(new HandshakeError("WS_ERR_HANDSHAKE_METHOD").headers, { Allow: "GET" });
});

test("an answer that opens no connection is a plain Error in the words of ws, with a code and its cause", () => {
  const cause = new SyntaxError("Unexpected end of input");
  const error = new AnswerError("WS_ERR_ANSWER_EXTENSIONS", { cause });
  assert.equal(String(error), "Error: Invalid Sec-WebSocket-Extensions header");
  assert.equal(error.code, "WS_ERR_ANSWER_EXTENSIONS");
  assert.equal(error.cause, cause);
});
