/** The client left to itself on the page, in Chromium: its upgrade, its queue and its return. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findChromium, noChromium } from "../../../scripts/chromium.ts";
import { Playground, type PlaygroundPage } from "./playground-page.ts";

const skip = findChromium() === undefined ? noChromium : false;

describe("the client left to itself", { skip, timeout: 120_000 }, () => {
  let playground: Playground;
  before(async () => {
    playground = await Playground.open();
  });
  after(() => playground.close());

  async function shows({ page }: PlaygroundPage, part: string, text: string): Promise<void> {
    await page.locator(`.lone ${part}`, { hasText: text }).waitFor();
  }

  async function say({ page }: PlaygroundPage, text: string): Promise<void> {
    await page.locator(".lone input").fill(text);
    await page.locator(".lone input").press("Enter");
  }

  test("it begins by polling and moves up to WebSocket", () =>
    playground.visit(async (page) => {
      await shows(page, ".state", "connected");
      await shows(page, ".carriers", "polling → websocket");
      await shows(page, ".waiting", "nothing");
    }));

  test("what is said while it is away waits, and what it missed comes when it is back", () =>
    playground.visit(async (page) => {
      const panel = page.panelOf("websocket");
      await shows(page, ".carriers", "polling → websocket");
      await page.page.getByRole("button", { name: "Go offline" }).click();
      await shows(page, ".state", "offline");
      for (const text of ["one", "two"]) await say(page, text);
      await shows(page, ".waiting", "2");
      await panel.say("from a panel");
      assert.deepEqual(await panel.messages(), ["from a panel"]);
      await page.page.getByRole("button", { name: "Come back" }).click();
      await shows(page, ".comeback", "to the same session, 1 missed");
      for (const text of ["one", "two"]) await panel.hears(text);
      await shows(page, ".message:last-child", "two");
      await shows(page, ".waiting", "nothing");
      const heard = await page.page.locator(".lone .message").allTextContents();
      assert.deepEqual(heard, ["from a panel missed", "one", "two"]);
      await shows(page, ".carriers", "polling → websocket");
    }));

  test("it comes back by itself to a server that has begun anew", () =>
    playground.visit(
      async (page) => {
        await shows(page, ".carriers", "polling → websocket");
        await playground.restart();
        await shows(page, ".comeback", "to a new session");
        await say(page, "hello again");
        await shows(page, ".message", "hello again");
      },
      { expected: /./ },
    ));
});
