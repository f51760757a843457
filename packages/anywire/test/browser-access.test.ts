/** The playground for everyone: small screens, keyboards, dark rooms, and those who want less motion. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { findChromium, noChromium } from "../../../scripts/chromium.ts";
import { kinds } from "../playground/wires/connection.ts";
import { Playground } from "./playground-page.ts";

const skip = findChromium() === undefined ? noChromium : false;

describe("the playground is open to everyone", { skip, timeout: 120_000 }, () => {
  let playground: Playground;
  before(async () => {
    playground = await Playground.open();
  });
  after(() => playground.close());

  const phone = { viewport: { width: 360, height: 740 } };

  test("a phone of 360 pixels needs no sideways scrolling: not for long words, nor for what is on the wire", () =>
    playground.visit(async (playing) => {
      await playing.panelOf("poll").say("x".repeat(2_000));
      await playing.panelOf("websocket").hears("xxx");
      for (const summary of await playing.page.locator("summary").all()) await summary.click();
      playground.tick();
      assert.equal(await playing.page.evaluate(() => document.documentElement.scrollWidth), 360);
    }, phone));

  test("what a finger has to hit on a phone is at least 44 pixels high", () =>
    playground.visit(async ({ page }) => {
      const targets = page.locator("button, input, select, summary");
      const small = await targets.evaluateAll((elements) =>
        elements
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 44)
          .map((element) => `${element.tagName} ${element.className}`),
      );
      assert.deepEqual(small, []);
    }, phone));

  test("all can be done with a keyboard alone, and where one is can be seen", () =>
    playground.visit(async (playing) => {
      const { page } = playing;
      const panel = playing.panel(0);
      const speaker = playing.panelOf("poll");
      await tabTo(page, ".panel input");
      await page.keyboard.type("typed");
      await page.keyboard.press("Enter");
      await speaker.hears("typed");
      await tabTo(page, ".cut");
      await page.keyboard.press("Enter");
      await panel.state("cut");
      assert.equal(await focused(page), "Restore");
      await speaker.say("missed");
      await page.locator("button.restore").first().focus(); // the speaker's field had it
      await page.keyboard.press("Space");
      await panel.replay(1);
      assert.equal(await focused(page), "Cut");
      await tabTo(page, "summary");
      await page.keyboard.press("Enter");
      await panel.root.locator(".trace").waitFor();
    }));

  test("a panel that is removed hands the focus to where one can be added", () =>
    playground.visit(async ({ page }) => {
      await page.locator("button.remove").first().focus();
      await page.keyboard.press("Enter");
      assert.equal(await focused(page), "Socket.IO");
      await page.keyboard.press("Enter");
      assert.equal(await page.locator(".panel").count(), kinds.length);
      assert.equal(await page.evaluate(() => document.activeElement?.tagName), "SELECT");
    }));

  test("every control has a name", () =>
    playground.visit(async ({ page }) => {
      const snapshot = await page.locator("body").ariaSnapshot();
      assert.doesNotMatch(snapshot, /- (?:button|textbox|combobox)(?::|$| \[)/m);
      for (const role of ["log", "status"]) assert.match(snapshot, new RegExp(`- ${role}`));
    }));

  for (const colorScheme of ["light", "dark"] as const) {
    test(`text has the contrast of WCAG AA in ${colorScheme} mode, whatever a panel's state`, () =>
      playground.visit(
        async (playing) => {
          for (let index = 0; index < 6; index++) playground.tick();
          const cut = playing.panelOf("eventsource");
          await playing.panelOf("websocket").cut();
          await cut.cut();
          await playing.panelOf("poll").say("missed");
          await cut.restore();
          await cut.replay(1);
          for (const summary of await playing.page.locator("summary").all()) await summary.click();
          const ground = await playing.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
          assert.equal(ground, colorScheme === "dark" ? "rgb(15, 17, 21)" : "rgb(244, 243, 238)");
          assert.deepEqual(await lowContrast(playing.page), []);
        },
        { colorScheme, reducedMotion: "reduce" },
      ));
  }

  test("nothing moves for those who want less motion", () =>
    playground.visit(
      async (playing) => {
        for (let index = 0; index < 12; index++) playground.tick();
        await playing.panelOf("websocket").say("hello");
        assert.equal(await playing.page.evaluate(() => document.getAnimations().length), 0);
      },
      { reducedMotion: "reduce" },
    ));
});

/** Presses Tab until the focus is there, and checks at each stop that it can be seen. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => {
      const style = document.activeElement && getComputedStyle(document.activeElement);
      return `${style?.outlineStyle} ${style?.outlineWidth}`;
    });
    assert.equal(outline, "solid 3px");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

function focused(page: Page): Promise<string | null | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}

/** Texts with less contrast than 4.5 to the nearest background behind them (WCAG 2.2, 1.4.3); disabled controls are exempt. */
async function lowContrast(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() =>
    [...document.body.querySelectorAll("*")]
      .filter((element) => element.checkVisibility() && element.closest(":disabled") === null)
      .filter(({ childNodes }) => [...childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()))
      .map((element) => {
        let behind: Element | null = element;
        while (behind !== null && getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") {
          behind = behind.parentElement;
        }
        const ground = behind === null ? "rgb(255, 255, 255)" : getComputedStyle(behind).backgroundColor;
        return { name: element.className || element.tagName, colour: getComputedStyle(element).color, ground };
      }),
  );
  assert.ok(texts.length > 50);
  return texts.flatMap(({ name, colour, ground }) => {
    const contrast = contrastOf(colour, ground);
    return contrast < 4.5 ? [`${name}: ${colour} on ${ground} is ${contrast.toFixed(2)}`] : [];
  });
}

function contrastOf(one: string, other: string): number {
  const [light, dark] = [luminanceOf(one), luminanceOf(other)];
  return (Math.max(light, dark) + 0.05) / (Math.min(light, dark) + 0.05);
}

/** Relative luminance (WCAG 2.2) of `rgb(…)`. */
function luminanceOf(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
