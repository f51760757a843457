/** The programs of docs/frameworks.md; those of Deno and Bun run in conformance/runtimes, where these are. */

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { getRequestListener } from "@hono/node-server";
import { listen } from "../listen.ts";
import { noCurl, visitByCurl, visitByHttp, visits } from "../visitors.ts";
import { isGreeted, recipePage, serve, timeout } from "./recipe.ts";

const onNode = ["express", "compression", "koa", "fastify", "fastify-response", "hono", "hono-node"];
const page = recipePage("frameworks", [...onNode, "next", "http2", "deno", "bun"]);

for (const title of onNode) {
  test(`${title}: each client is greeted, and its end noticed`, { timeout }, async (t) => {
    const { url, printed } = await serve(t, page, title);
    for (const [, visit, skip] of visits) if (skip === false) await isGreeted(t, visit, { url, printed });
    assert.doesNotMatch(printed.toString(), /Error|ended/);
  });
}

test("compression: the program's own headers go out", { timeout }, async (t) => {
  const { url } = await serve(t, page, "compression");
  const { response } = await visitByHttp(t, `${url}/events`, { "Accept-Encoding": "gzip" });
  assert.equal(response.headers["cache-control"], "no-store, no-transform");
  assert.equal(response.headers["content-encoding"], undefined);
});

test("http2: curl is greeted, and its end noticed", { timeout, skip: noCurl }, async (t) => {
  await isGreeted(t, visitByCurl("--http2-prior-knowledge"), await serve(t, page, "http2"));
});

test("next: a route handler greets, and notices the end", { timeout }, async (t) => {
  const { GET } = await page.import(t, "next");
  assert.ok(typeof GET === "function");
  const gone = new Promise((resolve) => t.mock.method(console, "log", resolve));
  const url = await listen(t, createServer(getRequestListener((request) => GET(request))));
  const visitor = await visitByHttp(t, `${url}/events`);
  assert.equal((await visitor.next()).data, "hello from a route handler");
  visitor.leave();
  assert.equal(await gone, "a client has gone");
});
