/** Nothing of a source or a session that is over keeps its process: it ends by itself, while its server lives on. */

import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { listen } from "../listen.ts";

const lives = [
  "a source that is closed at once",
  "a source that is closed in open",
  "a source that is closed in a message",
  "a source that is closed while it waits to come back",
  "a source that has failed",
  "a source whose refusal is being read",
  "a loop that is left",
  "an iterator that is forgotten, of a source that is closed",
  "a signal that is aborted",
  "a server that is closed with its sessions",
];

for (const life of lives) {
  test(`the process ends with ${life}`, { timeout: 30_000 }, async (t) => {
    const server = createServer((request, response) => {
      if (request.url === "/refused") return response.writeHead(500).write("no");
      response.writeHead(200, { "Content-Type": "text/event-stream" }).write("retry: 600000\ndata: x\n\n");
      return request.url === "/ends" && response.end();
    });
    const url = `${await listen(t, server)}/`;
    const child = fork(join(import.meta.dirname, "exiting.ts"), [url, life]);
    t.after(() => child.kill());
    const exited = once(child, "exit");
    const [said] = await Promise.race([once(child, "message"), exited]);
    assert.equal(said, "over");
    assert.deepEqual(await exited, [0, null]);
  });
}
