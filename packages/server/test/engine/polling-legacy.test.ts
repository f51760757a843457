import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { PollingTransport } from "../../src/engine/polling-transport.ts";
import { ask, post } from "./asking.ts";
import { type HostedSession, TransportHost } from "./transport-host.ts";

async function openSession(t: TestContext, query: string): Promise<{ session: HostedSession; url: string }> {
  const host = await TransportHost.open(t, { factory: (setup) => new PollingTransport(setup), allowEIO3: true });
  await ask(`${host.url}?transport=polling&${query}`);
  return { session: host.last, url: `${host.url}?transport=polling&sid=s1&${query}` };
}

const form = { "Content-Type": "application/x-www-form-urlencoded" };

test("EIO 3: packets have their length before them", async (t) => {
  const { session, url } = await openSession(t, "EIO=3");
  session.send("h\u00e9", { type: "pong" });
  const { text, headers } = await ask(url);
  assert.equal(text, "3:4h\u00e91:3");
  assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
  assert.equal((await post(url, "3:4h\u00e91:2")).text, "ok");
  assert.deepEqual(session.packets, [
    ["message", "h\u00e9"],
    ["ping", undefined],
  ]);
});

test("EIO 3: bytes go both ways as bytes", async (t) => {
  const { session, url } = await openSession(t, "EIO=3");
  session.send(Buffer.from([7, 8]));
  const { body, headers } = await ask(url);
  assert.equal(headers["content-type"], "application/octet-stream");
  assert.deepEqual([...body], [1, 3, 255, 4, 7, 8]);
  assert.equal((await post(url, body, { "Content-Type": "application/octet-stream" })).text, "ok");
  assert.deepEqual(session.packets, [["message", Buffer.from([7, 8])]]);
});

test("EIO 3: who asks for b64 gets base64", async (t) => {
  const { session, url } = await openSession(t, "EIO=3&b64=1");
  session.send(Buffer.from([7, 8]));
  assert.equal((await ask(url)).text, "6:b4Bwg=");
});

for (const query of ["EIO=3&j=0", "EIO=4&j=0"]) {
  test(`JSONP: ${query} gets a script, and sends a form`, async (t) => {
    const { session, url } = await openSession(t, query);
    session.send('a"\u2028\u2029</script>\n');
    const { text, headers } = await ask(url);
    assert.equal(headers["content-type"], "text/plain; charset=UTF-8");
    assert.match(text, /^___eio\[0\]\("[^\u2028\u2029]*"\);$/);
    const length = query.startsWith("EIO=3") ? `${'a"\u2028\u2029</script>\n'.length + 1}:` : "";
    assert.equal(JSON.parse(text.slice("___eio[0](".length, -2)), `${length}4a"\u2028\u2029</script>\n`);
    const sent = query.startsWith("EIO=3") ? "7:4a\\nb\\\\nc" : "4a\\nb\\\\nc";
    assert.equal((await post(url, `d=${encodeURIComponent(sent)}`, form)).text, "ok");
    assert.deepEqual(session.packets, [["message", "a\nb\\nc"]]);
  });
}

test("JSONP: bytes go as base64", async (t) => {
  const { session, url } = await openSession(t, "EIO=3&j=1");
  session.send(Buffer.from([7, 8]));
  assert.equal((await ask(url)).text, '___eio[1]("6:b4Bwg=");');
});

test("JSONP: the callback is named by digits alone", async (t) => {
  const { session, url } = await openSession(t, `EIO=3&j=${encodeURIComponent("1];alert(1)//2")}`);
  session.send("a");
  assert.equal((await ask(url)).text, '___eio[112]("2:4a");');
});

for (const [name, body] of [
  ["none", "x=1"],
  ["two", "d=1%3A2&d=1%3A2"],
  ["a broken one", "d=%E0%A4%A"],
] as const) {
  test(`JSONP: a form with ${name} for payload ends the session`, async (t) => {
    const { session, url } = await openSession(t, "EIO=3&j=0");
    assert.equal((await post(url, body, form)).status, 400);
    assert.deepEqual(
      session.ends.map(([reason]) => reason),
      ["parse error"],
    );
  });
}
