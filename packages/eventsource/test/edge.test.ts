/** The server side on a platform that has the web's globals and node:events, and nothing else of Node. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { build } from "esbuild";
import type * as Server from "../src/server.ts";

/** One script, which asks `require` for what it does not bring. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../src/server.ts")],
    bundle: true,
    write: false,
    format: "cjs",
    target: "es2022",
    platform: "neutral",
    external: ["node:*"],
  });
  return String(outputFiles[0]?.text);
}

interface Edge {
  readonly server: typeof Server;
  readonly required: readonly string[];
  /** Runs the timers that wait. */
  tick(): void;
}

async function open(): Promise<Edge> {
  const required: string[] = [];
  const timers = new Map<number, () => void>();
  const module: { exports: unknown } = { exports: {} };
  const globals = {
    module,
    exports: module.exports,
    require: (name: string) => {
      required.push(name);
      return name === "node:events" ? { EventEmitter } : assert.fail(`required ${name}`);
    },
    setTimeout: (then: () => void) => timers.set(timers.size + 1, then).size, // numbers, as in browsers
    clearTimeout: (timer: number) => timers.delete(timer),
    ...{ Headers, Response, ReadableStream, TextDecoder, TextEncoder, URLSearchParams, performance, queueMicrotask },
  };
  runInContext(await bundle(), createContext(globals));
  const tick = (): void => {
    const due = [...timers.values()];
    timers.clear();
    for (const then of due) then();
  };
  return { server: module.exports as typeof Server, required, tick }; // what the script has exported
}

test("streams without process, Buffer, setImmediate and timers that are objects", async () => {
  const { server, required, tick } = await open();
  assert.deepEqual(new Set(required), new Set(["node:events"]));
  const headers = { "Last-Event-ID": "1" };
  let session: Server.Session | undefined;
  const response = server.createResponse(new Request("http://localhost/", { headers }), (made) => {
    session = made;
    made.push("naïve 🙂", { id: "2" });
  });
  assert.equal(session?.lastEventId, "1");
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  assert.ok(reader);
  const read = reader.read();
  tick();
  assert.equal((await read).value, "retry: 3000\n\nid: 2\ndata: naïve 🙂\n\n");
  session?.close();
  assert.equal((await reader.read()).done, true);
});
