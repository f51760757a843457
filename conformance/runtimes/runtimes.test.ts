/** Event streams on Deno and Bun: served by what they have themselves and by their node:http, and read by our EventSource. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { codeBlocks } from "../../scripts/test/readme/code-blocks.ts";
import { Programs, type Running, type Runtime, runtimes } from "./runtime.ts";

const programs = new Programs();
const timeout = 60_000;

interface Served extends Running {
  readonly url: string;
  say(text: string): Promise<void>;
}

async function serve(t: TestContext, runtime: Runtime, by: string): Promise<Served> {
  const running = programs.start(t, runtime, "serve.mjs", by);
  const port = /listening on port (\d+)/.exec(await running.printed.until(/listening on port \d+|ended/))?.[1];
  assert.ok(port, running.printed.toString());
  const url = `http://127.0.0.1:${port}/`;
  const say = async (body: string): Promise<void> => {
    assert.equal((await fetch(url, { method: "POST", body })).status, 204);
  };
  return { ...running, url, say };
}

/** Read by Node's fetch and npm's eventsource-parser. */
class Stream {
  readonly response: Response;
  private readonly reader: ReadableStreamDefaultReader<string>;
  private readonly events: EventSourceMessage[] = [];
  private readonly parser = createParser({ onEvent: (event) => this.events.push(event) });

  constructor(response: Response) {
    assert.ok(response.body);
    this.response = response;
    this.reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Undefined at the end. */
  async next(): Promise<EventSourceMessage | undefined> {
    for (;;) {
      const event = this.events.shift();
      if (event !== undefined) return event;
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.parser.feed(value);
    }
  }
}

const recipes = codeBlocks(
  readFileSync(join(import.meta.dirname, "../../packages/eventsource/docs/frameworks.md"), "utf8"),
);

for (const runtime of runtimes) {
  test(`${runtime.name}: its recipe greets a client, and notices its end`, { timeout }, async (t) => {
    const recipe = recipes.find(({ title }) => title === runtime.name);
    assert.ok(recipe);
    programs.write("recipe.mjs", recipe.text.replace("port: 3000", `port: 0, hostname: "127.0.0.1"`));
    const { printed } = programs.start(t, runtime, "recipe.mjs");
    const port = /Listening on .*?(\d{4,5})\b/.exec(await printed.until(/Listening on .*\d{4,5}\b|ended/))?.[1];
    const abort = new AbortController();
    const stream = new Stream(await fetch(`http://127.0.0.1:${port}/`, { signal: abort.signal }));
    assert.match((await stream.next())?.data ?? "", /^hello from /);
    abort.abort();
    await printed.until("a client has gone");
  });

  for (const by of [runtime.name, "node"]) {
    const name = by === "node" ? `${runtime.name}, by its node:http` : runtime.name;

    test(`${name}: each event is there before the next is sent, and the client's end is noticed`, {
      timeout,
    }, async (t) => {
      const { url, say, printed } = await serve(t, runtime, by);
      const abort = new AbortController();
      const headers = { "Last-Event-ID": "é-0" };
      const stream = new Stream(await fetch(url, { headers, signal: abort.signal }));
      assert.equal(stream.response.headers.get("content-type"), "text/event-stream; charset=utf-8");
      assert.equal(stream.response.headers.get("x-runtime"), "yes");
      assert.deepEqual(await stream.next(), { event: "where", id: "é-1", data: "é-0" });
      for (const text of ["one", "naïve 🙂\ntwo", "x".repeat(1_000_000)]) {
        await say(text);
        assert.deepEqual(await stream.next(), { event: undefined, id: "日本", data: text });
      }
      abort.abort();
      await printed.until("over: gone");
    });

    test(`${name}: the server's end is the end, and the id comes back as it was`, { timeout }, async (t) => {
      const { url, say, printed } = await serve(t, runtime, by);
      const id = Buffer.from("日本 Łł").toString("latin1"); // as an EventSource sends it
      const stream = new Stream(await fetch(url, { headers: { "Last-Event-ID": id } }));
      assert.equal((await stream.next())?.data, "日本 Łł");
      await say("close");
      assert.equal(await stream.next(), undefined);
      await printed.until("over: closed");
    });

    test(`${name}: HEAD has no body`, { timeout }, async (t) => {
      const { url, printed } = await serve(t, runtime, by);
      for (let count = 0; count < 2; count++) {
        const response = await fetch(url, { method: "HEAD" });
        assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
        assert.equal(await response.text(), "");
      }
      assert.doesNotMatch(printed.toString(), /legacy/, "the runtime has nothing to complain of");
    });
  }

  test(`${runtime.name}: our EventSource reads, comes back, and stays away when told to`, { timeout }, async (t) => {
    const answers: ((response: ServerResponse) => void)[] = [
      (response) => response.end("retry: 1\n\nevent: price\ndata: 1\n\nid: é-1\ndata: naïve 🙂\ndata: two\n\n"),
      (response) => response.end("data: again\n\n"),
      (response) => response.writeHead(204).end(),
    ];
    const asked: string[] = [];
    const server = createServer(({ headers }, response) => {
      const id = Buffer.from(String(headers["last-event-id"] ?? ""), "latin1").toString();
      asked.push(`${headers.accept} ${headers["x-client"]} ${id}`);
      response.setHeader("Content-Type", "text/event-stream");
      answers[asked.length - 1]?.(response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close().closeAllConnections());
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const { printed } = programs.start(t, runtime, "visit.mjs", `${origin}/`);
    const lines = (await printed.until("ended")).split("\n").filter((line) => line !== "");
    assert.deepEqual(lines, [
      "open 1",
      "price 1",
      "message naïve 🙂",
      `two é-1 ${origin}`,
      "error 0 undefined",
      "open 1",
      `message again é-1 ${origin}`,
      "error 0 undefined",
      "error 2 204",
      "ended",
    ]);
    assert.deepEqual(asked, ["text/event-stream ours ", "text/event-stream ours é-1", "text/event-stream ours é-1"]);
  });
}
