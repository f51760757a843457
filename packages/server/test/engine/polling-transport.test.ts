import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { gunzipSync, inflateSync } from "node:zlib";
import { Messages } from "../../src/engine/messages.ts";
import { PollingTransport } from "../../src/engine/polling-transport.ts";
import { ask, post } from "./asking.ts";
import { openWorld } from "./polling-world.ts";
import { type HostOptions, TransportHost } from "./transport-host.ts";

const long = "x".repeat(2_000);

test("a session opens with the packet open, and what is sent afterwards comes with the next poll", async (t) => {
  const host = await TransportHost.open(t, { factory: (setup) => new PollingTransport(setup) });
  const opened = await ask(`${host.url}?transport=polling&EIO=4`);
  assert.equal(opened.status, 200);
  assert.equal(JSON.parse(opened.text.slice(1)).sid, "s1");
  host.last.send("a", Buffer.from([1, 2]), { type: "ping" });
  const { text, headers } = await ask(`${host.url}?transport=polling&EIO=4&sid=s1`);
  assert.equal(text, "4a\x1ebAQI=\x1e2");
  assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
  assert.equal(headers["content-length"], "10");
  assert.equal(headers["cache-control"], "no-store");
});

test("a poll waits until there is something", async (t) => {
  const { session, url } = await openWorld(t);
  const poll = ask(url);
  await once(session, "writable");
  assert.equal(session.transport.writable, true);
  session.send("later");
  assert.equal((await poll).text, "4later");
  assert.equal(session.transport.writable, false);
});

test("a POST brings packets in order, and is answered ok", async (t) => {
  const { session, url } = await openWorld(t);
  const before = session.transport.bytesRead;
  const { status, text, headers } = await post(url, "4h\u00e9\x1ebAQI=\x1e3");
  assert.deepEqual([status, text], [200, "ok"]);
  assert.equal(headers["content-type"], "text/html");
  assert.equal(headers["content-length"], "2");
  assert.equal(headers["cache-control"], "no-store");
  assert.deepEqual(session.packets, [
    ["message", "h\u00e9"],
    ["message", Buffer.from([1, 2])],
    ["pong", undefined],
  ]);
  assert.ok(session.transport.bytesRead > before);
});

test("headers of the program are on every answer", async (t) => {
  const { url } = await openWorld(t, { headers: { "X-Own": "1" }, maxHttpBufferSize: 9 });
  for (const told of [await post(url, "4a"), await post(url, "4".repeat(10)), await ask(url, { method: "PUT" })]) {
    assert.equal(told.headers["x-own"], "1", told.text);
  }
});

for (const agent of ["Mozilla/4.0 (compatible;MSIE 8.0)", "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0)"]) {
  test(`the filter of ${agent} is turned off`, async (t) => {
    const { url } = await openWorld(t);
    const { headers } = await post(url, "4a", { "User-Agent": agent });
    assert.equal(headers["x-xss-protection"], "0");
  });
}

test("a second poll ends the session, and both are answered", async (t) => {
  const { session, url } = await openWorld(t);
  const first = ask(url);
  await once(session, "writable");
  const second = await ask(url);
  assert.equal(second.status, 400);
  assert.deepEqual([(await first).status, (await first).text], [200, "1"]);
  assert.deepEqual(session.ends, [["transport error", "overlap from client"]]);
  assert.equal((await ask(url)).status, 400);
});

test("a body over maxHttpBufferSize gets a 413 that says why, and the session lives", async (t) => {
  const { session, url } = await openWorld(t, { maxHttpBufferSize: 10 });
  for (const headers of [{ "Content-Length": "11" }, { "Transfer-Encoding": "chunked" }]) {
    const { status, text } = await post(url, "4".repeat(11), headers);
    assert.equal(status, 413);
    assert.match(JSON.parse(text).message, /maxHttpBufferSize/);
  }
  assert.equal((await post(url, "4123456789")).text, "ok");
  assert.deepEqual(session.packets, [["message", "123456789"]]);
  assert.deepEqual(session.ends, []);
});

test("a body that says no length is read as it comes", async (t) => {
  const { session, url } = await openWorld(t);
  assert.equal((await post(url, "4chunks", { "Transfer-Encoding": "chunked" })).text, "ok");
  assert.deepEqual(session.packets, [["message", "chunks"]]);
});

for (const [name, body] of [
  ["junk", "invalid"],
  ["nothing", ""],
  ["an unknown type", "9"],
  ["bad base64", "4a\x1eb###"],
] as const) {
  test(`a payload of ${name} gets a 400, and the session ends with a parse error`, async (t) => {
    const { session, url } = await openWorld(t);
    assert.equal((await post(url, body)).status, 400);
    assert.deepEqual(
      session.ends.map(([reason]) => reason),
      ["parse error"],
    );
    assert.deepEqual(session.packets, []);
  });
}

test("CVE-2026-59725: bytes are no body of Engine.IO 4, and the POST is answered", async (t) => {
  const { session, url } = await openWorld(t);
  const { status } = await post(url, Buffer.from([1]), { "Content-Type": "application/octet-stream" });
  assert.equal(status, 400);
  assert.deepEqual(session.ends, [["transport error", "invalid content"]]);
});

for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
  test(`${method} is answered with what is allowed`, async (t) => {
    const { session, url } = await openWorld(t);
    const { status, headers } = await ask(url, { method });
    assert.deepEqual([status, headers.allow], [405, "GET, POST"]);
    assert.deepEqual(session.ends, []);
  });
}

test("a client that says close is gone: its poll gets a noop, its POST ok", async (t) => {
  const { session, url } = await openWorld(t);
  const poll = ask(url);
  await once(session, "writable");
  assert.equal((await post(url, "4last\x1e1\x1e4never")).text, "ok");
  assert.equal((await poll).text, "6");
  assert.deepEqual(session.packets, [["message", "last"]]);
  assert.deepEqual(session.ends, [["transport close", undefined]]);
});

test("closing tells the poll that waits", async (t) => {
  const { session, url } = await openWorld(t);
  const poll = ask(url);
  await once(session, "writable");
  let done = 0;
  session.transport.close(() => done++);
  assert.equal(done, 1);
  assert.equal((await poll).text, "1");
  assert.deepEqual(session.ends, []);
});

test("closing waits for a poll to tell, and drops what comes meanwhile", async (t) => {
  const { session, url } = await openWorld(t);
  let done = 0;
  session.transport.close(() => done++);
  assert.equal((await post(url, "4late")).text, "ok");
  assert.equal(done, 0);
  assert.equal((await ask(url)).text, "1");
  assert.equal(done, 1);
  assert.deepEqual([session.packets, session.ends], [[], []]);
});

test("closing does not wait for a client that says that it goes, too", async (t) => {
  const { session, url } = await openWorld(t);
  let done = 0;
  session.transport.close(() => done++);
  assert.equal((await post(url, "4late\x1e1")).text, "ok");
  assert.equal(done, 1);
  assert.deepEqual([session.packets, session.ends], [[], []]);
});

test("closing does not wait longer than 30 s", async (t) => {
  const { session } = await openWorld(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let done = 0;
  session.transport.close(() => done++);
  t.mock.timers.tick(29_999);
  assert.equal(done, 0);
  t.mock.timers.tick(1);
  assert.equal(done, 1);
});

test("a transport that is discarded answers its poll with a noop, and says nothing", async (t) => {
  const { session, url } = await openWorld(t);
  const poll = ask(url);
  await once(session, "writable");
  session.transport.discard();
  assert.equal((await poll).text, "6");
  assert.equal((await post(url, "4a")).status, 400);
  assert.deepEqual([session.packets, session.ends], [[], []]);
});

const compressions: [accepted: string, encoding: string | undefined, inflate: (bytes: Buffer) => Buffer][] = [
  ["gzip, deflate", "gzip", gunzipSync],
  ["deflate", "deflate", inflateSync],
  ["br", undefined, (bytes) => bytes],
];

for (const [accepted, encoding, inflate] of compressions) {
  test(`a long answer to who takes ${accepted}`, async (t) => {
    const { session, url } = await openWorld(t);
    session.send(long);
    const { headers, body } = await ask(url, { headers: { "Accept-Encoding": accepted } });
    assert.equal(headers["content-encoding"], encoding);
    assert.equal(headers["content-length"], String(body.length));
    assert.equal(String(inflate(body)), `4${long}`);
  });
}

test("nothing is compressed below the threshold, when it is off, or when the message says so", async (t) => {
  const gzip = { headers: { "Accept-Encoding": "gzip" } };
  const cases: [Partial<HostOptions>, Messages][] = [
    [{ httpCompression: { threshold: 5_000 } }, new Messages([long])],
    [{ httpCompression: false }, new Messages([long])],
    [{}, new Messages([long], { compress: false })],
  ];
  for (const [options, messages] of cases) {
    const { session, url } = await openWorld(t, options);
    session.send(messages);
    const { headers, text } = await ask(url, gzip);
    assert.equal(headers["content-encoding"], undefined);
    assert.equal(text, `4${long}`);
  }
});

test("CVE-2020-36048: a POST of very many packets is refused, one of as many as are allowed is read in linear time", async (t) => {
  const { session, url } = await openWorld(t, { maxPayloadPackets: 100_000, maxHttpBufferSize: 1e7 });
  assert.equal((await post(url, Array.from({ length: 100_000 }, () => "4").join("\x1e"))).text, "ok");
  assert.equal(session.packets.length, 100_000);
  assert.equal((await post(url, Array.from({ length: 100_001 }, () => "4").join("\x1e"))).status, 400);
});
