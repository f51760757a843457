/** The samples of socket.io in the notes, with only the name of the package changed: in Chromium, with the client that the server serves, and with that of v2. */

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { findChromium, noChromium } from "../../scripts/chromium.ts";
import { besides } from "../drop-in/programs.ts";
import { App } from "../install/app.ts";
import { download } from "../install/downloads.ts";
import { openPage, type Page } from "./page.ts";
import { Relay } from "./relay.ts";
import { Sample, samples } from "./sample.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

const executablePath = findChromium();
const skip = executablePath === undefined ? noChromium : false;
const timeout = 40_000;
const require = createRequire(import.meta.url);
const clientOfV2 = require.resolve("socket.io-client-2/dist/socket.io.js");
const clientOfV4 = require.resolve("socket.io-client/dist/socket.io.js");
/** `res.sendfile` of a sample is gone from Express 5. */
const express4 = download(besides["Express 4"]);
let app: App;

before(() => {
  app = new App(tarballs);
});
after(() => app.remove());

function read(file: string): string {
  return readFileSync(join(samples, file), "utf8");
}

interface Scene {
  /** What stands beside the sample as index.html. */
  readonly page: string;
  /** What of the sample is changed, for clients of v2. */
  readonly change?: readonly [from: string, to: string];
}

/** A folder with a copy of the sample and its page, for the sample sends the page from where it stands itself. */
function prepare(context: TestContext, file: string, { page, change: [from, to] = ["", ""] }: Scene): string {
  const folder = mkdtempSync(join(tmpdir(), "anywire-seeds-"));
  context.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "index.html"), page);
  if (from === "") cpSync(join(samples, file), join(folder, file));
  else writeFileSync(join(folder, file), read(file).replace(from, to));
  return folder;
}

function start(context: TestContext, path: string, express = express4): Sample {
  const names = {
    "socket.io": { folder: app.folder, is: "@anywire/server" },
    express: { folder: express, is: "express" },
  };
  const sample = new Sample(path, dirname(path), { names });
  context.after(() => sample.end());
  return sample;
}

async function open(context: TestContext, ports: Readonly<Record<number, number>>): Promise<Page> {
  const page = await openPage(executablePath ?? "", ports);
  context.after(() => page.close());
  return page;
}

/** Clients of v2 are let in by an option that the server of v2 did not need. */
const legacy = {
  chat: ['require("socket.io")(http)', 'require("socket.io")(http, { allowEIO3: true })'],
  events: ["require('socket.io')(server, {})", "require('socket.io')(server, { allowEIO3: true })"],
} as const;

for (const [beside, version] of Object.entries(besides)) {
  test(`the chat beside ${beside}, with the client that the server serves`, { skip, timeout }, async (context) => {
    const folder = prepare(context, "chat-server.js", { page: read("chat-page.html") });
    const server = start(context, join(folder, "chat-server.js"), download(version));
    const page = await open(context, { 9999: await server.port(9999) });
    await server.prints("the server is running at 9999...");
    await page.visit("http://localhost:9999/");
    await server.prints("a socket is connected!");
    await page.visit("http://localhost:9999/");
    await server.prints("a socket is connected!", 2);
  });

  test(`the chat beside ${beside}, with a client of v2 from elsewhere`, { skip, timeout }, async (context) => {
    const folder = prepare(context, "chat-server.js", { page: read("chat-page-elsewhere.html"), change: legacy.chat });
    const server = start(context, join(folder, "chat-server.js"), download(version));
    const page = await open(context, { 9999: await server.port(9999) });
    await page.give("/socket.io/2.3.0/socket.io.js", clientOfV2);
    await page.visit("http://localhost:9999/");
    await server.prints("a socket is connected!");
  });
}

/** The notes leave out the end of the script. */
const eventsPage = `<!doctype html><meta charset="utf-8">${read("socket-io-page.html")}</script>`;

/** The notes listen to what the socket of v2 told of reconnections, and ours tells it again. */
const clients = {
  "the client that the server serves": {
    lost: ["断开连接", "开始重连", "连接错误", "重连错误"],
    back: ["成功重连"],
    change: undefined,
    file: undefined,
  },
  "npm's client of v4": { lost: ["断开连接", "连接错误"], back: [], change: undefined, file: clientOfV4 },
  "the client of v2": {
    lost: ["断开连接", "开始重连", "重连错误"],
    back: ["成功重连"],
    change: legacy.events,
    file: clientOfV2,
  },
} as const;

for (const [client, { lost, back, change, file }] of Object.entries(clients)) {
  test(`events both ways, and both buttons, with ${client}`, { skip, timeout }, async (context) => {
    const scene = { page: eventsPage, ...(change && { change }) };
    const folder = prepare(context, "socket-io-server.js", scene);
    const server = start(context, join(folder, "socket-io-server.js"));
    const page = await open(context, { 6788: await server.port(6788) });
    if (file !== undefined) await page.give("/socket.io/socket.io.js", file);
    await page.visit("http://127.0.0.1:6788/");
    await Promise.all([server.prints("feEve 1"), server.prints("feEve 2")]);
    await Promise.all([page.prints("serverEve 1"), page.prints("serverEve 2")]);
    const [id = ""] = page.lines;
    assert.ok(server.lines.includes(id), server.lines.join("\n"));
    assert.ok(server.lines.includes(`[ '${id}' ]`), server.lines.join("\n"));
    await page.press("closeSocket");
    await page.prints("断开连接");
    await server.prints("客户端断开连接但尚未离开");
    await server.prints("断开连接\n");
    const heard = page.lines.length;
    await page.press("openSocket");
    await server.prints("feEve 4");
    const again = page.lines.slice(heard).find((line) => line.length === 20);
    assert.ok(again !== undefined && again !== id, page.lines.join("\n"));
    await page.screenshot(join(folder, "page.png"));
    if (process.env.SCREENSHOTS !== undefined)
      cpSync(join(folder, "page.png"), join(process.env.SCREENSHOTS, `${client}.png`));
  });

  test(`the server goes and comes back, with ${client}`, { skip, timeout }, async (context) => {
    const relay = await Relay.open();
    context.after(() => relay.close());
    const folder = prepare(context, "socket-io-server.js", { page: eventsPage, ...(change && { change }) });
    const first = start(context, join(folder, "socket-io-server.js"));
    relay.to(await first.port(6788));
    const page = await open(context, { 6788: relay.port });
    if (file !== undefined) await page.give("/socket.io/socket.io.js", file);
    await page.visit("http://127.0.0.1:6788/");
    await page.prints("serverEve 1");
    await first.end();
    for (const line of lost) await page.prints(line);
    const second = start(context, join(folder, "socket-io-server.js"));
    relay.hold();
    relay.to(await second.port(6788));
    for (const line of back) await page.prints(line);
    await second.prints("feEve");
    await page.prints("serverEve 1", 2);
  });
}
