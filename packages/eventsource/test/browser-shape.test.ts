/** The interface of EventSource beside Chromium's own: the same programs see the same. */

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { EventSource } from "@anywire/eventsource";
import type { Page } from "playwright-core";
import { noChromium } from "../../../scripts/chromium.ts";
import { executablePath, openPage } from "./conformance/chromium-page.ts";
import type { Side } from "./conformance/differences.ts";
import { dispatching, type Watch } from "./conformance/dispatching.ts";
import type { Answer } from "./conformance/script.ts";
import { type ScriptServer, serveScripts } from "./conformance/script-server.ts";
import { type Shape, type Streams, shape } from "./conformance/shape.ts";
import { shapeDifferences } from "./conformance/shape-differences.ts";

const watch: Watch = (report) => {
  process.setUncaughtExceptionCaptureCallback(({ message }) => report(message));
  return () => process.setUncaughtExceptionCaptureCallback(null);
};

/** As often as anybody asks. */
function always(answer: Answer): Answer[] {
  return Array.from({ length: 100 }, () => answer);
}

const answers: Readonly<Record<keyof Streams, Answer>> = {
  three: { body: ["data: one\n\ndata: two\n\ndata: three\n\n"], end: "never" },
  named: { body: ["event: a\nid: 1\ndata: one\n\n"], end: "never" },
  missing: { status: 404, headers: [] },
};

/** What ours sees, where Chromium's own sees `natives`; a row that changes nothing is stale. */
function expected(side: Side, natives: Shape): Shape {
  const wanted = { ...natives };
  for (const { sides, facts, reason, becomes } of shapeDifferences) {
    if (!sides.includes(side)) continue;
    for (const fact of facts) {
      const changed = becomes(wanted[fact]);
      assert.notDeepEqual(changed, wanted[fact], `stale: ${reason}: ${fact}`);
      wanted[fact] = changed;
    }
  }
  return wanted;
}

/** Only what differs is told. */
function compare(seen: Shape, wanted: Shape): void {
  const differ = [...new Set([...Object.keys(seen), ...Object.keys(wanted)])].filter(
    (fact) => !isDeepStrictEqual(seen[fact], wanted[fact]),
  );
  const only = (all: Shape): Shape => Object.fromEntries(differ.map((fact) => [fact, all[fact]]));
  assert.deepEqual(only(seen), only(wanted));
}

describe("the interface of EventSource beside Chromium's own", {
  skip: executablePath === undefined && noChromium,
}, () => {
  let server: ScriptServer;
  let page: Page;
  let streams: Streams;
  let natives: Shape;

  before(async () => {
    server = await serveScripts();
    const serve = (name: keyof Streams): string =>
      server.here + server.begin(name, { name, answers: always(answers[name]) });
    streams = { three: serve("three"), named: serve("named"), missing: serve("missing") };
    page = await openPage(server.here);
    natives = await inPage("EventSource");
    // relative URLs are resolved against it here, as in a page
    Object.defineProperty(globalThis, "location", { value: { href: `${server.here}/` }, configurable: true });
  });

  after(async () => {
    Reflect.deleteProperty(globalThis, "location");
    await page.context().browser()?.close();
    server.close();
  });

  async function inPage(name: string): Promise<Shape> {
    const shaped = `await told.shape(${name}, ${JSON.stringify(streams)})`;
    const heard = `await told.dispatching(${name}, ${JSON.stringify(streams.three)}, told.watch)`;
    return JSON.parse(await page.evaluate(`(async () => JSON.stringify({ ...${shaped}, ...${heard} }))()`));
  }

  async function inNode(): Promise<Shape> {
    const shaped = await shape(EventSource, streams);
    return JSON.parse(JSON.stringify({ ...shaped, ...(await dispatching(EventSource, streams.three, watch)) }));
  }

  test("in a page", async () => {
    compare(await inPage("told.EventSource"), expected("in a page", natives));
  });

  test("in Node", async () => {
    compare(await inNode(), expected("in Node", natives));
  });
});
