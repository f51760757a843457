/** Streams through a real nginx, with gzip on and its buffering as it comes: each event arrives before the next is sent. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { findNginx, noNginx } from "../../../../scripts/nginx.ts";
import { createSession, type Session, type SessionOptions } from "../../src/server.ts";
import { exchangeEvents } from "../exchange-events.ts";
import { Inbox } from "../inbox.ts";
import { listen } from "../listen.ts";
import { noCurl, visitByCurl, visitByEventSource, visitByHttp, visits } from "../visitors.ts";
import { type Nginx, startNginx } from "./nginx.ts";

const noProxy = findNginx() === undefined && noNginx;

interface Site extends Nginx {
  /** Those that the server makes. */
  readonly sessions: Inbox<Session>;
}

/** A server of sessions behind nginx. */
async function open(t: TestContext, options: SessionOptions = {}): Promise<Site> {
  const sessions = new Inbox<Session>();
  const server = createServer((request, response) => sessions.add(createSession(request, response, options)));
  const nginx = await startNginx(t, await listen(t, server));
  return { ...nginx, sessions };
}

/** By which version of HTTP nginx asks the server; 1.0 is its default, and has no chunks. */
const upstreams = ["1.0", "1.1"];

for (const version of upstreams) {
  for (const [name, visit, skip] of visits) {
    test(`HTTP/${version} to the server, ${name} in front`, { skip: noProxy || skip }, async (t) => {
      const { url, sessions } = await open(t);
      await exchangeEvents(await visit(t, `${url}/${version}/`, { "Last-Event-ID": "é-0" }), await sessions.next());
    });
  }

  for (const zip of [[], ["--compressed"]]) {
    const client = ["curl", "-N", ...zip].join(" ");
    test(`HTTP/${version} to the server, HTTP/2 to ${client}`, { skip: noProxy || noCurl }, async (t) => {
      const { http2Url, sessions } = await open(t);
      const visit = visitByCurl("--http2-prior-knowledge", ...zip);
      await exchangeEvents(
        await visit(t, `${http2Url}/${version}/`, { "Last-Event-ID": "é-0" }),
        await sessions.next(),
      );
    });
  }

  test(`HTTP/${version} to the server: what is sent is zipped, and heartbeats pass`, { skip: noProxy }, async (t) => {
    const { url } = await open(t, { heartbeat: 5 });
    const { response, reader } = await visitByHttp(t, `${url}/${version}/`, { "Accept-Encoding": "gzip" });
    assert.equal(response.headers["content-encoding"], "gzip");
    assert.equal(response.headers["content-type"], "text/event-stream; charset=utf-8");
    assert.equal(response.headers["cache-control"], "no-cache, no-transform");
    await reader.comments(3);
  });
}

test("npm's eventsource comes back through nginx, and says where it was", { skip: noProxy }, async (t) => {
  const { url, sessions } = await open(t, { retry: 1 });
  const visitor = await visitByEventSource(t, `${url}/1.1/`);
  const first = await sessions.next();
  first.push("one", { id: "é-1" });
  first.close();
  assert.equal((await visitor.next()).data, "one");
  const second = await sessions.next();
  assert.equal(second.lastEventId, "é-1");
  second.push("two");
  assert.deepEqual(await visitor.next(), { type: "message", data: "two", lastEventId: "" });
});
