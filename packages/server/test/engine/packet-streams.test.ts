import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { createParser } from "@anywire/eventsource/parser";
import type { Packet } from "@anywire/protocol/engine";
import fc from "fast-check";
import { eventOf } from "../../src/engine/event-packet-stream.ts";
import { callbackOf } from "../../src/engine/jsonp.ts";
import { scriptOfPacket } from "../../src/engine/script-packet-stream.ts";

const events: [packet: Packet, event: string][] = [
  [{ type: "ping" }, "data: 2\n\n"],
  [{ type: "message", data: '2["a"]' }, 'data: 42["a"]\n\n'],
  [{ type: "message", data: Buffer.from([1, 2, 3]) }, "data: bAQID\n\n"],
  [{ type: "message", data: "a\nb" }, 'event: json\ndata: "4a\\nb"\n\n'],
  [{ type: "message", data: "a\r" }, 'event: json\ndata: "4a\\r"\n\n'],
];

for (const [packet, event] of events) {
  test(`an event: ${JSON.stringify(event)}`, () => assert.equal(eventOf(packet), event));
}

const texts = fc.string({
  unit: fc.constantFrom("\r", "\n", "\\", " ", "a", ":", "\0", "\u2028", "<", "/", "script", "!--", ">", '"'),
});

test("events bring any text as it was", () => {
  fc.assert(
    fc.property(texts, (data) => {
      const read: string[] = [];
      const parser = createParser({
        onEvent: (event) => read.push(event.event === "json" ? JSON.parse(event.data) : event.data),
      });
      parser.feed(eventOf({ type: "message", data }));
      assert.deepEqual(read, [`4${data}`]);
    }),
  );
});

test("scripts bring any text as it was, and none ends the element or begins a comment in it", () => {
  fc.assert(
    fc.property(texts, (data) => {
      const element = scriptOfPacket(callbackOf("1"), { type: "message", data });
      const [, script = ""] = /^<script>([^<\u2028\u2029]*)<\/script>\n$/.exec(element) ?? [];
      assert.equal(runInNewContext(script, { parent: { ___eio: { 1: (given: string) => given } } }), `4${data}`);
    }),
  );
});
