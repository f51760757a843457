/** The streams in Chromium: a native EventSource, its stream by fetch, an iframe; pages and workers; and networks that break WebSocket. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import type { lab as Lab } from "./page.ts";
import { Served } from "./served.ts";
import { texts } from "./texts.ts";

declare const lab: typeof Lab; // in the page

const executablePath = findChromium();
const options = { skip: executablePath === undefined && noChromium, timeout: 60_000 };

let browser: Browser | undefined;
let script = "";

before(async () => {
  if (executablePath === undefined) return;
  browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "page.ts")],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    conditions: ["anywire-source"],
  });
  script = outputFiles[0]?.text ?? "";
});
after(() => browser?.close());

const serve: RequestListener = ({ url }, response) => {
  const isScript = url === "/page.js";
  response.setHeader("Content-Type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
  response.end(isScript ? script : '<!doctype html><link rel="icon" href="data:,"><script src="/page.js"></script>');
};

async function openPage(t: TestContext, origin: string): Promise<Page> {
  assert.ok(browser !== undefined);
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(origin);
  return page;
}

/** The streams of sessions that were asked for. */
const streamsOf = (served: Served): string[] =>
  served.requests
    .filter(([method, query]) => method === "GET" && !["polling", null].includes(query.get("transport")))
    .map(([, query]) => `${query.get("transport")}`);

interface Kind {
  readonly transport: "eventsource" | "iframe";
  readonly options: object;
  /** How many EventSources are made. */
  readonly sources: number;
}

const kinds: Readonly<Record<string, Kind>> = {
  "a native EventSource": { transport: "eventsource", options: {}, sources: 1 },
  "the stream by fetch": { transport: "eventsource", options: { extraHeaders: { "x-key": "k" } }, sources: 0 },
  "an iframe": { transport: "iframe", options: {}, sources: 0 },
};

for (const [name, kind] of Object.entries(kinds)) {
  const openSession = async (t: TestContext, given: object = {}): Promise<{ served: Served; page: Page }> => {
    const served = await Served.open(t, { maxHttpBufferSize: 5_000_000, ...given }, { serve });
    const page = await openPage(t, served.origin);
    await page.evaluate((given) => lab.start(undefined, given), { transports: [kind.transport], ...kind.options });
    await page.waitForFunction(() => lab.seen.events.length > 0);
    served.last.on("message", (data: string | Buffer) => served.last.send(data));
    return { served, page };
  };

  const until = (page: Page, count: number): Promise<unknown> =>
    page.waitForFunction((wanted) => lab.seen.messages.length === wanted, count);

  test(`${name}: texts and bytes, both ways`, options, async (t) => {
    const { served, page } = await openSession(t);
    const sent = [...texts, [], [0, 1, 254, 255]];
    await page.evaluate((messages) => lab.send(messages), sent);
    await until(page, sent.length);
    assert.deepEqual(await page.evaluate(() => lab.seen.messages), sent);
    await page.evaluate(() => lab.sendBlob("é"));
    await until(page, sent.length + 1);
    assert.deepEqual(await page.evaluate(() => lab.seen.messages.at(-1)), [0xc3, 0xa9]);
    assert.equal(served.last.transport.name, kind.transport);
    assert.equal(await page.evaluate(() => lab.sources.length), kind.sources);
  });

  test(`${name}: 5,000 messages, in order`, options, async (t) => {
    const { page } = await openSession(t);
    const numbers = Array.from({ length: 5_000 }, (_, n) => `${n}`);
    await page.evaluate((messages) => lab.send(messages), numbers);
    await until(page, numbers.length);
    assert.deepEqual(await page.evaluate(() => lab.seen.messages), numbers);
  });

  test(`${name}: the client closes, and leaves nothing`, options, async (t) => {
    const { served, page } = await openSession(t);
    if (kind.transport === "iframe") assert.equal(await page.locator("iframe").count(), 1);
    await page.evaluate(() => lab.close());
    await served.ended();
    assert.deepEqual(served.ends, ["transport close"]);
    assert.deepEqual(await page.evaluate(() => lab.seen.events), [["open"], ["close", "forced close"]]);
    await page.waitForFunction(() => document.querySelector("iframe") === null);
    assert.equal(await page.evaluate(() => Object.keys(Reflect.get(globalThis, "___eio") ?? {}).length), 0);
  });

  test(`${name}: the server closes, and nobody comes back`, options, async (t) => {
    const { served, page } = await openSession(t);
    served.last.send("last words");
    served.last.close();
    await page.waitForFunction(() => lab.seen.events.length === 2);
    const { messages, events } = await page.evaluate(() => lab.seen);
    assert.deepEqual([messages, events], [["last words"], [["open"], ["close", "transport close"]]]);
    assert.equal(await page.evaluate(() => lab.sources.every(({ readyState }) => readyState === 2)), true);
    assert.deepEqual([streamsOf(served), await page.locator("iframe").count()], [[kind.transport], 0]);
  });

  test(`${name}: a stream that is cut closes the session once`, options, async (t) => {
    const { served, page } = await openSession(t, { pingInterval: 1_000, pingTimeout: 1_000 });
    served.cut();
    await page.waitForFunction(() => lab.seen.events.length === 2);
    await page.evaluate(() => lab.send(["too late"]));
    const reason = kind.transport === "iframe" ? "ping timeout" : "transport close"; // a page is told nothing of its iframe
    assert.deepEqual(await page.evaluate(() => lab.seen.events), [["open"], ["close", reason]]);
    assert.equal(await page.evaluate(() => lab.sources.every(({ readyState }) => readyState === 2)), true);
  });

  test(`${name}: where WebSocket is refused, polling moves to it`, options, async (t) => {
    const served = await Served.open(t, {}, { serve });
    served.http.removeAllListeners("upgrade").on("upgrade", (_request, socket) => {
      socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    });
    const page = await openPage(t, served.origin);
    const numbers = Array.from({ length: 200 }, (_, n) => `${n}`);
    const transports = ["polling", "websocket", kind.transport];
    await page.evaluate((given) => lab.start(undefined, given), { transports, ...kind.options });
    await page.waitForFunction(() => lab.seen.events.length > 0);
    served.last.on("message", (data: string) => served.last.send(data));
    await page.evaluate((messages) => lab.send(messages), numbers.slice(0, 100));
    await page.waitForFunction(() => lab.seen.events.length === 3);
    await page.evaluate((messages) => lab.send(messages), numbers.slice(100));
    await until(page, numbers.length);
    const { messages, events } = await page.evaluate(() => lab.seen);
    assert.deepEqual([messages, events], [numbers, [["open"], ["upgradeError"], ["upgrade", kind.transport]]]);
    assert.equal(served.last.transport.name, kind.transport);
  });
}

test("an iframe keeps no script that has run", options, async (t) => {
  const served = await Served.open(t, {}, { serve });
  const page = await openPage(t, served.origin);
  await page.evaluate(() => lab.start(undefined, { transports: ["iframe"] }));
  await page.waitForFunction(() => lab.seen.events.length > 0);
  for (let n = 0; n < 10; n++) served.last.send("x".repeat(10_000));
  await page.waitForFunction(() => lab.seen.messages.length === 10);
  const length = await page.evaluate(() => document.querySelector("iframe")?.contentDocument?.body.innerHTML.length);
  assert.ok(length !== undefined && length < 10_100, `${length}`);
});

test("an iframe cannot reach another origin, and says so", options, async (t) => {
  const served = await Served.open(t, {}, { serve });
  const page = await openPage(t, served.origin);
  await page.evaluate(() => lab.start("http://localhost:1", { transports: ["iframe"] }));
  await page.waitForFunction(() => lab.seen.events.length === 2);
  assert.deepEqual(await page.evaluate(() => lab.seen.events), [
    ["error", "cross-origin"],
    ["close", "transport error"],
  ]);
  assert.equal(await page.locator("iframe").count(), 0);
});

test("EventSource in a worker", options, async (t) => {
  const served = await Served.open(t, {}, { serve });
  const page = await openPage(t, served.origin);
  const opened = once(served.engine, "connection");
  await page.evaluate(() => void new Worker("/page.js"));
  await opened;
  const answer = once(served.last, "message");
  served.last.send("hello");
  assert.deepEqual(await answer, ["worker: hello"]);
  await served.ended();
  assert.deepEqual(served.ends, ["transport close"]);
});

for (const [name, given] of [
  ["natively", {}],
  ["by fetch", { extraHeaders: { "x-key": "k" } }],
] as const) {
  test(`an event stream of another origin ${name}, with its cookies`, options, async (t) => {
    const host = await Served.open(t, {}, { serve });
    const cors = { origin: host.origin, credentials: true, allowedHeaders: ["x-key"] };
    const served = await Served.open(t, { cors });
    const cookies: unknown[] = [];
    served.engine.on(
      "headers",
      (headers: Record<string, string>, { headers: { cookie } }: { headers: { cookie?: string } }) => {
        headers["set-cookie"] = "a=1; SameSite=Lax";
        cookies.push(cookie);
      },
    );
    const page = await openPage(t, host.origin);
    const start = { transports: ["eventsource"], withCredentials: true, ...given };
    await page.evaluate(([uri, all]) => lab.start(uri, all), [served.origin, start] as const);
    await page.waitForFunction(() => lab.seen.events.length > 0);
    const heard = once(served.last, "message");
    await page.evaluate(() => lab.send(["hello"]));
    assert.deepEqual([await heard, cookies.at(-1)], [["hello"], "a=1"]);
  });
}
