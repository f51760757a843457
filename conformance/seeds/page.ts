/** A page of Chromium in which a sample runs: what it prints to its console, and the ports that fixed ones stand for. */

import { once } from "node:events";
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { chromiumArguments } from "../../scripts/chromium.ts";

export interface Page {
  /** Shows the document, and runs its scripts. */
  show(html: string): Promise<void>;
  visit(url: string): Promise<void>;
  /** @returns once its console has so many lines with it */
  prints(text: string, times?: number): Promise<void>;
  readonly lines: readonly string[];
  press(id: string): Promise<void>;
  /** From now on, whatever is asked for by a URL that ends so is that file. */
  give(end: string, file: string): Promise<void>;
  screenshot(file: string): Promise<void>;
  close(): Promise<void>;
}

/** Prints events as the preload of Node does. */
const clog = `clog = (...words) => console.log(...words.map((word) =>
  word?.type === undefined ? word : word.type + " " + (word.data ?? word.code ?? "")));`;

export async function openPage(executablePath: string, ports: Readonly<Record<number, number>>): Promise<Page> {
  const rules = Object.entries(ports).flatMap(([fixed, port]) =>
    ["localhost", "127.0.0.1"].map((host) => `MAP ${host}:${fixed} 127.0.0.1:${port}`),
  );
  const args = [...chromiumArguments, `--host-resolver-rules=${rules.join(",")}`];
  const browser = await chromium.launch({ executablePath, args });
  const page = await browser.newPage();
  const printed: string[] = [];
  page.on("console", (message) => message.type() === "log" && printed.push(message.text()));
  await page.addInitScript(clog);
  const server = createServer((_request, response) => response.setHeader("Content-Type", "text/html").end(shown));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  let shown = "";
  return {
    async show(html) {
      shown = html;
      await page.goto(`http://127.0.0.1:${typeof address === "object" ? address?.port : address}/`);
    },
    visit: async (url) => void (await page.goto(url)),
    async prints(text, times = 1) {
      while (printed.filter((line) => line.includes(text)).length < times) await page.waitForEvent("console");
    },
    lines: printed,
    press: (id) => page.click(`#${id}`),
    async give(end, path) {
      await page.route(
        (url) => url.href.endsWith(end),
        (route) => route.fulfill({ path }),
      );
    },
    screenshot: async (path) => void (await page.screenshot({ path })),
    async close() {
      await browser.close();
      server.close();
    },
  };
}
