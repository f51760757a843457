/** Who is under the rules of browsers: Node is not, Chromium is in its pages and workers. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import { hasBrowserRules } from "../../src/web/browser-rules.ts";
import { serveOrigin } from "../origins.ts";

const executablePath = findChromium();
const skip = executablePath === undefined ? noChromium : false;

/** Runs in the page, and by it in a worker. */
const inWorker = `new Promise((resolve) => {
  const source = "postMessage((" + ${JSON.stringify(String(hasBrowserRules))} + ")())";
  const worker = new Worker(URL.createObjectURL(new Blob([source])));
  worker.onmessage = ({ data }) => resolve(data);
})`;

test("Node is not, and shows where a redirect leads", async (t) => {
  assert.equal(hasBrowserRules(), false);
  const url = await serveOrigin(t, [], (_asked, response) => response.writeHead(302, { Location: "/a" }).end());
  const { status, headers } = await fetch(url, { redirect: "manual" });
  assert.deepEqual([status, headers.get("location")], [302, "/a"]);
});

test("a platform without Request is not asked", (t) => {
  const { Request } = globalThis;
  t.after(() => Reflect.set(globalThis, "Request", Request));
  Reflect.set(globalThis, "Request", undefined);
  assert.equal(hasBrowserRules(), false);
});

test("Chromium is, in a page and in a worker, and hides where a redirect leads", {
  skip,
  timeout: 60_000,
}, async (t) => {
  const url = await serveOrigin(t, [], ({ path }, response) => {
    if (path === "/away") response.writeHead(302, { Location: "/" });
    response.end("<!doctype html>");
  });
  const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(url);
  assert.equal(await page.evaluate(`(${hasBrowserRules})()`), true);
  assert.equal(await page.evaluate(inWorker), true);
  const manual = "fetch('/away', { redirect: 'manual' }).then(({ status, headers }) => [status, [...headers]])";
  assert.deepEqual(await page.evaluate(manual), [0, []]);
});
