/** The samples of the notes that the project was born from, with only the name of the package changed. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { findChromium, noChromium } from "../../scripts/chromium.ts";
import { besides } from "../drop-in/programs.ts";
import { App } from "../install/app.ts";
import { download } from "../install/downloads.ts";
import { openPage, type Page } from "./page.ts";
import { type Given, Sample, samples } from "./sample.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

const executablePath = findChromium();
const skip = executablePath === undefined ? noChromium : false;
const timeout = 20_000;
const koa = download("koa@3.3.0");
const sharedPortPage = `<!doctype html><meta charset="utf-8"><button id="closeSocket">断开连接</button>
<script>${read("shared-port-client.js")}</script>`;
let app: App;
/** In which the samples run. */
const folder = mkdtempSync(join(tmpdir(), "anywire seeds "));

before(() => {
  app = new App(tarballs);
  writeFileSync(join(folder, "index.html"), sharedPortPage);
});
after(() => {
  app.remove();
  rmSync(folder, { recursive: true });
});

function read(file: string): string {
  return readFileSync(join(samples, file), "utf8");
}

/** Starts a sample on the installed package; it ends with the test. */
function start(
  context: TestContext,
  file: string,
  { express = "", ...given }: Given & { express?: string } = {},
): Sample {
  const names = {
    ws: { folder: app.folder, is: "@anywire/websocket" },
    "ws/web": { folder: app.folder, is: "@anywire/websocket/web" },
    koa: { folder: koa, is: "koa" },
    express: { folder: express, is: "express" },
  };
  const sample = new Sample(file, folder, { names, ...given });
  context.after(() => sample.end());
  return sample;
}

/** Starts a browser's script in Node, where the WebSocket of `/web` is the global one. */
function startNative(context: TestContext, file: string, ports: Readonly<Record<number, number>>): Sample {
  return start(context, file, { native: "ws/web", ports });
}

async function open(context: TestContext, ports: Readonly<Record<number, number>>): Promise<Page> {
  const page = await openPage(executablePath ?? "", ports);
  context.after(() => page.close());
  return page;
}

const script = (text: string): string => `<!doctype html><meta charset="utf-8"><script>${text}</script>`;

for (const [beside, version] of Object.entries(besides)) {
  const express = download(version);

  test(`a server on a port of its own, beside ${beside}, and its client in Node`, { timeout }, async (context) => {
    const server = start(context, "own-port-server.js", { express, beside: 3000 });
    const response = await fetch(`http://127.0.0.1:${await server.port(3000)}/`);
    assert.equal(await response.text(), "beside");

    const client = startNative(context, "own-port-client.js", { 8080: await server.port(8080) });
    await server.prints("linked wss");
    await client.prints("open open");
    await server.prints("message <Buffer 68 65 6c 6c 6f>");
    await client.prints('message message {"msg":{"type":"Buffer","data":[104,101,108,108,111]}}');
    await client.end();
    await server.prints("close [ 1006,");

    const other = startNative(context, "own-port-client.js", { 8080: await server.port(8080) });
    await other.prints("open open");
    await server.end();
    await other.prints("close close 1006");
  });

  test(`one port for ${beside} and WebSocket, numbers both ways, and a client in Node`, {
    timeout,
  }, async (context) => {
    const server = start(context, "shared-port-server.js", { express });
    const port = await server.port(6788);
    const response = await fetch(`http://127.0.0.1:${port}/`);
    assert.equal(await response.text(), sharedPortPage);

    const client = startNative(context, "shared-port-client.js", { 6788: port });
    await Promise.all([server.prints("连接成功"), client.prints("连接成功")]);
    await Promise.all([server.prints("收到消息 <Buffer 31>"), client.prints("收到服务端数据 2")]);
    await Promise.all([server.prints("收到消息 <Buffer 32>"), client.prints("收到服务端数据 3")]);
    client.press();
    await Promise.all([server.prints("断开了"), client.prints("关闭")]);
  });

  test(`one port for ${beside} and WebSocket, numbers both ways, and a page`, { skip, timeout }, async (context) => {
    const server = start(context, "shared-port-server.js", { express });
    const port = await server.port(6788);
    const page = await open(context, { 6788: port });
    await page.visit("http://localhost:6788/");
    await Promise.all([server.prints("连接成功"), page.prints("连接成功")]);
    await Promise.all([server.prints("收到消息 <Buffer 31>"), page.prints("收到服务端数据 2")]);
    await page.press("closeSocket");
    await Promise.all([server.prints("断开了"), page.prints("关闭")]);
  });
}

test("a server on a port of its own, and its client in a page", { skip, timeout }, async (context) => {
  const server = start(context, "own-port-server.js");
  const page = await open(context, { 8080: await server.port(8080) });
  await page.show(script(read("own-port-client.js")));
  await page.prints("open open");
  await server.prints("message <Buffer 68 65 6c 6c 6f>");
  await page.prints('message message {"msg":{"type":"Buffer","data":[104,101,108,108,111]}}');
  await page.visit("about:blank");
  await server.prints("close [ 1001,");
});

test("a plain server, and its client in Node", { timeout }, async (context) => {
  const server = start(context, "plain-server.js");
  const client = start(context, "plain-client.js", { ports: { 8888: await server.port(8888) } });
  await client.prints("the client is connected to server");
  await server.prints("one client is connection");
});

test("a plain server, and its client in a page", { skip, timeout }, async (context) => {
  const server = start(context, "plain-server.js");
  const page = await open(context, { 8888: await server.port(8888) });
  await page.show(read("plain-page.html"));
  await server.prints("one client is connection");
});

test("a server on Koa's, and a browser's client in Node", { timeout }, async (context) => {
  const server = start(context, "koa-server.js");
  const client = startNative(context, "koa-client.js", { 3000: await server.port(3000) });
  await client.prints("连接服务器成功");
  await client.prints("this is msg from server");
  await server.end();
  await client.prints("服务器关闭");
});

test("a server on Koa's, and a page that sends, as the notes change it", { skip, timeout }, async (context) => {
  const server = start(context, "koa-server.js");
  const page = await open(context, { 3000: await server.port(3000) });
  const line = read("koa-client-change.txt").replaceAll("...", "").trim();
  const opened = 'console.log("连接服务器成功");';
  await page.show(script(read("koa-client.js").replace(opened, `${opened}\n${line}`)));
  await page.prints("this is msg from server");
  await server.prints("received: this is msg from client");
});
