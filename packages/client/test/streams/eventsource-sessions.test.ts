/** The transport `eventsource` in Node.js, read by fetch, on a server of ours. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { EventSourceTransport } from "../../src/eventsource.ts";
import { type ClientOptions, Heard, makers } from "./peers.ts";
import { Served } from "./served.ts";
import { texts } from "./texts.ts";

for (const [name, { make, polling }] of Object.entries(makers)) {
  const open = async (t: TestContext, served: Served, options: ClientOptions = {}): Promise<Heard> => {
    const heard = new Heard(t, make(served.origin, [EventSourceTransport], options));
    await heard.once("open");
    return heard;
  };

  test(`${name}: texts of any characters, both ways`, async (t) => {
    const served = await Served.open(t);
    const heard = await open(t, served);
    served.last.on("message", (data: string) => served.last.send(data));
    for (const text of texts) heard.client.send(text);
    await heard.until(() => heard.messages.length === texts.length);
    assert.deepEqual(heard.messages, texts);
    assert.equal(heard.client.transport.name, "eventsource");
  });

  test(`${name}: bytes, both ways`, async (t) => {
    const served = await Served.open(t);
    const heard = await open(t, served);
    served.last.on("message", (data: Buffer) => served.last.send(data));
    const bytes = [Buffer.alloc(0), Buffer.from([0, 1, 254, 255]), Buffer.alloc(500_000, 7)];
    for (const each of bytes) heard.client.send(new Uint8Array(each));
    await heard.until(() => heard.messages.length === bytes.length);
    assert.deepEqual(heard.messages, bytes);
  });

  test(`${name}: a long message down`, async (t) => {
    const served = await Served.open(t, { maxBufferedBytes: 50_000_000 });
    const heard = await open(t, served);
    served.last.send("é".repeat(5_000_000));
    await heard.until(() => heard.messages.length === 1);
    assert.ok(heard.messages[0] === "é".repeat(5_000_000));
  });

  test(`${name}: 5,000 messages each way, in order`, async (t) => {
    const served = await Served.open(t);
    const heard = await open(t, served);
    const numbers = Array.from({ length: 5_000 }, (_, n) => `${n}`);
    const up: string[] = [];
    const allUp = new Promise<void>((resolve) => {
      served.last.on("message", (data: string) => up.push(data) === numbers.length && resolve());
    });
    for (const [n, number] of numbers.entries()) {
      heard.client.send(number);
      served.last.send(number);
      if (n % 100 === 0) await new Promise(setImmediate);
    }
    await allUp;
    await heard.until(() => heard.messages.length === numbers.length);
    assert.deepEqual(up, numbers);
    assert.deepEqual(heard.messages, numbers);
  });

  test(`${name}: polling is upgraded to it, and nothing is lost or overtaken`, async (t) => {
    const served = await Served.open(t);
    const heard = new Heard(t, make(served.origin, [polling, EventSourceTransport], { query: { anywire: "1" } }));
    await heard.once("open");
    const up: string[] = [];
    served.last.on("message", (data: string) => up.push(data));
    const sent: string[] = [];
    const exchange = async (): Promise<void> => {
      const number = `${sent.length}`;
      sent.push(number);
      heard.client.send(number);
      served.last.send(number);
      await heard.until(() => heard.messages.length === sent.length);
    };
    const sendBoth = async (isOver: () => boolean): Promise<void> => {
      while (!isOver()) await exchange();
    };
    await sendBoth(() => heard.of("upgrade").length > 0);
    const before = sent.length;
    await sendBoth(() => sent.length === before + 50);
    while (up.length < sent.length) await new Promise(setImmediate);
    assert.deepEqual([heard.messages, up], [sent, sent]);
    assert.deepEqual([heard.client.transport.name, served.last.transport.name], ["eventsource", "eventsource"]);
  });

  test(`${name}: the client closes, and the server knows`, async (t) => {
    const served = await Served.open(t);
    const heard = await open(t, served);
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

  test(`${name}: the server closes, and the client does not come back`, async (t) => {
    const served = await Served.open(t);
    const heard = await open(t, served);
    served.last.send("last words");
    served.last.close();
    assert.equal(await heard.once("close"), "transport close");
    assert.deepEqual(heard.messages, ["last words"]);
    assert.deepEqual(
      served.requests.map(([method]) => method),
      ["GET"],
      "no farewell to who has said one",
    );
  });

  test(`${name}: a stream that is cut closes the session once`, async (t) => {
    const served = await Served.open(t);
    const heard = await open(t, served);
    served.cut();
    assert.equal(await heard.once("close"), "transport close");
    await served.ended();
    heard.client.send("too late");
    assert.deepEqual([heard.of("close").length, heard.of("error").length], [1, 0]);
  });

  test(`${name}: a server without it answers 400`, async (t) => {
    const served = await Served.open(t, { transports: ["polling"] });
    const heard = new Heard(t, make(served.origin, [EventSourceTransport], {}));
    const error = await heard.once("error");
    assert.deepEqual([Reflect.get(Object(error), "description"), heard.of("close")], [400, ["transport error"]]);
  });

  test(`${name}: nobody listens there`, async (t) => {
    const heard = new Heard(t, make("http://127.0.0.1:1", [EventSourceTransport], {}));
    const error = await heard.once("error");
    assert.ok(error instanceof Error);
    assert.deepEqual(heard.of("close"), ["transport error"]);
  });

  test(`${name}: a message that is too long for the server fails the session`, async (t) => {
    const served = await Served.open(t, { maxHttpBufferSize: 1_000 });
    const heard = await open(t, served);
    heard.client.send("x".repeat(2_000));
    const error = await heard.once("error");
    assert.equal(Reflect.get(Object(error), "description"), 413);
    await served.ended();
  });

  test(`${name}: headers go with the stream and the posts, and cookies come back`, async (t) => {
    const served = await Served.open(t);
    const seen: string[] = [];
    served.engine.on(
      "headers",
      (headers: Record<string, string>, request: { method: string; headers: Record<string, string> }) => {
        headers["set-cookie"] = "a=1";
        seen.push([request.method, request.headers["x-key"], request.headers.cookie].join(" "));
      },
    );
    const heard = await open(t, served, { extraHeaders: { "x-key": "k" }, withCredentials: true });
    heard.client.close();
    await served.ended();
    assert.deepEqual(seen, ["GET k ", "POST k a=1"]);
  });

  test(`${name}: a fetch of the program's is asked`, async (t) => {
    const served = await Served.open(t);
    const asked: string[] = [];
    const own: typeof fetch = (url, init) => {
      asked.push(init?.method ?? "GET");
      return fetch(url, init);
    };
    const heard = await open(t, served, { transportOptions: { eventsource: { fetch: own } } });
    heard.client.close();
    await served.ended();
    assert.deepEqual(asked, ["GET", "POST"]);
  });
}

test("ours: batches are no longer than the server takes", async (t) => {
  const served = await Served.open(t, { maxHttpBufferSize: 1_000 });
  const heard = new Heard(t, makers.ours.make(served.origin, [EventSourceTransport]));
  await heard.once("open");
  served.last.on("message", (data: string) => served.last.send(data));
  const sent = Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(100));
  for (const text of sent) heard.client.send(text);
  await heard.until(() => heard.messages.length === sent.length || heard.of("close").length > 0);
  assert.deepEqual(heard.messages, sent);
});
