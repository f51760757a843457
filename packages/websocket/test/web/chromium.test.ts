/** The standard's classes beside Chromium's: the same program sees the same. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as ours from "@anywire/websocket/web";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import type { WebSocketServer } from "ws";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import { serverFrame, text } from "../frames.ts";
import { portOf } from "../served.ts";
import { type Behaviours, behaviours, type Servers } from "./behaviours.ts";
import { acceptance, serve, serveEcho, serveRaw } from "./peers.ts";

async function serveAll(t: TestContext): Promise<Servers> {
  const talking = async (talk: Parameters<WebSocketServer["on"]>[1]): Promise<string> => {
    const { url, wss } = await serve(t);
    wss.on("connection", talk);
    return url;
  };
  return {
    echo: (await serveEcho(t, { perMessageDeflate: true })).url,
    closes: await talking((peer) => peer.close()),
    closes4000: await talking((peer) => peer.close(4000, "é")),
    bursts: await talking((peer) => {
      for (const message of ["1", "2", "3"]) peer.send(message);
      peer.close(1000, "bye");
    }),
    cuts: await talking((peer) => peer.terminate()),
    refuses: (await serve(t, { verifyClient: () => false })).url,
    breaksRules: await serveRaw(t, (peer, request) =>
      peer.write(Buffer.concat([Buffer.from(acceptance(request)), serverFrame(text, "test"), serverFrame(3, "LOL")])),
    ),
    otherProtocol: await serveRaw(t, (peer, request) => {
      peer.write(acceptance(request, ["Sec-WebSocket-Protocol: other"]));
    }),
    noProtocol: await serveRaw(t, (peer, request) => {
      peer.write(acceptance(request));
    }),
    redirects: await serveRaw(t, (peer) => peer.end("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")),
  };
}

const classes = "{ WebSocket, WebSocketStream, WebSocketError, CloseEvent }";

async function inChromium(t: TestContext, executablePath: string, servers: Servers): Promise<Behaviours> {
  const page = createServer((_request, response) =>
    response.setHeader("Content-Type", "text/html").end("<title>t</title>"),
  );
  page.listen(0, "127.0.0.1");
  await once(page, "listening");
  const browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
  t.after(async () => {
    await browser.close();
    page.close();
  });
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${portOf(page)}/`);
  const entryPoints = [join(import.meta.dirname, "behaviours.ts")];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: "iife", globalName: "told", write: false });
  await tab.addScriptTag({ content: outputFiles[0]?.text ?? "" });
  return tab.evaluate(`told.behaviours(${classes}, ${JSON.stringify(servers)})`);
}

const executablePath = findChromium();

test("a program sees what it sees in Chromium", { skip: executablePath === undefined && noChromium }, async (t) => {
  const servers = await serveAll(t);
  const theirs = await inChromium(t, executablePath ?? "", servers);
  const here: Behaviours = JSON.parse(JSON.stringify(await behaviours(ours, servers))); // as it comes out of a page
  for (const name of new Set([...Object.keys(theirs), ...Object.keys(here)])) {
    assert.deepEqual(here[name], JSON.parse(JSON.stringify(theirs[name] ?? null)), name);
  }
});
