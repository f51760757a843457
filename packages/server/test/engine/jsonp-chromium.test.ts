/** JSONP polling of the client of Socket.IO 2, in Chromium, from a page of another origin. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import { ServedEngine } from "./served-engine.ts";

const executablePath = findChromium();
const skip = executablePath === undefined && noChromium;

const require = createRequire(import.meta.url);
/** The bundle that the client brings for pages: the global `eio`. */
const bundle = join(
  dirname(createRequire(require.resolve("socket.io-client-2")).resolve("engine.io-client/package.json")),
  "engine.io.js",
);

test("JSONP: both ways, with everything that a script or a form could break", { skip }, async (t) => {
  const served = await ServedEngine.open(t, "ours");
  served.engine.on("connection", (session) => session.on("message", (data: string) => session.send(data)));
  const pages = createServer((_, response) =>
    response.setHeader("Content-Type", "text/html").end("<!doctype html><p>"),
  );
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
  t.after(async () => {
    await browser.close();
    pages.closeAllConnections();
    pages.close();
    await once(pages, "close");
  });
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`); // it listens on a port
  await page.addScriptTag({ path: bundle });
  const texts = ["a", "\n", "\\n", "\\\\n", "\u2028\u2029", "</script>", "é😀", "d=1&x=%41+b"];
  await page.addScriptTag({
    content: `
      var heard = [], gone = "";
      const socket = eio(${JSON.stringify(served.origin)}, { transports: ["polling"], forceJSONP: true, upgrade: false });
      socket.on("open", () => ${JSON.stringify(texts)}.forEach((text) => socket.send(text)));
      socket.on("message", (data) => heard.push(data));
      socket.on("close", (reason) => { gone = reason; });`,
  });
  await page.waitForFunction(`heard.length === ${texts.length}`);
  assert.deepEqual(await page.evaluate("heard"), texts);
  served.last.close();
  await page.waitForFunction("gone !== ''");
  assert.equal(await page.evaluate("gone"), "transport close");
});
