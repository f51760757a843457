/** The playground in Chromium: every kind of client hears every other, and misses nothing when it was cut off. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findChromium, noChromium } from "../../../scripts/chromium.ts";
import { type Kind, kinds } from "../playground/wires/connection.ts";
import { type PanelOnPage, Playground, type PlaygroundPage } from "./playground-page.ts";

const skip = findChromium() === undefined ? noChromium : false;
const other: Readonly<Record<Kind, Kind>> = {
  "socket.io": "eventsource",
  websocket: "poll",
  eventsource: "socket.io",
  poll: "websocket",
};
/** The place of the first panel that is added. */
const added = kinds.length;

/** What the others say while a panel is cut. */
const missed = ["one", "two", "three", "four", "five", "six", "seven"];

describe("the playground in a browser", { skip, timeout: 180_000 }, () => {
  let playground: Playground;
  before(async () => {
    playground = await Playground.open();
  });
  after(() => playground.close());

  /** Says what is missed, with a price after each message. */
  async function goOn(speaker: PanelOnPage): Promise<void> {
    for (const text of missed) {
      assert.match(await speaker.say(text), /^Acked "ok"/);
      playground.tick();
    }
  }

  /** Checks that the panel heard all that it missed, once, in order, and marked, and nothing else so. */
  async function checkReplay(panel: PanelOnPage, speaker: PanelOnPage): Promise<void> {
    assert.deepEqual(await panel.replay(1), { text: "7 missed, replayed in order", prices: missed.length });
    await speaker.say("live again");
    await panel.hears("live again");
    assert.deepEqual(await panel.messages(), ["before", ...missed.map((text) => `${text} replayed`), "live again"]);
  }

  for (const kind of kinds) {
    test(`what is typed in the ${kind} panel appears in every panel, and is acked`, () =>
      playground.visit(async (page) => {
        assert.match(await page.panelOf(kind).say(`hello from ${kind}`), /^Acked "ok" after \d+ ms\.$/);
        for (const each of kinds) await page.panelOf(each).hears(`hello from ${kind}`);
      }));

    test(`a ${kind} panel that was cut gets what it missed: once, in order, marked as replayed`, () =>
      playground.visit(async (page) => {
        const panel = page.panelOf(kind);
        const speaker = page.panelOf(other[kind]);
        await speaker.say("before");
        await panel.hears("before");
        const socket = await panel.text(".socket");
        await panel.cut();
        await goOn(speaker);
        assert.deepEqual(await panel.messages(), ["before"]);
        await panel.restore();
        await checkReplay(panel, speaker);
        assert.match(await panel.text(".recovered"), /^yes/);
        assert.equal(await panel.text(".socket"), socket);
      }));

    for (const next of kinds.filter((each) => each !== kind)) {
      test(`a panel that was cut as ${kind} comes back as ${next}, and gets what it missed`, () =>
        playground.visit(async (page) => {
          await page.page.locator("#add-websocket").click();
          const [panel, speaker] = [page.panelOf(kind), page.panel(added)];
          await speaker.state("live");
          await speaker.say("before");
          await panel.hears("before");
          await panel.cut();
          await goOn(speaker);
          await panel.become(next);
          await panel.restore();
          await checkReplay(panel, speaker);
          assert.equal(await panel.text(".recovered"), "yes");
          assert.equal(await panel.text(".wire-name"), next);
        }));
    }
  }

  test("a panel that becomes another kind of client while others speak misses and repeats nothing", () =>
    playground.visit(async (page) => {
      const [panel, speaker] = [page.panelOf("websocket"), page.panelOf("eventsource")];
      const said: string[] = [];
      for (const kind of ["poll", "eventsource", "websocket", "poll"] as const) {
        const before = `before ${kind} ${said.length}`;
        const meanwhile = `meanwhile ${kind} ${said.length}`;
        said.push(before, meanwhile);
        await speaker.say(before);
        await Promise.all([panel.become(kind), speaker.say(meanwhile)]);
        await panel.state("live");
        await panel.hears(meanwhile);
      }
      const heard = (await panel.messages()).map((text) => text.replace(/ replayed$/, ""));
      assert.deepEqual(heard, said);
    }));

  test("a panel cut twice replays each time only what it missed then", () =>
    playground.visit(async (page) => {
      const [panel, speaker] = [page.panelOf("eventsource"), page.panelOf("websocket")];
      for (const round of [1, 2]) {
        await panel.cut();
        await speaker.say(`missed ${round}`);
        await panel.restore();
        assert.equal((await panel.replay(round)).text, "1 missed, replayed in order");
      }
      assert.deepEqual(await panel.messages(), ["missed 1 replayed", "missed 2 replayed"]);
    }));

  test("a message that cannot leave stays in its field, and the panel says so", () =>
    playground.visit(async (page) => {
      const panel = page.panelOf("poll");
      await panel.cut();
      assert.match(await panel.say("into the void"), /^Not sent/);
      assert.equal(await panel.root.locator("input").inputValue(), "into the void");
    }));

  test("a message of blanks alone is not sent, and the panel says so", () =>
    playground.visit(async (page) => {
      const [panel, listener] = [page.panelOf("websocket"), page.panelOf("poll")];
      assert.equal(await panel.say("   "), "Not sent: there is no text.");
      await panel.say("text");
      await listener.hears("text");
      assert.deepEqual(await listener.messages(), ["text"]);
    }));

  test("prices reach every panel, with a sign beside the colour", () =>
    playground.visit(async (page) => {
      for (let index = 0; index < 6; index++) playground.tick();
      for (const kind of kinds) {
        const panel = page.panelOf(kind);
        await panel.root.locator(".stocks li").nth(5).waitFor();
        const symbols = await panel.root.locator(".symbol").allTextContents();
        assert.deepEqual(symbols, [...symbols].sort());
        for (const change of await panel.root.locator(".change").allTextContents()) {
          assert.match(change, /^(?:▲ \+|▼ −|■ )\d+\.\d\d %$/);
        }
      }
    }));

  test("four streams are the most; the page says why, WebSockets go on, and a POST still gets through", () =>
    playground.visit(async (page) => {
      const add = (id: string) => page.page.locator(`#add-${id}`);
      await add("eventsource").click();
      await add("poll").click();
      for (const id of ["eventsource", "poll"]) assert.equal(await add(id).isDisabled(), true);
      assert.match(
        await page.page.locator("#budget").innerText(),
        /^All 4 streams are held\. .* WebSockets do not count/,
      );
      await add("websocket").click();
      for (const index of [added, added + 1, added + 2]) await page.panel(index).state("live");
      const choices = page.panelOf("websocket").root.locator("option:disabled");
      assert.deepEqual(await choices.allTextContents(), ["EventSource", "Long poll"]);
      for (let index = 0; index < added + 2; index++)
        assert.match(await page.panel(index).say(`from panel ${index}`), /^Acked "ok"/);
      await page.panel(added + 2).hears(`from panel ${added + 1}`);
      await page.panel(added).root.locator("button.remove").click();
      assert.equal(await add("poll").isDisabled(), false);
    }));

  test("the page stays bounded, however much comes", () =>
    playground.visit(async (page) => {
      for (let index = 0; index < 120; index++) playground.tick();
      await flood(page, 230);
      const panel = page.panelOf("websocket");
      await panel.hears("flood 229");
      assert.equal(await panel.root.locator(".log li").count(), 200);
      assert.equal(await panel.root.locator(".trace li").count(), 50);
    }));

  test("the commands for the terminal have this server's address and a session that works", () =>
    playground.visit(async (page) => {
      await page.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await page.page.locator("button[data-copies=speak]").click();
      await page.page.getByText("Copied.").waitFor();
      const command = await page.page.evaluate(() => navigator.clipboard.readText());
      const [, address = ""] = /^curl -X POST '([^']+)' -d event=chat -d 'data=hello from curl'$/.exec(command) ?? [];
      assert.ok(address.startsWith(playground.url));
      const body = new URLSearchParams({ event: "chat", data: "hello from curl" });
      assert.equal((await fetch(address, { method: "POST", body })).status, 204);
      for (const kind of kinds) await page.panelOf(kind).hears("hello from curl");
    }));
});

/** Many messages from one panel's session, faster than a visitor types. */
async function flood(page: PlaygroundPage, count: number): Promise<void> {
  const command = await page.page.locator("#speak").innerText();
  const [address = ""] = /http[^']+/.exec(command) ?? [];
  for (let index = 0; index < count; index++) {
    const body = new URLSearchParams({ event: "chat", data: `flood ${index}` });
    assert.equal((await fetch(address, { method: "POST", body })).status, 204);
  }
}
