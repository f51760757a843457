/** The page's files: what is found, with which headers, and that no request gets at anything else. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { StaticFiles } from "../src/static-files.ts";

const folder = mkdtempSync(join(tmpdir(), "anywire page "));
writeFileSync(join(folder, "index.html"), "<!doctype html>");
writeFileSync(join(folder, "main.js"), "export {}");
writeFileSync(join(folder, ".secret"), "secret");
writeFileSync(join(folder, "notes.txt"), "not part of the page");
mkdirSync(join(folder, "sub.js"));

const files = new StaticFiles(folder);
const httpServer = createServer((incoming, response) => files.respond(incoming, response));
let port = 0;

before(async () => {
  await once(httpServer.listen(0, "127.0.0.1"), "listening");
  const address = httpServer.address();
  if (typeof address === "object" && address !== null) port = address.port;
});
after(() => {
  httpServer.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A request with any target, not only those that `fetch` lets through. */
async function ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const outgoing = request({ host: "127.0.0.1", port, path, agent: false, ...options }).end();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

test("the page is at /, whatever the query", async () => {
  for (const path of ["/", "/index.html", "/?a=b", "/?"]) {
    const { status, headers, body } = await ask(path);
    assert.equal(status, 200, path);
    assert.equal(headers["content-type"], "text/html; charset=utf-8");
    assert.equal(body, "<!doctype html>");
  }
});

test("HEAD gets the headers alone", async () => {
  const { status, headers, body } = await ask("/main.js", { method: "HEAD" });
  assert.deepEqual([status, headers["content-length"], body], [200, "9", ""]);
});

test("who has the file already is told so", async () => {
  const { headers } = await ask("/main.js");
  const etag = headers.etag ?? "";
  assert.equal((await ask("/main.js", { headers: { "If-None-Match": etag } })).status, 304);
  assert.equal((await ask("/main.js", { headers: { "If-None-Match": '"other"' } })).status, 200);
});

test("a range that makes no sense gets the whole file", async () => {
  for (const range of ["bytes=5-2", "bytes=-", "bytes=99999-", "lines=1"]) {
    assert.equal((await ask("/main.js", { headers: { Range: range } })).status, 200, range);
  }
});

test("nothing else is there", async () => {
  const paths = [
    "/nope",
    "/.secret",
    "/notes.txt",
    "/sub.js",
    "/../package.json",
    "/%2e%2e/x",
    "/%",
    "//",
    "/main.js/",
  ];
  for (const path of [...paths, "/__proto__", "/constructor", "*", "http://other.example/", "/\\..\\x"]) {
    const { status, headers, body } = await ask(path);
    assert.equal(status, 404, path);
    assert.equal(headers["content-type"], "application/problem+json");
    const problem = { type: "about:blank", title: "Not Found", status: 404, detail: "there is nothing at this path" };
    assert.deepEqual(JSON.parse(body), problem);
  }
});

test("a method that a file does not know is told which it knows", async () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status, headers } = await ask("/", { method });
    assert.deepEqual([status, headers.allow], [405, "GET, HEAD"], method);
  }
});

test("every answer keeps the page to itself", async () => {
  for (const path of ["/", "/nope"]) {
    const { headers } = await ask(path);
    assert.equal(headers["x-content-type-options"], "nosniff");
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /^default-src 'none'; /);
    assert.doesNotMatch(policy, /http|\*|unsafe|data:/);
  }
});

test("a page that has not been built is not found, and nothing fails", () => {
  assert.doesNotThrow(() => new StaticFiles(join(folder, "missing")));
});
