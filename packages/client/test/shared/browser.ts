/** Pages of one Chromium that open `@anywire/client/shared`, and a server for them. */

import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, type TestContext } from "node:test";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";

const executablePath = findChromium();

/** For tests that need a browser. */
export const inBrowser = { skip: executablePath === undefined && noChromium, timeout: 120_000 };

let bundled: Promise<string> | undefined;

/** The client as a script: `anywire.io`. */
function bundle(): Promise<string> {
  bundled ??= build({
    entryPoints: [new URL("../../src/shared.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "anywire",
    target: "es2022",
    conditions: ["anywire-source"],
  }).then(({ outputFiles: [file] }) => file?.text ?? "");
  return bundled;
}

const page = `<!doctype html><title>tabs</title><script src="/client.js"></script>`;

/** A worker that is a tab like any other. */
const worker = `
  importScripts("/client.js");
  const socket = anywire.io({ shared: true });
  socket.on("connect", () => postMessage(socket.id));
  socket.onAny((...args) => postMessage(args));`;

/** Who comes here goes back to where it came from. */
const backPage = `<!doctype html><title>back</title><script>onload = () => setTimeout(() => history.back())</script>`;

/** An HTTP server with the page and the client; `attach` puts the server under test on it. */
export async function servePage(t: TestContext, attach: (http: HttpServer) => { close(): unknown }): Promise<string> {
  const script = await bundle();
  const http = createServer((request, response) => {
    if (request.url === "/client.js") response.setHeader("content-type", "text/javascript").end(script);
    else if (request.url === "/page") response.setHeader("content-type", "text/html").end(page);
    else if (request.url === "/worker.js") response.setHeader("content-type", "text/javascript").end(worker);
    else if (request.url === "/back") response.setHeader("content-type", "text/html").end(backPage);
    else if (request.url?.startsWith("/socket.io/") !== true) response.writeHead(404).end();
  });
  const attached = attach(http);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(async () => {
    http.closeAllConnections();
    await attached.close();
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/page`;
}

let launched: Promise<Browser> | undefined;

after(async () => {
  await (await launched)?.close();
});

/** A profile that is nobody else's, of the one browser of a test file. */
export async function openContext(t: TestContext): Promise<BrowserContext> {
  launched ??= chromium.launch({
    executablePath: executablePath ?? "",
    args: [...chromiumArguments],
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
  });
  const context = await (await launched).newContext();
  t.after(() => context.close());
  return context;
}

interface AskedTabs {
  readonly count: number;
  /** @default all that the client has */
  readonly transports?: readonly string[];
  /** What each runs; it has `socket`. */
  readonly script?: string;
}

/** Opens tabs one after the other: the first one leads. */
export async function openTabs(context: BrowserContext, url: string, asked: AskedTabs): Promise<Page[]> {
  const { count, transports, script = "" } = asked;
  const delay = { reconnectionDelay: 10_000, reconnectionDelayMax: 10_000 }; // who waits for it, waits too long
  const options = JSON.stringify({ shared: true, transports, ...delay });
  const pages: Page[] = [];
  for (let index = 0; index < count; index++) {
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.evaluate(`{
      globalThis.heard = [];
      globalThis.socket = anywire.io(${options});
      socket.onAny((...args) => heard.push(args));
      ${script}
    }`);
    await tab.waitForFunction("socket.connected");
    pages.push(tab);
  }
  return pages;
}
