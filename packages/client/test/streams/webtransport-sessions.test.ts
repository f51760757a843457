/** The transport `webtransport` on our server and on engine.io's, over a provider in memory. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { MemoryWebTransport } from "../../../../scripts/test/memory-webtransport.ts";
import type { TransportConstructor } from "../../src/engine/transport.ts";
import { WebTransport, WebTransportTransport } from "../../src/webtransport.ts";
import { Heard, makers } from "./peers.ts";
import { engines, Served } from "./served.ts";
import { texts } from "./texts.ts";

const transports = ["polling", "websocket", "webtransport"];

for (const [server, openEngine] of Object.entries(engines)) {
  for (const [name, { make, polling }] of Object.entries(makers)) {
    const at = `${name} at ${server}`;

    /** The provider's sessions end at the server; they are kept in `made`. */
    const meet = async (t: TestContext, classes: readonly TransportConstructor[] = [WebTransportTransport]) => {
      const served = await Served.open(t, { transports, maxHttpBufferSize: 10_000_000 }, { openEngine });
      const made: MemoryWebTransport[] = [];
      class Provider extends MemoryWebTransport {
        constructor(url: string) {
          super(url, (end) => void served.engine.onWebTransportSession(end));
          made.push(this);
        }
      }
      const heard = new Heard(
        t,
        make(served.origin, classes, { transportOptions: { webtransport: { provider: Provider } } }),
      );
      await heard.once("open");
      return { served, heard, made };
    };

    test(`${at}: texts and bytes, both ways`, async (t) => {
      const { served, heard } = await meet(t);
      served.last.on("message", (data: string | Buffer) => served.last.send(data));
      const sent = [...texts, Buffer.from([0, 1, 254, 255]), Buffer.alloc(70_000, 7), Buffer.alloc(1)];
      for (const each of sent) heard.client.send(each);
      await heard.until(() => heard.messages.length === sent.length);
      assert.deepEqual(heard.messages, sent);
      assert.deepEqual([heard.client.transport.name, served.last.transport.name], ["webtransport", "webtransport"]);
    });

    test(`${at}: 2,000 messages each way, in order`, async (t) => {
      const { served, heard } = await meet(t);
      const numbers = Array.from({ length: 2_000 }, (_, n) => `${n}`);
      const up: string[] = [];
      const allUp = new Promise<void>((resolve) => {
        served.last.on("message", (data: string) => up.push(data) === numbers.length && resolve());
      });
      for (const number of numbers) {
        heard.client.send(number);
        served.last.send(number);
      }
      await allUp;
      await heard.until(() => heard.messages.length === numbers.length);
      assert.deepEqual([up, heard.messages], [numbers, numbers]);
    });

    test(`${at}: polling is upgraded to it`, async (t) => {
      const { served, heard } = await meet(t, [polling, WebTransportTransport]);
      served.last.on("message", (data: string) => served.last.send(data));
      const numbers = Array.from({ length: 200 }, (_, n) => `${n}`);
      for (const number of numbers.slice(0, 100)) heard.client.send(number);
      await heard.once("upgrade");
      for (const number of numbers.slice(100)) heard.client.send(number);
      await heard.until(() => heard.messages.length === numbers.length);
      assert.deepEqual(heard.messages, numbers);
      assert.deepEqual([heard.client.transport.name, served.last.transport.name], ["webtransport", "webtransport"]);
    });

    test(`${at}: the client closes when its last words have left`, async (t) => {
      const { served, heard } = await meet(t);
      const messages: unknown[] = [];
      served.last.on("message", (data: unknown) => messages.push(data));
      heard.client.send("last words");
      heard.client.close();
      await served.ended();
      assert.deepEqual(
        [messages, served.ends, heard.of("close")],
        [["last words"], ["transport close"], ["forced close"]],
      );
    });

    test(`${at}: the server closes, once`, async (t) => {
      const { served, heard, made } = await meet(t);
      served.last.send("last words");
      await heard.until(() => heard.messages.length === 1);
      served.last.close();
      await heard.once("close");
      await Promise.all(made.map(({ closed }) => closed));
      assert.deepEqual([heard.messages, heard.events.slice(1)], [["last words"], [["close", "transport close"]]]);
    });

    test(`${at}: more is sent when what was sent has left`, async (t) => {
      const { served, heard, made } = await meet(t);
      const up: unknown[] = [];
      const all = new Promise<void>((resolve) => {
        served.last.on("message", (data: unknown) => up.push(data) === 3 && resolve());
      });
      const pipe = made[0]?.session.pipes[0];
      assert.ok(pipe !== undefined);
      const release = pipe.hold();
      heard.client.send("a");
      heard.client.send("b");
      await new Promise(setImmediate);
      heard.client.send("c");
      const held = Reflect.get(heard.client, "writeBuffer");
      assert.ok(Array.isArray(held) && held.length > 0, "the session keeps it");
      release();
      await all;
      assert.deepEqual(up, ["a", "b", "c"]);
    });
  }
}

test("it has the name of socket.io-client, too", () => {
  assert.equal(WebTransport, WebTransportTransport);
  assert.equal(WebTransport.prototype.name, "webtransport");
});
