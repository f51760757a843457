/** The playground in a real browser: a server with a ticker that is moved by hand, and a page that has to stay clean. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { fillClientFiles } from "../../../scripts/build/client-files.ts";
import { buildPlayground } from "../../../scripts/build-playground.ts";
import { chromiumArguments, findChromium } from "../../../scripts/chromium.ts";
import { type Kind, kinds } from "../playground/wires/connection.ts";
import { type App, createApp } from "../src/index.ts";

interface RunningServer {
  readonly app: App;
  readonly url: string;
  readonly tick: () => void;
}

export interface VisitOptions extends BrowserContextOptions {
  /** What the browser is going to complain about. */
  readonly expected?: RegExp;
}

async function startServer(playgroundDir: string, port: number): Promise<RunningServer> {
  let tick = (): void => {};
  const every = (_ms: number, callback: () => void): (() => void) => {
    tick = callback;
    return () => {};
  };
  const app = createApp({ port, playgroundDir, world: { random: Math.random, now: Date.now, every } });
  return { app, url: await app.listen(), tick: () => tick() };
}

/** A server and a browser, for all tests of a file. */
export class Playground {
  readonly url: string;
  private readonly browser: Browser;
  private readonly folder: string;
  private server: RunningServer;

  private constructor(browser: Browser, folder: string, server: RunningServer) {
    this.browser = browser;
    this.folder = folder;
    this.server = server;
    this.url = server.url;
  }

  static async open(): Promise<Playground> {
    const folder = mkdtempSync(join(tmpdir(), "anywire-playground-"));
    fillClientFiles();
    await buildPlayground(folder);
    const executablePath = findChromium();
    assert.ok(executablePath !== undefined);
    const browser = await chromium.launch({ executablePath, args: [...chromiumArguments] });
    return new Playground(browser, folder, await startServer(folder, 0));
  }

  /** The stock market's next price. */
  tick(): void {
    this.server.tick();
  }

  /** The server ends, all that it knew is forgotten, and another one starts in its place. */
  async restart(): Promise<void> {
    await this.server.app.close();
    this.server = await startServer(this.folder, Number(new URL(this.url).port));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.app.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Opens the page, runs `use` when its panels are live, and checks that nothing unexpected went wrong meanwhile. */
  async visit(
    use: (page: PlaygroundPage) => Promise<void>,
    { expected, ...options }: VisitOptions = {},
  ): Promise<void> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== new URL(this.url).origin) complaints.push(`request: ${request.url()}`);
    });
    try {
      await page.goto(this.url);
      const playground = new PlaygroundPage(page);
      for (const index of kinds.keys()) await playground.panel(index).state("live");
      await use(playground);
      const unexpected = complaints.filter((complaint) => expected?.test(complaint) !== true);
      assert.deepEqual(unexpected, []);
    } finally {
      await context.close();
    }
  }
}

export class PlaygroundPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** The panel at this place; first there is one of each kind. */
  panel(index: number): PanelOnPage {
    return new PanelOnPage(this.page.locator(".panel").nth(index));
  }

  panelOf(kind: Kind): PanelOnPage {
    return this.panel(kinds.indexOf(kind));
  }
}

export class PanelOnPage {
  readonly root: Locator;

  constructor(root: Locator) {
    this.root = root;
  }

  /** Waits until the panel is in this state. */
  async state(name: string): Promise<void> {
    await this.root.and(this.root.page().locator(`[data-state=${name}]`)).waitFor();
  }

  /** Types a message and waits for what becomes of it. */
  async say(text: string): Promise<string> {
    const outcome = this.root.locator(".outcome");
    await outcome.evaluate((element) => element.removeAttribute("data-state"));
    await this.root.locator("input").fill(text);
    await this.root.locator("input").press("Enter");
    await this.root.locator(".outcome:is([data-state=acked], [data-state=refused])").waitFor();
    return (await outcome.textContent()) ?? "";
  }

  async cut(): Promise<void> {
    await this.root.locator("button.cut").click();
    await this.state("cut");
  }

  async restore(): Promise<void> {
    await this.root.locator("button.restore").click();
    await this.state("live");
  }

  async become(kind: Kind): Promise<void> {
    await this.root.locator("select").selectOption(kind);
  }

  /** Waits for a message that ends the chat so far. */
  async hears(text: string): Promise<void> {
    await this.root.locator(".message", { hasText: text }).last().waitFor();
  }

  /** What is in the chat, notes left out; what was replayed says so. */
  async messages(): Promise<string[]> {
    return this.root.locator(".message").allTextContents();
  }

  /** Waits for the line that ends a replay. @returns it, and how many prices were replayed with it */
  async replay(count: number): Promise<{ text: string; prices: number }> {
    const summary = this.root.locator(".summary").nth(count - 1);
    await summary.waitFor();
    return { text: (await summary.textContent()) ?? "", prices: Number(await summary.getAttribute("data-prices")) };
  }

  text(selector: string): Promise<string> {
    return this.root.locator(selector).innerText();
  }
}
