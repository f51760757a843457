/** The page of @socket.io/admin-ui itself, in Chromium: it shows the clients of ours, those of the plain wire too, and puts them out. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { instrument } from "@socket.io/admin-ui";
import express from "express";
import { chromium } from "playwright-core";
import type { Socket } from "socket.io";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import { plainWays, socketIo, type Way } from "./guests.ts";
import { Stage } from "./servers.ts";

const executablePath = findChromium();
const page = join(createRequire(import.meta.url).resolve("@socket.io/admin-ui"), "../../ui/dist");

test("the page shows the clients of every wire", {
  skip: executablePath === undefined ? noChromium : false,
  timeout: 120_000,
}, async (t) => {
  const stage = new Stage(t);
  const httpServer = createServer(express().use(express.static(page)));
  const { io, url } = await stage.share("@anywire/server", httpServer, { plain: { path: "/anywire" } });
  instrument(io, { auth: false, mode: "development", serverId: "the first" });
  const ids: string[] = [];
  for (const come of [socketIo(), ...Object.values(plainWays)] satisfies Way[]) {
    const connected = once(io, "connection");
    const guest = come(url, {});
    stage.defer(() => guest.close());
    const [socket] = (await connected) as [Socket];
    ids.push(socket.id);
  }
  const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
  stage.defer(() => browser.close());
  const tab = await browser.newPage();
  tab.setDefaultTimeout(60_000);
  await tab.addInitScript((address: string) => {
    for (const [name, value] of [
      ["server_url", address],
      ["namespace", "/admin"],
      ["lang", "en"],
    ] as const)
      Reflect.get(globalThis, "localStorage").setItem(name, value);
  }, url);
  await tab.goto(`${url}/#/sockets/`);
  for (const id of ids) await tab.getByText(id).waitFor();
  await tab.goto(`${url}/#/servers/`);
  await tab.getByText("the first").waitFor();
  await tab.goto(`${url}/#/sockets/`);
  const [, plain = ""] = ids;
  io.in(plain).disconnectSockets(true);
  await tab.getByText(plain).waitFor({ state: "detached" });
  assert.equal(await tab.getByText(ids[0] ?? "").count(), 1);
});
