/** The event stream of the notes: the Express server as it stands and with sessions, our client in Node and Chromium's own. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { findChromium, noChromium } from "../../scripts/chromium.ts";
import { besides } from "../drop-in/programs.ts";
import { App } from "../install/app.ts";
import { download } from "../install/downloads.ts";
import { openPage } from "./page.ts";
import { Relay } from "./relay.ts";
import { Sample, samples } from "./sample.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

const executablePath = findChromium();
const timeout = 30_000;
const client = "event-stream-client.js";
const page = `<!doctype html><meta charset="utf-8"><script>${readFileSync(join(samples, client), "utf8")}</script>`;
let app: App;
/** In which the samples run. */
const folder = mkdtempSync(join(tmpdir(), "anywire seeds "));

before(() => {
  app = new App(tarballs);
  writeFileSync(join(folder, "index.html"), page);
});
after(() => {
  app.remove();
  rmSync(folder, { recursive: true });
});

/** What runs the client's script, and what it has printed. */
interface Client {
  prints(text: string, times: number): Promise<void>;
  readonly lines: readonly string[];
}

/** Where the client's script runs: why not here, and how it is started on the server at `port`. */
interface Place {
  readonly skip: string | false;
  start(context: TestContext, port: number): Promise<Client>;
}

const places: Readonly<Record<string, Place>> = {
  "our client in Node": {
    skip: false,
    async start(context, port) {
      const names = { eventsource: { folder: app.folder, is: "@anywire/eventsource" } };
      const events = { module: "eventsource", location: `http://127.0.0.1:${port}/` };
      const sample = new Sample(client, folder, { names, events });
      context.after(() => sample.end());
      return sample;
    },
  },
  "Chromium's own": {
    skip: executablePath === undefined ? noChromium : false,
    async start(context, port) {
      const opened = await openPage(executablePath ?? "", {});
      context.after(() => opened.close());
      await opened.visit(`http://127.0.0.1:${port}/`);
      return opened;
    },
  },
};

const servers = { "as it stands": "event-stream-server.js", "with sessions": "../event-stream/server.js" } as const;

/** Once connected, two seconds later, and from a server that was started anew. */
const connected = ["成功与服务器连接", "未命名事件 消息内容1", "myEve 消息内容2"];
const expected = [...connected, "未命名事件 定时消息", "错误", ...connected];

function start(context: TestContext, file: string, express: string): Sample {
  const names = {
    express: { folder: express, is: "express" },
    "@anywire/eventsource/server": { folder: app.folder, is: "@anywire/eventsource/server" },
  };
  const server = new Sample(file, folder, { names });
  context.after(() => server.end());
  return server;
}

for (const [beside, version] of Object.entries(besides)) {
  const express = download(version);
  for (const [how, file] of Object.entries(servers)) {
    for (const [where, { skip, start: startClient }] of Object.entries(places)) {
      test(`the server on ${beside} ${how}, and ${where}, over a restart`, { skip, timeout }, async (context) => {
        const relay = await Relay.open();
        context.after(() => relay.close());
        const server = start(context, file, express);
        relay.to(await server.port(6788));
        const watched = await startClient(context, relay.port);
        await watched.prints("定时消息", 1);

        relay.hold();
        await server.end();
        relay.to(await start(context, file, express).port(6788));
        await watched.prints("myEve 消息内容2", 2);
        assert.deepEqual(watched.lines.slice(0, expected.length), expected);

        const [first = "", second = ""] = relay.requests.filter((head) => head.startsWith("GET /EventSource-test "));
        assert.doesNotMatch(first, /^last-event-id:/im);
        assert.match(second, /^last-event-id: 12345\r$/im);
      });
    }
  }
}
