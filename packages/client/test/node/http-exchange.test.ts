/** One request and its answer, at servers that behave as none should. */

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { HttpAnswer } from "../../src/node/http-answer.ts";
import { type HttpCall, HttpExchange, type HttpRules } from "../../src/node/http-exchange.ts";

const rules: HttpRules = { connection: {}, timeout: 0, maxBytes: 1_000_000, unref: false };

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `http://127.0.0.1:${address.port}/`;
}

interface Outcome {
  readonly answer: HttpAnswer;
  readonly cookies: readonly string[];
}

function ask(uri: string, own: Partial<HttpRules> = {}, call: Partial<HttpCall> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const cookies: string[] = [];
    new HttpExchange(
      { uri, headers: {}, body: undefined, ...call },
      { ...rules, ...own },
      { cookies: (values) => cookies.push(...values), ended: (answer) => resolve({ answer, cookies }) },
    );
  });
}

const text = "4hällo \u{1f44b} ".repeat(1_000);

const codings: readonly [coding: string, encode: (text: string) => Uint8Array | string][] = [
  ["identity", (plain) => plain],
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["GZIP", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
];

for (const [coding, encode] of codings) {
  test(`an answer in ${coding} (${encode.name}) is decoded`, async (t) => {
    const uri = await serve(t, (request, response) => {
      assert.equal(request.headers["accept-encoding"], "gzip, deflate, br");
      response.writeHead(200, { "content-encoding": coding }).end(encode(text));
    });
    const { answer } = await ask(uri);
    assert.deepEqual([answer.status, answer.responseText], [200, text]);
  });
}

test("text is sent as UTF-8, with its length", async (t) => {
  const uri = await serve(t, async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    response.end(JSON.stringify([request.method, request.headers["content-length"], body]));
  });
  const { answer } = await ask(uri, {}, { body: "4é" });
  assert.deepEqual(JSON.parse(answer.responseText), ["POST", "3", "4é"]);
});

test("an answer that says no is one, with its headers and cookies", async (t) => {
  const uri = await serve(t, (_request, response) => {
    response.writeHead(503, { "retry-after": "7", "set-cookie": ["a=1", "b=2"] }).end("full");
  });
  const { answer, cookies } = await ask(uri);
  const { readyState, status, statusText, responseText, response } = answer;
  assert.deepEqual(
    [readyState, status, statusText, responseText, response],
    [4, 503, "Service Unavailable", "full", "full"],
  );
  assert.equal(answer.getResponseHeader("Retry-After"), "7");
  assert.equal(answer.getResponseHeader("X-None"), null);
  assert.match(answer.getAllResponseHeaders(), /retry-after: 7\r\nset-cookie: a=1, b=2/);
  assert.deepEqual(cookies, ["a=1", "b=2"]);
});

test("a redirect is an answer as any other", async (t) => {
  const uri = await serve(t, (_request, response) => response.writeHead(302, { location: "/elsewhere" }).end());
  assert.equal((await ask(uri)).answer.status, 302);
});

/** What cannot be answered: the error is told in `statusText`. */
const failing: readonly [name: string, listener: RequestListener, expected: RegExp, own?: Partial<HttpRules>][] = [
  ["a server that hangs up", (request) => request.socket.destroy(), /socket hang up/],
  [
    "an answer that breaks off",
    (request, response) => response.writeHead(200, { "content-length": 9 }).write("4a", () => request.socket.destroy()),
    /aborted/,
  ],
  [
    "an answer without end",
    (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", more);
      more();
    },
    /longer than 1000000 bytes/,
  ],
  [
    "an answer that grows without end when it is decoded",
    (_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(50_000_000))),
    /larger than|too large/,
  ],
  [
    "nonsense in gzip",
    (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("no"),
    /header/,
  ],
  [
    "an unknown coding",
    (_request, response) => response.writeHead(200, { "content-encoding": "rot13" }).end("no"),
    /rot13/,
  ],
  ["silence", () => {}, /timeout/, { timeout: 1 }],
  ["half an answer", (_request, response) => response.write("4a"), /timeout/, { timeout: 1 }],
];

for (const [name, listener, expected, own] of failing) {
  test(`fails: ${name}`, async (t) => {
    const { answer } = await ask(await serve(t, listener), own);
    assert.equal(answer.status, 0);
    assert.ok(answer.statusText instanceof Error);
    assert.match(answer.statusText.message, expected);
    assert.equal(answer.responseText, "");
  });
}

test("what Node does not take fails later, when somebody listens", async () => {
  const { answer } = await ask("http://127.0.0.1/", {}, { headers: { "x-bad": "a\nb" } });
  assert.match(String(answer.statusText), /Invalid character in header content/);
});

test("after abort nothing is told, and the connection is closed", async (t) => {
  const called: string[] = [];
  let exchange: HttpExchange | undefined;
  const closed = new EventEmitter();
  const uri = await serve(t, (_request, response) => {
    response.on("close", () => closed.emit("close"));
    exchange?.abort();
  });
  const events = { cookies: () => called.push("cookies"), ended: () => called.push("ended") };
  exchange = new HttpExchange({ uri, headers: {}, body: undefined }, { ...rules, timeout: 60_000 }, events);
  await once(closed, "close");
  await setImmediate();
  assert.deepEqual(called, []);
});
