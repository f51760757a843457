/** The streams in Chromium: a native EventSource, and an iframe whose scripts run as they come. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { chromium, type Page } from "playwright-core";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import { StreamingTransport, type StreamName } from "../../src/engine/streaming-transport.ts";
import { type HostedSession, TransportHost } from "./transport-host.ts";

const executablePath = findChromium();
const skip = executablePath === undefined && noChromium;

/** Opens a stream in the page; what comes is kept in `packets`, and `ended` says that it is over. */
const clients: Readonly<Record<StreamName, string>> = {
  eventsource: `
    const source = new EventSource("/engine.io/?transport=eventsource&EIO=4");
    source.onmessage = ({ data }) => take(data);
    source.addEventListener("json", ({ data }) => take(JSON.parse(data)));
    source.onerror = () => { source.close(); ended = true; };`,
  iframe: `
    window.___eio = { 7: take };
    const frame = document.createElement("iframe");
    frame.onload = () => { ended = true; };
    frame.src = "/engine.io/?transport=iframe&EIO=4&j=7";
    document.body.append(frame);`,
};

interface Visit {
  readonly page: Page;
  readonly session: HostedSession;
}

async function visit(t: TestContext, name: StreamName): Promise<Visit> {
  const host = await TransportHost.open(t, { factory: (setup) => new StreamingTransport(name, setup) });
  const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(new URL("/page", host.url).href);
  await page.addScriptTag({
    content: `var packets = [], ended = false; { const take = (packet) => packets.push(packet); ${clients[name]} }`,
  });
  await page.waitForFunction("packets.length === 1");
  return { page, session: host.last };
}

for (const name of ["eventsource", "iframe"] as const) {
  test(`${name}: both ways, and to its end`, { skip }, async (t) => {
    const { page, session } = await visit(t, name);
    const texts = ['2["a"]', "</script><script>packets.push(0)</script>", "a\nb\r\u2028", "é😀"];
    for (const text of texts) session.send(text);
    session.send(Buffer.from([1, 2]));
    await page.waitForFunction("packets.length === 6");
    assert.deepEqual(await page.evaluate("packets.slice(1)"), [...texts.map((text) => `4${text}`), "bAQI="]);
    const received = once(session, "packet");
    const url = `/engine.io/?transport=${name}&EIO=4&sid=${session.id}`;
    const answer = `fetch(${JSON.stringify(url)}, { method: "POST", body: "4up" }).then((told) => told.text())`;
    assert.equal(await page.evaluate(answer), "ok");
    assert.deepEqual(await received, ["message", "up"]);
    session.transport.close(() => {});
    await page.waitForFunction("ended && packets.at(-1) === '1'");
  });
}
