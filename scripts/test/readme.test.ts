/** The examples of the READMEs do what they say. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { codeBlocks } from "./readme/code-blocks.ts";
import { startExample } from "./readme/example.ts";
import { Page } from "./readme/page.ts";
import { Transcript } from "./readme/transcript.ts";

const root = join(import.meta.dirname, "../..");
const front = codeBlocks(readFileSync(join(root, "README.md"), "utf8"));
const timeout = 60_000;

function block(title: string): ReturnType<typeof codeBlocks>[number] {
  const found = front.find((each) => each.title === title);
  assert.ok(found, `README.md has no block ${title}`);
  return found;
}

/** The server of the front page; told where it listens, each example runs against it. */
async function startServer(t: TestContext): Promise<(title: string) => string> {
  const server = startExample("server", block("server.mjs"));
  t.after(() => server.kill());
  const printed = new Transcript();
  server.stdout?.on("data", printed.add);
  server.stderr?.on("data", printed.add);
  server.once("exit", () => printed.add("listening on port 0"));
  const port = /listening on port (\d+)/.exec(await printed.until(/listening on port \d+/))?.[1];
  assert.notEqual(port, "0", printed.toString());
  return (title) => block(title).text.replaceAll("localhost:3000", `127.0.0.1:${port}`);
}

function openPage(t: TestContext, text: string): Transcript {
  const console = new Transcript();
  const page = new Page(text, console.add);
  t.after(() => page.close());
  return console;
}

test("Socket.IO, the WebSocket and the EventSource of the front page meet in its room", { timeout }, async (t) => {
  const example = await startServer(t);
  const library = openPage(t, example("socket.io"));
  await library.until("from Socket.IO");
  await library.until("delivered");
  const stream = openPage(t, example("eventsource"));
  await stream.until("from an EventSource");
  const socket = openPage(t, example("websocket"));
  await socket.until('{"ack":1,"data":"delivered"}');
  assert.match(await socket.until("from a WebSocket"), /"event":"chat","data":"from a WebSocket","id":"[^"]+"/);
  await stream.until("from a WebSocket");
  await library.until("from an EventSource");
  await library.until("from a WebSocket");
});

const skip = spawnSync("curl", ["--version"]).status === 0 ? false : "no curl found on PATH";

test("the curl of the front page shows what the others say", { timeout, skip }, async (t) => {
  const example = await startServer(t);
  const curl = spawn("sh", ["-c", `exec ${example("curl").trim()}`], { stdio: ["ignore", "pipe", "ignore"] });
  t.after(() => curl.kill());
  const terminal = new Transcript();
  curl.stdout.on("data", terminal.add);
  await terminal.until("event: anywire:open");
  openPage(t, example("websocket"));
  assert.match(await terminal.until('data: "from a WebSocket"'), /event: chat\nid: [^\n]+\ndata: "from a WebSocket"\n/);
});

/** The first word of the titles of blocks for a browser's page, for a client that needs a server, for a machine with Redis, and for what is packed: other tests run those. */
const elsewhere = new Set(["browser", "client", "redis", "packed"]);

for (const name of readdirSync(join(root, "packages"))) {
  const path = join(root, "packages", name, "README.md");
  const blocks = existsSync(path) ? codeBlocks(readFileSync(path, "utf8")) : [];
  test(`${name} has a README with an example`, () => assert.notEqual(blocks.length, 0));
  const programs = blocks.filter(
    ({ language, title }) => (language === "js" || language === "ts") && !elsewhere.has(title.split(" ")[0] ?? ""),
  );
  for (const [index, program] of programs.entries()) {
    test(`example ${index + 1} in the README of ${name} runs`, { timeout }, async () => {
      const child = startExample(`${name}-${index + 1}`, program, "setImmediate(() => process.exit());");
      const printed = new Transcript();
      child.stderr?.on("data", printed.add);
      child.stdout?.on("data", printed.add);
      await once(child, "close");
      assert.equal(child.exitCode, 0, printed.toString());
    });
  }
}
