/** Chromium, which opens its WebSockets over the HTTP/2 session that a page came on, beside npm's ws over HTTP/1.1. */

import assert from "node:assert/strict";
import type { Http2ServerRequest, ServerHttp2Stream } from "node:http2";
import { describe, test } from "node:test";
import type { WebSocket } from "@anywire/websocket";
import { chromium } from "playwright-core";
import Peer from "ws";
import { chromiumArguments, findChromium, noChromium } from "../../../scripts/chromium.ts";
import { secure, serveHttp2 } from "./http2-peers.ts";
import { messages } from "./messages.ts";

const executablePath = findChromium();
const skip = executablePath === undefined ? noChromium : false;

/** Runs in the page: says something small and something large, and closes after three messages. */
const talk = `(async () => {
  const socket = new WebSocket("wss://" + location.host + "/chat", ["other", "chat"]);
  const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
  const texts = [];
  socket.addEventListener("message", ({ data }) => {
    texts.push(typeof data === "string" ? data : data.size);
    if (texts.length === 3) socket.close(4000, "bye");
  });
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const { protocol, extensions } = socket;
  socket.send("hello");
  socket.send("x".repeat(1_000_000));
  const { code, reason, wasClean } = await closed;
  return { protocol, extensions, texts, code, reason, wasClean };
})()`;

describe("WebSockets over HTTP/2 in a browser", { skip, timeout: 120_000 }, () => {
  test("a page's WebSocket is a stream of the page's session: subprotocol, compression, closing", async (t) => {
    const server = secure();
    const pages = new Set<unknown>();
    server.on("request", ({ httpVersion, stream }: Http2ServerRequest, response: { end(body: string): void }) => {
      pages.add(stream?.session);
      response.end(`<!doctype html><title>${httpVersion}</title>`);
    });
    const served = await serveHttp2(t, { perMessageDeflate: { threshold: 0 }, handleProtocols: () => "chat" }, server);
    const closed = new Promise((resolve) => {
      served.wss.on("connection", (socket: WebSocket, { httpVersion, headers }) => {
        const origin = headers.origin?.replace(/\d+$/, "PORT");
        socket.send(`${httpVersion} ${String(Reflect.get(headers, ":protocol"))} ${origin}`);
        socket.on("message", (data) => socket.send(Buffer.from(String(data))));
        if (httpVersion !== "2.0") return;
        const { session } = socket._socket as ServerHttp2Stream;
        socket.on("close", (code, reason) => resolve([pages.has(session), code, String(reason)]));
      });
    });
    const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
    t.after(() => browser.close());
    const page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto(`https://127.0.0.1:${served.port}/`);
    assert.equal(await page.title(), "2.0");

    const peer = new Peer(`wss://127.0.0.1:${served.port}/chat`, { rejectUnauthorized: false });
    t.after(() => peer.terminate());
    assert.deepEqual(await messages(peer, 1), ["1.1 undefined undefined"]);

    assert.deepEqual(await page.evaluate(talk), {
      protocol: "chat",
      extensions: "permessage-deflate",
      texts: ["2.0 websocket https://127.0.0.1:PORT", 5, 1_000_000],
      code: 4000,
      reason: "bye",
      wasClean: true,
    });
    assert.deepEqual(await closed, [true, 4000, "bye"]);
  });
});
