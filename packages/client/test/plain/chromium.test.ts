/** The small client in Chromium, on the browser's own WebSocket and EventSource. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { chromiumArguments, findChromium, noChromium } from "../../../../scripts/chromium.ts";
import { Cutter, openHouse, patience } from "./house.ts";

const executablePath = findChromium();
const skip = executablePath === undefined && noChromium;

/** With the global `plain`. */
async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../../src/plain.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "plain",
    target: "es2022",
    conditions: ["anywire-source"],
  });
  return outputFiles[0]?.text ?? "";
}

for (const transport of ["WebSocket", "EventSource"]) {
  test(`${transport}: cuts in the browser lose nothing, and the session goes on`, { skip, ...patience }, async (t) => {
    const house = await openHouse(t);
    const heard: number[] = [];
    house.io.on("connection", (socket) =>
      socket.on("up", (number, bytes, ack) => {
        heard.push(number);
        socket.emit("down", number);
        ack(bytes);
      }),
    );
    const cutter = new Cutter(house.port);
    const url = await cutter.listen(t);
    const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
    t.after(() => browser.close());
    const page = await browser.newPage();
    await page.goto(new URL("/page", url).href);
    await page.addScriptTag({ content: await script() });
    await page.addScriptTag({
      content: `var got = [], answers = [], recovered = [];
        const options = { transports: [${transport}], reconnectionDelay: 1, token: () => "schlüssel?>" };
        var socket = plain.connect("/anywire", options);
        socket.on("down", (number) => got.push(number));
        socket.on("connect", () => recovered.push(socket.recovered));`,
    });
    await page.waitForFunction("socket.connected");
    for (let cut = 0; cut < 20; cut++) {
      const next = cut + 2;
      await page.evaluate(
        `{ const bytes = new Uint8Array([${cut}]); socket.emit("up", ${cut}, bytes, (it) => answers.push(it[0])); }`,
      );
      cutter.cut();
      await page.waitForFunction(`recovered.length === ${next}`);
    }
    await page.waitForFunction("got.length === 20 && answers.length === 20");
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    assert.deepEqual(await page.evaluate("[got, answers]"), [numbers, numbers]);
    assert.deepEqual(heard, numbers);
    assert.deepEqual(await page.evaluate("recovered"), [false, ...numbers.map(() => true)]);
    const [socket] = house.io.sockets.sockets.values();
    assert.equal(socket?.handshake.auth.token, "schlüssel?>");
  });
}

test("in the browser, a refused EventSource says why, and stops", { skip, ...patience }, async (t) => {
  const house = await openHouse(t);
  const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(new URL("/page", house.url).href);
  await page.addScriptTag({ content: await script() });
  await page.addScriptTag({
    content: `var codes = [];
      var socket = plain.connect("/anywire", { transports: [EventSource], rooms: ["secret"] });
      socket.on("connect_error", ({ code }) => codes.push(code));`,
  });
  await page.waitForFunction("codes.length === 1");
  assert.deepEqual(await page.evaluate("[codes, socket.active]"), [["403"], false]);
});
