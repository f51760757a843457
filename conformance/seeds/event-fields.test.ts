/** The rules of the notes on the format of event streams, each shown: our client in Node, and Chromium's own. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { findChromium, noChromium } from "../../scripts/chromium.ts";
import { App } from "../install/app.ts";
import { openPage, type Page } from "./page.ts";
import { samples } from "./sample.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

const executablePath = findChromium();
const timeout = 20_000;

/** What a listener was told: type, data, id of the last event. */
type Heard = readonly [type: string, data: string, lastEventId: string];

/** A rule, what a server sends before it ends the stream, and what comes of it. */
const rules: readonly (readonly [rule: string, sent: string, ...heard: Heard[]])[] = [
  ["the text is UTF-8", "data: 消息内容 ☃\n\n", ["message", "消息内容 ☃", ""]],
  ["an empty line ends an event", "data: 1\n\ndata: 2\n", ["message", "1", ""]],
  ["lines that begin with a colon are comments", ":注释\n\n:data: no\ndata: 1\n:\n\n", ["message", "1", ""]],
  ["`event` names it: no message", "event: myEve\ndata: 1\n\n", ["myEve", "1", ""]],
  ["without `event` it is a message", "data:1\n\n", ["message", "1", ""]],
  ["lines of `data` are joined by LF", "data: 1\ndata:2\ndata:\ndata: 4\n\n", ["message", "1\n2\n\n4", ""]],
  ["`id` is the id of the last event", "id: 7\ndata: 1\n\ndata: 2\n\n", ["message", "1", "7"], ["message", "2", "7"]],
  ["`id` alone counts too", "id: 消\n\n"],
  ["`retry` that is no integer is ignored", "retry: 3600000.5\nretry: 36e5\nretry: -1\nretry: 3600000ms\nretry\n\n"],
  ["a line without a colon is a field, and empty", "data\nid\nevent\n\n", ["message", "", ""]],
];

/** Listens as the notes do, until `done`, which tells with which id the client came back; runs in Node and in the page. */
const listen = `(EventSource, url) => new Promise((resolve) => {
  const heard = [];
  const tell = ({ type, data, lastEventId }) => heard.push([type, data, lastEventId]);
  const source = new EventSource(url);
  source.onmessage = tell;
  source.addEventListener("myEve", tell);
  source.addEventListener("done", ({ data }) => {
    source.close();
    resolve({ heard, cameBackWith: data });
  });
})`;

interface Told {
  readonly heard: readonly Heard[];
  readonly cameBackWith: string;
}

/** A way to run `listen` on a URL. */
interface Way {
  readonly skip: string | false;
  open(): Promise<void>;
  tell(url: string): Promise<Told>;
  close(): Promise<void>;
}

class InNode implements Way {
  readonly skip = false;
  private app: App | undefined;

  async open(): Promise<void> {
    this.app = new App(tarballs ?? "");
  }

  /** By its path: the tests run with a condition that takes the sources. */
  tell(url: string): Promise<Told> {
    const folder = join(this.app?.folder ?? "", "node_modules/@anywire/eventsource");
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const { EventSource } = createRequire(import.meta.url)(join(folder, manifest.exports["."].require.default));
    // biome-ignore lint/security/noGlobalEval: the same text runs in the page
    return eval(listen)(EventSource, url);
  }

  async close(): Promise<void> {
    this.app?.remove();
  }
}

class InChromium implements Way {
  readonly skip = executablePath === undefined ? noChromium : false;
  private page: Page | undefined;

  async open(): Promise<void> {
    if (executablePath !== undefined) this.page = await openPage(executablePath, {});
  }

  async tell(url: string): Promise<Told> {
    const told = `(${listen})(EventSource, "${url}").then((told) => console.log("${url} " + JSON.stringify(told)))`;
    await this.page?.show(`<!doctype html><script>${told}</script>`);
    await this.page?.prints(url);
    const line = this.page?.lines.find((each) => each.startsWith(`${url} `)) ?? "";
    return JSON.parse(line.slice(url.length));
  }

  async close(): Promise<void> {
    await this.page?.close();
  }
}

/** Sends the text, ends, and answers the client that comes back: at once, since its first line tells so. */
async function serve(context: TestContext, sent: string): Promise<string> {
  let connections = 0;
  const server = createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*" });
    connections++;
    const id = Buffer.from(String(request.headers["last-event-id"] ?? "none"), "latin1").toString();
    response.end(connections === 1 ? `retry: 1\n\n${sent}` : `event: done\ndata: ${id}\n\n`);
  });
  context.after(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : address}/`;
}

const ways: Readonly<Record<string, Way>> = { "our client in Node": new InNode(), "Chromium's own": new InChromium() };

for (const [name, way] of Object.entries(ways)) {
  before(() => way.open());
  after(() => way.close());

  for (const [rule, sent, ...heard] of rules) {
    test(`${rule}: ${name}`, { skip: way.skip, timeout }, async (context) => {
      const told = await way.tell(await serve(context, sent));
      const id = sent.match(/^id: (.*)$/m)?.[1] ?? "none";
      assert.deepEqual(told, { heard, cameBackWith: id });
    });
  }
}

test("every field that the notes name has a rule here", () => {
  const fields = [...readFileSync(join(samples, "event-stream-format.md"), "utf8").matchAll(/^ ?`(\w+)：`/gm)];
  assert.deepEqual(fields.map(([, field = ""]) => field).sort(), ["data", "event", "id", "retry"]);
  for (const [, field = ""] of fields)
    assert.ok(
      rules.some(([rule]) => rule.includes(`\`${field}\``)),
      field,
    );
});
