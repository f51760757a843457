/** The connection as its shell sees it: receive and handler calls, send and take, end and tick. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../../../../scripts/test/random.ts";
import { closeCodeOf, type ErrorCode, isProtocolError } from "../../src/protocol/errors.ts";
import { binary, clientFrame, close, closePayload, continuation, ping, pong, serverFrame, text } from "../frames.ts";
import { form, world } from "./world.ts";

test("messages and control frames reach the handler in order, control frames between fragments too", () => {
  const { connection, events, sent } = world();
  const frames = [
    clientFrame(text, "Hel", { fin: false }),
    clientFrame(ping, "p"),
    clientFrame(continuation, "lo"),
    clientFrame(pong, "q"),
    clientFrame(binary, "b"),
  ];
  connection.receive(Buffer.concat(frames), 0);
  assert.deepEqual(events, [
    ["ping", "p"],
    ["text", "Hello"],
    ["pong", "q"],
    ["binary", "b"],
  ]);
  assert.deepEqual(sent(), serverFrame(pong, "p"));
});

const outOfOrder: [name: string, frames: Buffer[]][] = [
  ["a continuation without a start", [clientFrame(continuation, "x")]],
  ["a continuation of a finished message", [clientFrame(text, "x"), clientFrame(continuation, "x")]],
  ["a text between the fragments of a text", [clientFrame(text, "x", { fin: false }), clientFrame(text, "x")]],
  ["a binary between the fragments of a text", [clientFrame(text, "x", { fin: false }), clientFrame(binary, "x")]],
];

for (const [name, frames] of outOfOrder) {
  test(`refuses ${name}, with its header`, () => {
    const { connection } = world();
    const last = frames.at(-1)!;
    for (const frame of frames.slice(0, -1)) connection.receive(frame, 0);
    assert.throws(() => connection.receive(Buffer.from(last.subarray(0, -1)), 0), { code: "WS_ERR_INVALID_OPCODE" });
  });
}

// Compression: what is inflated is the shell's affair.

test("a compressed message reaches the handler whole, is held, and is read on behind it", () => {
  const { connection, events } = world({ compression: true });
  const rsv1 = 0x40;
  const frames = [
    clientFrame(text, "\xff", { fin: false, reserved: rsv1 }),
    clientFrame(continuation, "\xfe"),
    clientFrame(binary, "b", { reserved: rsv1 }),
    clientFrame(text, "after"),
  ];
  connection.hold();
  connection.receive(Buffer.concat(frames), 0);
  assert.deepEqual(events, []);
  connection.release();
  connection.read();
  assert.deepEqual(events, [
    ["compressed", "text", Buffer.from("\xff\xfe").toString("latin1")],
    ["compressed", "binary", "b"],
    ["text", "after"],
  ]);
});

test("what was inflated is judged as any text", () => {
  const { connection, events } = world({ compression: true });
  connection.deliver(Buffer.from("é"), false);
  connection.deliver(Buffer.of(0xff), true);
  assert.equal(events.length, 2);
  assert.throws(() => connection.deliver(Buffer.of(0xff), false), { code: "WS_ERR_INVALID_UTF8" });
});

test("a client masks what it sends, and takes only what is not masked", () => {
  const { connection, events, sent } = world({ masked: false });
  connection.receive(serverFrame(ping, "p"), 0);
  connection.send("é", { ...form(false, true), masked: true });
  connection.close(closePayload(1000));
  const expected = [clientFrame(pong, "p"), clientFrame(text, "é"), clientFrame(close, closePayload(1000))];
  assert.deepEqual(sent(), Buffer.concat(expected));
  assert.deepEqual(events, [["ping", "p"]]);
  assert.throws(() => connection.receive(clientFrame(text, "x"), 0), { code: "WS_ERR_UNEXPECTED_MASK" });
});

// The closing handshake.

test("the peer closes: its code is seen, the answer says the same, and the stream may end", () => {
  const { connection, sent } = world();
  connection.receive(clientFrame(close, closePayload(4001, "bye")), 0);
  assert.equal(connection.state, "closed");
  assert.deepEqual([connection.closeCode, connection.closeReason.toString()], [4001, "bye"]);
  assert.deepEqual(sent(), serverFrame(close, closePayload(4001, "bye")));
});

test("a close without a code is seen as 1005 and answered without one", () => {
  const { connection, sent } = world();
  connection.receive(clientFrame(close), 0);
  assert.equal(connection.closeCode, 1005);
  assert.deepEqual(sent(), serverFrame(close));
});

test("we close: nothing more is sent, messages are still received until the answer", () => {
  const { connection, events, sent } = world();
  connection.close(closePayload(1000));
  connection.close(closePayload(1001));
  connection.send("late", form(false, true));
  connection.ping("late");
  assert.equal(connection.state, "localClosing");
  assert.deepEqual(sent(), serverFrame(close, closePayload(1000)));
  connection.receive(Buffer.concat([clientFrame(text, "crossing"), clientFrame(ping, "p")]), 0);
  assert.deepEqual(events, [
    ["text", "crossing"],
    ["ping", "p"],
  ]);
  connection.receive(clientFrame(close, closePayload(1000)), 0);
  assert.equal(connection.state, "closed");
  assert.equal(connection.closeCode, 1000);
  assert.equal(sent().length, 0);
});

test("what follows a close frame is not read", () => {
  const { connection, events } = world();
  connection.receive(Buffer.concat([clientFrame(close), clientFrame(text, "late"), Buffer.of(0xff, 0xff)]), 0);
  connection.receive(clientFrame(text, "later"), 0);
  assert.deepEqual(events, []);
});

test("a stream that ends without a close frame is 1006", () => {
  const { connection } = world();
  connection.end();
  assert.deepEqual([connection.state, connection.closeCode], ["closed", 1006]);
});

const badFrames: [name: string, bytes: Buffer, code: ErrorCode, closeCode: number][] = [
  ["no mask", serverFrame(text, "x"), "WS_ERR_EXPECTED_MASK", 1002],
  ["RSV1", clientFrame(text, "x", { reserved: 0x40 }), "WS_ERR_UNEXPECTED_RSV_1", 1002],
  ["a reserved opcode", clientFrame(3, "x"), "WS_ERR_INVALID_OPCODE", 1002],
  ["a continuation of nothing", clientFrame(continuation, "x"), "WS_ERR_INVALID_OPCODE", 1002],
  ["bad UTF-8", clientFrame(text, Buffer.of(0xc0)), "WS_ERR_INVALID_UTF8", 1007],
  ["too long", clientFrame(binary, "", { length: 0x10_0001 }), "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", 1009],
  ["close code 1005", clientFrame(close, closePayload(1005)), "WS_ERR_INVALID_CLOSE_CODE", 1002],
  ["close code 1006", clientFrame(close, closePayload(1006)), "WS_ERR_INVALID_CLOSE_CODE", 1002],
  ["close code 999", clientFrame(close, closePayload(999)), "WS_ERR_INVALID_CLOSE_CODE", 1002],
  ["close code 2999", clientFrame(close, closePayload(2999)), "WS_ERR_INVALID_CLOSE_CODE", 1002],
  ["a bad close reason", clientFrame(close, closePayload(1000, Buffer.of(0xff))), "WS_ERR_INVALID_UTF8", 1007],
  ["a close of one byte", clientFrame(close, "x"), "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", 1002],
];

for (const [name, bytes, code, expected] of badFrames) {
  test(`${name} fails with ${expected}, at every split`, () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      const { connection, sent } = world();
      const error = caught(() => {
        connection.receive(Buffer.from(bytes.subarray(0, cut)), 0);
        connection.receive(Buffer.from(bytes.subarray(cut)), 0);
      });
      assert.ok(isProtocolError(error));
      assert.equal(error.code, code);
      connection.fail(closeCodeOf(error));
      assert.deepEqual([connection.state, connection.closeCode], ["closed", 1006]);
      assert.deepEqual(sent(), serverFrame(close, closePayload(expected)));
      connection.receive(clientFrame(text, "late"), 0);
    }
  });
}

test("another limit holds for the messages that begin afterwards, in the same chunk too", () => {
  const { connection, events } = world({ maxPayload: 3 });
  const [three, four] = [clientFrame(text, "abc"), clientFrame(text, "abcd")];
  connection.receive(Buffer.from(three.subarray(0, -1)), 0);
  connection.maxPayload = 4;
  assert.equal(connection.maxPayload, 4);
  connection.receive(Buffer.concat([three.subarray(-1), four]), 0);
  assert.deepEqual(events, [
    ["text", "abc"],
    ["text", "abcd"],
  ]);
  connection.maxPayload = 3;
  assert.throws(() => connection.receive(Buffer.from(four), 0), { code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" });
});

test("a failure after our own close frame sends no second one", () => {
  const { connection, sent } = world();
  connection.close(closePayload(1000));
  sent();
  connection.fail(1002);
  assert.equal(sent().length, 0);
});

function caught(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

// Pings.

test("while the peer does not read, a flood of pings is held as one, and the latest is answered", () => {
  const { connection, sent } = world();
  connection.congestion(true);
  for (let n = 0; n < 10_000; n++) connection.receive(clientFrame(ping, `${n}`), 0);
  assert.equal(connection.untaken, 0);
  connection.congestion(false);
  assert.deepEqual(sent(), serverFrame(pong, "9999"));
  connection.congestion(false);
  assert.equal(sent().length, 0);
});

test("pings are left to the program where it asked for that", () => {
  const { connection, events, sent } = world({ autoPong: false });
  connection.receive(clientFrame(ping, "p"), 0);
  assert.deepEqual(events, [["ping", "p"]]);
  assert.equal(sent().length, 0);
});

// All of it.

test("whatever two of our own say to each other arrives, in order, however it is cut", () => {
  const message = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), fc.integer({ min: 1, max: 97 }), (messages, size) => {
      const sender = world();
      const receiver = world({ masked: false });
      for (const one of messages) {
        if (typeof one === "string") sender.connection.send(one, form(false, true));
        else sender.connection.send(Buffer.from(one), form(true, true));
      }
      const stream = sender.sent();
      for (let at = 0; at < stream.length; at += size) {
        receiver.connection.receive(Buffer.from(stream.subarray(at, at + size)), 0);
      }
      const kinds = messages.map((one) => [typeof one === "string" ? "text" : "binary", Buffer.from(one).toString()]);
      assert.deepEqual(receiver.events, kinds);
    }),
  );
});

test("random frames give events or a documented error", () => {
  const random = new Random(1002);
  for (let n = 0; n < 20_000; n++) {
    const { connection, sent } = world({ maxPayload: 2000 });
    try {
      for (let frames = random.below(8); frames > 0; frames--) {
        const opcode = random.pick([0, 0, 1, 1, 2, 8, 9, 10, random.below(16)]);
        const form = { fin: random.below(3) > 0, reserved: random.below(40) === 0 ? 0x40 : 0 };
        const payload = random.below(2) === 0 ? Buffer.from("é€😀a") : random.bytes(random.below(200));
        const frame = clientFrame(opcode, payload, form);
        if (random.below(10) === 0) frame[random.below(frame.length)] = random.below(256);
        const cut = random.below(frame.length + 1);
        connection.receive(frame.subarray(0, cut), n);
        connection.receive(frame.subarray(cut), n);
      }
    } catch (error) {
      assert.ok(isProtocolError(error), String(error));
      connection.fail(closeCodeOf(error));
    }
    sent();
    connection.end();
  }
});
