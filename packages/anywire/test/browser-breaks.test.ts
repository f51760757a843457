/** The playground when more breaks than one panel: the server restarts, a stream is torn, other tabs hold all streams. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findChromium, noChromium } from "../../../scripts/chromium.ts";
import { kinds } from "../playground/wires/connection.ts";
import { Playground, PlaygroundPage } from "./playground-page.ts";

const skip = findChromium() === undefined ? noChromium : false;

describe("the playground when more breaks", { skip, timeout: 120_000 }, () => {
  let playground: Playground;
  before(async () => {
    playground = await Playground.open();
  });
  after(() => playground.close());

  test("every panel comes back by itself when the server was restarted, and says that its session is gone", () =>
    playground.visit(
      async (page) => {
        await page.panelOf("poll").say("before");
        for (const kind of kinds) await page.panelOf(kind).hears("before");
        await playground.restart();
        for (const kind of kinds) {
          const panel = page.panelOf(kind);
          await panel.root.locator(".note", { hasText: "Not connected" }).first().waitFor();
          await panel.replay(1);
          await panel.state("live");
          assert.match(await panel.text(".recovered"), /^no: /);
        }
        await page.panelOf("eventsource").say("after");
        for (const kind of kinds) await page.panelOf(kind).hears("after");
        for (const kind of kinds) assert.deepEqual(await page.panelOf(kind).messages(), ["before", "after"]);
      },
      { expected: /ERR_CONNECTION_REFUSED|WebSocket connection to .* failed|status of (410|503)/ },
    ));

  test("streams that other tabs hold are waited for, and taken when they are free", () =>
    playground.visit(async (first) => {
      const context = first.page.context();
      const second = new PlaygroundPage(await context.newPage());
      await second.page.goto(playground.url);
      for (const kind of kinds) await second.panelOf(kind).state("live");
      const third = new PlaygroundPage(await context.newPage());
      await third.page.goto(playground.url);
      await third.panelOf("websocket").state("live");
      for (const kind of ["eventsource", "poll"] as const) {
        const panel = third.panelOf(kind);
        await panel.state("queued");
        assert.match(await panel.text(".note"), /all 4 HTTP streams are held.*Close one, or a tab/);
        assert.equal(await panel.text(".state"), "in a queue");
      }
      for (const [tab, others] of [
        [first, 2],
        [second, 2],
        [third, 4],
      ] as const) {
        await tab.page.getByText(`All 4 streams are held, ${others} by other tabs.`).waitFor();
        for (const kind of ["eventsource", "poll"]) assert.ok(await tab.page.locator(`#add-${kind}`).isDisabled());
      }
      assert.match(await first.panelOf("poll").say("a POST gets through"), /^Acked "ok"/);
      await third.panelOf("websocket").hears("a POST gets through");
      await second.page.close();
      for (const kind of kinds) await third.panelOf(kind).state("live");
    }));
});
