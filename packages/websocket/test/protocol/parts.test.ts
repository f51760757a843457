/** Parts: taken over by who needs them next, with nothing left of who had them before. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { platform } from "../../src/node/platform.ts";
import { Connection } from "../../src/protocol/connection.ts";
import type { ConnectionHandler } from "../../src/protocol/connection-rules.ts";
import { Parts } from "../../src/protocol/parts.ts";
import { binary, clientFrame, serverFrame, text } from "../frames.ts";
import { form, piecesOf, rules } from "./world.ts";

function handler(): ConnectionHandler<Buffer> & { messages: string[] } {
  const messages: string[] = [];
  return { messages, message: (data) => messages.push(data.toString()), ping: () => {}, pong: () => {} };
}

/** Counts what is made anew. */
function counting(): [Parts<Buffer>, made: () => number] {
  const parts = new Parts(platform);
  const seen = new Set<object>();
  const { takeDecoder, takeOutbox } = parts;
  parts.takeDecoder = (...given) => {
    const decoder = takeDecoder.apply(parts, given);
    seen.add(decoder);
    return decoder;
  };
  parts.takeOutbox = (...given) => {
    const outbox = takeOutbox.apply(parts, given);
    seen.add(outbox);
    return outbox;
  };
  return [parts, () => seen.size];
}

test("a hundred connections that take turns need one decoder and one outbox", () => {
  const [parts, made] = counting();
  for (let n = 0; n < 100; n++) {
    const events = handler();
    const connection = new Connection(rules, parts, events);
    connection.receive(clientFrame(text, `${n}`), 0);
    connection.send("answer", form(false, true));
    assert.deepEqual(Buffer.concat(piecesOf(connection)), serverFrame(text, "answer"));
    connection.written(false);
    assert.deepEqual(events.messages, [`${n}`]);
  }
  assert.equal(made(), 2);
});

test("who has half a frame, or is paused, keeps the decoder; the others go on with another", () => {
  const [parts, made] = counting();
  const [one, two, three] = [handler(), handler(), handler()];
  const halfRead = new Connection(rules, parts, one);
  const paused = new Connection({ ...rules, masked: false }, parts, two);
  const other = new Connection(rules, parts, three);
  const frame = clientFrame(binary, "halves");
  halfRead.receive(Buffer.from(frame.subarray(0, 9)), 0);
  paused.pause();
  paused.receive(serverFrame(text, "kept"), 0);
  other.receive(clientFrame(text, "other"), 0);
  halfRead.receive(Buffer.from(frame.subarray(9)), 0);
  paused.resume();
  assert.deepEqual([one.messages, two.messages, three.messages], [["halves"], ["kept"], ["other"]]);
  assert.equal(made(), 3);
  paused.receive(serverFrame(text, "again"), 0);
  assert.deepEqual(two.messages, ["kept", "again"]);
  assert.equal(made(), 3);
});

test("a decoder that served a server serves a client by the client's rules", () => {
  const parts = new Parts(platform);
  new Connection(rules, parts, handler()).receive(clientFrame(text, "masked"), 0);
  const client = new Connection({ ...rules, masked: false }, parts, handler());
  assert.throws(() => client.receive(clientFrame(text, "masked"), 0), { code: "WS_ERR_UNEXPECTED_MASK" });
});

test("a decoder that broke on one connection is not handed to the next", () => {
  const parts = new Parts(platform);
  const broken = new Connection(rules, parts, handler());
  assert.throws(() => broken.receive(Buffer.concat([clientFrame(3), clientFrame(text, "never")]), 0));
  broken.fail(1002);
  const events = handler();
  new Connection(rules, parts, events).receive(clientFrame(text, "fine"), 0);
  assert.deepEqual(events.messages, ["fine"]);
});
