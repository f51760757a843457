/** The files for `<script>` and import, in the ways in which pages and loaders run socket.io-client's. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { clientBundles } from "../../../scripts/build/client-bundles.ts";

const theirs = join(dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")), "dist");
const files = new Map(clientBundles().map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
const universal = ["socket.io.js", "socket.io.min.js", "socket.io.msgpack.min.js"];

type Io = ((url: string, options: object) => { readonly io: object }) & Readonly<Record<string, unknown>>;

/** What a page has, as far as loading needs it. */
const page = { URL, URLSearchParams, setTimeout, clearTimeout, queueMicrotask, btoa, atob, TextEncoder };

function run(name: string, globals: object): Record<string, unknown> {
  const context: Record<string, unknown> = createContext({ ...page, ...globals });
  runInContext(files.get(name) ?? "", context);
  return context;
}

function assertClient(io: unknown): void {
  assert.ok(isIo(io));
  assert.equal(io.io, io);
  assert.equal(io.connect, io);
  assert.equal(io.protocol, 5);
  assert.equal(typeof io.Manager, "function");
  assert.equal(typeof io.Socket, "function");
  const socket = io("http://127.0.0.1:1/chat", { autoConnect: false });
  assert.ok(socket instanceof (io.Socket as new () => object));
  assert.ok(socket.io instanceof (io.Manager as new () => object));
}

function isIo(value: unknown): value is Io {
  return typeof value === "function";
}

test("there are the files that socket.io-client has, each with a map of its sources", () => {
  const names = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
  assert.deepEqual([...files.keys()].sort(), names.flatMap((name) => [name, `${name}.map`]).sort());
  for (const name of names) {
    if (universal.includes(name)) assert.match(files.get(name) ?? "", /^\/\*! @anywire\/client [\d.]+, MIT/);
    assert.ok(files.get(name)?.endsWith(`//# sourceMappingURL=${name}.map\n`));
    const map: { sources: string[]; sourcesContent: string[] } = JSON.parse(files.get(`${name}.map`) ?? "");
    assert.ok(map.sources.some((source) => source.endsWith("/src/manager.ts")));
    assert.equal(map.sources.length, map.sourcesContent.length);
  }
});

for (const name of universal) {
  test(`${name} sets the global io, and nothing else`, () => {
    const context = run(name, {});
    assertClient(context.io);
    assert.deepEqual(
      Object.keys(context).filter((key) => !(key in page)),
      ["io"],
    );
  });

  test(`${name} is a CommonJS module where there are such`, () => {
    const module = { exports: {} };
    const context = run(name, { module, exports: module.exports });
    assertClient(module.exports);
    assert.equal(context.io, undefined);
  });

  test(`${name} defines an AMD module where there are such`, () => {
    const defined: (() => unknown)[] = [];
    const define = Object.assign((factory: () => unknown) => defined.push(factory), { amd: {} });
    const context = run(name, { define });
    assert.equal(defined.length, 1);
    assertClient(defined[0]?.());
    assert.equal(context.io, undefined);
  });
}

test("the ES module exports all that socket.io-client's does", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bundles "));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "socket.io.esm.min.mjs");
  writeFileSync(file, files.get("socket.io.esm.min.js") ?? "");
  const ours: Record<string, unknown> = await import(pathToFileURL(file).href);
  const { names } = /export\s*\{(?<names>[^}]*)\}/.exec(readFileSync(join(theirs, "socket.io.esm.min.js"), "utf8"))
    ?.groups ?? { names: "" };
  const exported = (names ?? "").split(",").map(
    (each) =>
      each
        .trim()
        .split(/\s+as\s+/)
        .at(-1) ?? "",
  );
  assert.ok(exported.includes("io") && exported.includes("default"));
  for (const name of exported) assert.ok(name in ours, name);
  assert.equal(ours.default, ours.io);
  assert.equal(typeof ours.io, "function");
});
