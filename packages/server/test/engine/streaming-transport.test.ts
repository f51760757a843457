import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { EventSource } from "eventsource";
import { Messages } from "../../src/engine/messages.ts";
import { StreamingTransport, type StreamName } from "../../src/engine/streaming-transport.ts";
import { ask, post } from "./asking.ts";
import { StreamClient } from "./stream-client.ts";
import { type HostedSession, type HostOptions, TransportHost } from "./transport-host.ts";

const names: readonly StreamName[] = ["eventsource", "iframe"];

interface World {
  readonly host: TransportHost;
  readonly session: HostedSession;
  readonly stream: StreamClient;
  readonly url: string;
}

async function openWorld(t: TestContext, name: StreamName, options: Partial<HostOptions> = {}): Promise<World> {
  const host = await TransportHost.open(t, { factory: (setup) => new StreamingTransport(name, setup), ...options });
  const query = `?transport=${name}&EIO=4`;
  const stream = await StreamClient.open(name, `${host.url}${query}`);
  await stream.until(1);
  return { host, session: host.last, stream, url: `${host.url}${query}&sid=s1` };
}

for (const name of names) {
  test(`${name}: a session opens with the packet open, and packets come as they are sent`, async (t) => {
    const { session, stream } = await openWorld(t, name);
    assert.equal(JSON.parse(stream.packets[0]?.slice(1) ?? "").sid, "s1");
    session.send("a", Buffer.from([1, 2]), { type: "ping" });
    session.send(new Messages(["51-[]", Buffer.from([3])]));
    await stream.until(6);
    assert.deepEqual(stream.packets.slice(1), ["4a", "bAQI=", "2", "451-[]", "bAw=="]);
  });

  test(`${name}: texts arrive as they were, whatever is in them`, async (t) => {
    const { session, stream } = await openWorld(t, name);
    const texts = [
      "",
      " x",
      "a\nb",
      "a\r\nb\r",
      "\u2028\u2029",
      "</script><script>x()</script><!--",
      '"\\n',
      "\0",
      "é😀",
    ];
    for (const text of texts) session.send(text);
    await stream.until(1 + texts.length);
    assert.deepEqual(
      stream.packets.slice(1),
      texts.map((text) => `4${text}`),
    );
  });

  test(`${name}: packets come up by POST, as polling's do`, async (t) => {
    const { session, url } = await openWorld(t, name);
    assert.equal((await post(url, "4a\x1ebAQI=\x1e3")).text, "ok");
    assert.deepEqual(session.packets, [
      ["message", "a"],
      ["message", Buffer.from([1, 2])],
      ["pong", undefined],
    ]);
  });

  test(`${name}: a client that says close is gone`, async (t) => {
    const { session, stream, url } = await openWorld(t, name);
    assert.equal((await post(url, "1")).text, "ok");
    await stream.ended;
    assert.equal(stream.packets.length, 1);
    assert.deepEqual(session.ends, [["transport close", undefined]]);
  });

  test(`${name}: a client that goes away is gone`, async (t) => {
    const { session, stream } = await openWorld(t, name);
    stream.response.destroy();
    await once(session, "closed");
    assert.deepEqual(session.ends, [["transport close", undefined]]);
    assert.equal(session.transport.writable, false);
    assert.equal(session.transport.bufferedBytes, 0);
  });

  test(`${name}: closing says so after what was sent, and ends the stream`, async (t) => {
    const { session, stream, url } = await openWorld(t, name);
    session.send("last");
    let done = 0;
    session.transport.close(() => done++);
    await stream.ended;
    assert.deepEqual(stream.packets.slice(1), ["4last", "1"]);
    assert.equal(done, 1);
    assert.deepEqual(session.ends, []);
    assert.equal((await post(url, "4a")).status, 400);
  });

  test(`${name}: a second stream of the same session ends it, and is answered`, async (t) => {
    const { session, stream, url } = await openWorld(t, name);
    assert.equal((await ask(url)).status, 400);
    await stream.ended;
    assert.equal(stream.packets.at(-1), "1");
    assert.deepEqual(session.ends, [["transport error", "overlap from client"]]);
  });

  test(`${name}: junk is refused, and ends the session`, async (t) => {
    const { session, stream, url } = await openWorld(t, name);
    assert.equal((await post(url, "junk")).status, 400);
    await stream.ended;
    assert.deepEqual(
      session.ends.map(([reason]) => reason),
      ["parse error"],
    );
  });

  test(`${name}: bodies over the limit get a 413, other methods a 405`, async (t) => {
    const { session, url } = await openWorld(t, name, { maxHttpBufferSize: 5 });
    assert.equal((await post(url, "4aaaaa")).status, 413);
    assert.equal((await ask(url, { method: "PUT" })).status, 405);
    assert.deepEqual(session.ends, []);
  });

  test(`${name}: what waits for a client that does not read is counted, and it is told when there is room`, async (t) => {
    const host = await TransportHost.open(t, { factory: (setup) => new StreamingTransport(name, setup) });
    const socket = connect(host.port, "127.0.0.1").pause();
    socket.write(`GET /engine.io/?transport=${name}&EIO=4 HTTP/1.1\r\nHost: a\r\n\r\n`);
    while (host.sessions.size === 0 || !host.last.transport.writable) await new Promise(setImmediate);
    host.last.send("x".repeat(20_000_000));
    await new Promise(setImmediate);
    assert.ok(host.last.transport.bufferedBytes > 10_000_000);
    socket.resume();
    await once(host.last, "writable");
    socket.destroy();
    await once(host.last, "closed");
    assert.equal(host.last.transport.bufferedBytes, 0);
  });

  test(`${name}: a client that does not take the end is cut off`, async (t) => {
    const host = await TransportHost.open(t, { factory: (setup) => new StreamingTransport(name, setup) });
    const socket = connect(host.port, "127.0.0.1").pause();
    socket.on("error", () => {});
    socket.write(`GET /engine.io/?transport=${name}&EIO=4 HTTP/1.1\r\nHost: a\r\n\r\n`);
    while (host.sessions.size === 0 || !host.last.transport.writable) await new Promise(setImmediate);
    host.last.send("x".repeat(20_000_000));
    t.mock.timers.enable({ apis: ["setTimeout"] });
    host.last.transport.close(() => {});
    assert.ok(host.last.transport.bufferedBytes > 0);
    t.mock.timers.tick(5_000);
    while (host.last.transport.bufferedBytes > 0) await new Promise(setImmediate);
    socket.destroy();
  });

  test(`${name}: headers let packets pass at once, and those of the program are there`, async (t) => {
    const { stream } = await openWorld(t, name, { headers: { "X-Own": "1" } });
    const { headers } = stream.response;
    assert.match(headers["content-type"] ?? "", name === "iframe" ? /^text\/html/ : /^text\/event-stream/);
    assert.match(headers["cache-control"] ?? "", /no-transform/);
    assert.deepEqual([headers["x-accel-buffering"], headers["x-own"]], ["no", "1"]);
  });

  test(`${name}: for a session that is there already, the stream begins with a noop; before it, a POST is refused`, async (t) => {
    const setup = { protocol: 4, query: { sid: "s1", j: "3" } } as const;
    const host = await TransportHost.open(t, {
      factory: ({ options }) => new StreamingTransport(name, { ...setup, options }),
    });
    const stream = await StreamClient.open(name, `${host.url}?transport=${name}&EIO=4`);
    await stream.until(2);
    assert.equal(stream.packets[0], "6");
  });
}

test("iframe: the callback is named by digits alone, and a page can read none of it as markup", async (t) => {
  const host = await TransportHost.open(t, { factory: (setup) => new StreamingTransport("iframe", setup) });
  const request = get(`${host.url}?transport=iframe&EIO=4&j=${encodeURIComponent("1];alert(1)//2")}`, { agent: false });
  const [response] = await once(request, "response");
  host.last.send("</script>");
  host.last.transport.close(() => {});
  let text = "";
  for await (const chunk of response) text += chunk;
  assert.match(text, /^<!doctype html>/);
  assert.ok(text.indexOf("<script>") > 1_024, "older browsers run nothing before they have a kilobyte");
  assert.equal(text.split("</script>").length - 1, 3);
  assert.ok(text.includes('<script>parent.___eio[112]("4\\u003c/script>");</script>\n'));
});

test("eventsource: npm's EventSource reads it", async (t) => {
  const host = await TransportHost.open(t, { factory: (setup) => new StreamingTransport("eventsource", setup) });
  const source = new EventSource(`${host.url}?transport=eventsource&EIO=4`);
  t.after(() => source.close());
  const take = (): Promise<string> =>
    new Promise((resolve) => {
      source.onmessage = ({ data }) => resolve(data);
    });
  assert.match(await take(), /^0\{/);
  host.last.send('2["a"]');
  assert.equal(await take(), '42["a"]');
});
