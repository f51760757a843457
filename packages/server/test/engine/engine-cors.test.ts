/** CORS: the same answers as by the package `cors`, asked the same. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type CorsOptions, type CorsOptionsDelegate, corsMiddleware } from "../../src/engine/engine-cors.ts";
import { type Ask, ask } from "./asking.ts";
import { createEngineWorld, openByPolling, sendRaw, upgradeHead } from "./engine-world.ts";

const peer = createRequire(import.meta.url)("cors");

const options: Readonly<Record<string, CorsOptions | CorsOptionsDelegate>> = {
  nothing: {},
  "any origin": { origin: "*" },
  "one origin": { origin: "https://a.example" },
  "one origin, with credentials": { origin: "https://a.example", credentials: true },
  "the origin that asks": { origin: true, credentials: true },
  "no origin": { origin: false },
  "an expression": { origin: /\.example$/ },
  "a list": { origin: ["https://b.example", /^https:\/\/a\./] },
  "an empty list": { origin: [] },
  "a function that allows": { origin: (_origin, callback) => callback(null, true) },
  "a function that names": {
    origin: (origin, callback) => callback(null, origin === "https://a.example" && "https://a.example"),
  },
  "a function that refuses": { origin: (_origin, callback) => callback(null, false) },
  "a function that fails": { origin: (_origin, callback) => callback(new Error("no")) },
  "methods and headers": {
    methods: ["GET", "POST"],
    allowedHeaders: ["x-a", "x-b"],
    exposedHeaders: "x-c",
    maxAge: 60,
  },
  "methods and headers as text": { methods: "GET", allowedHeaders: "x-a", exposedHeaders: ["x-c", "x-d"], maxAge: 0 },
  "headers as older programs call them": { headers: ["x-a", "x-b"] },
  "another status": { optionsSuccessStatus: 200 },
  "preflights that go on": { preflightContinue: true },
  "options by request": (request, callback) => callback(null, { origin: request.headers.origin ?? "none" }),
  "options that fail": (_request, callback) => callback(new Error("no")),
};

const asked: Readonly<Record<string, Ask>> = {
  "a request without an origin": {},
  "a request of one origin": { headers: { Origin: "https://a.example" } },
  "a request of another": { headers: { Origin: "https://c.test" } },
  "a preflight": {
    method: "OPTIONS",
    headers: {
      Origin: "https://a.example",
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "x-own",
    },
  },
};

type Middleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;

async function serve(t: TestContext, middleware: Middleware): Promise<string> {
  const server = createServer((request, response) => {
    response.setHeader("Vary", "Accept");
    middleware(request, response, (error) => response.end(error ? "failed" : "passed"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

for (const [name, given] of Object.entries(options)) {
  test(`answers with ${name} as cors does`, async (t) => {
    const [ours, theirs] = [await serve(t, corsMiddleware(given)), await serve(t, peer(given))];
    for (const [what, question] of Object.entries(asked)) {
      const [{ date: _, ...headers }, { date: __, ...expected }] = [
        (await ask(ours, question)).headers,
        (await ask(theirs, question)).headers,
      ];
      assert.deepEqual(headers, expected, what);
      assert.equal((await ask(ours, question)).text, (await ask(theirs, question)).text, what);
      assert.equal((await ask(ours, question)).status, (await ask(theirs, question)).status, what);
    }
  });
}

const exposed: readonly [given: CorsOptions["exposedHeaders"], told: string][] = [
  [undefined, "Retry-After"],
  ["", "Retry-After"],
  [[], "Retry-After"],
  ["x-a", "x-a,Retry-After"],
  [["x-a", "x-b"], "x-a,x-b,Retry-After"],
  ["*", "*,Retry-After"],
  ["x-retry-after", "x-retry-after,Retry-After"],
  ["x-a, retry-after", "x-a, retry-after"],
  [["Retry-After", "x-a"], "Retry-After,x-a"],
];

for (const [given, told] of exposed) {
  test(`beside ${JSON.stringify(given)}, clients of ours may read Retry-After`, async (t) => {
    const url = await serve(t, corsMiddleware({ exposedHeaders: given }));
    assert.equal((await ask(`${url}?anywire=1`)).headers["access-control-expose-headers"], told);
    const theirs = await serve(t, peer({ exposedHeaders: given }));
    for (const query of ["", "?anywire=0", "?anywire=1&anywire=2"])
      assert.equal(
        (await ask(url + query)).headers["access-control-expose-headers"],
        (await ask(theirs)).headers["access-control-expose-headers"],
      );
  });
}

const origin = "https://a.example";
const allowing = { cors: { origin, credentials: true } };

const answered: readonly [name: string, query: string, question: Ask, status: number][] = [
  ["a handshake", "EIO=4&transport=polling", {}, 200],
  ["a POST", "EIO=4&transport=polling&sid=SID", { method: "POST", body: "4x" }, 200],
  ["an unknown transport", "EIO=4&transport=x", {}, 400],
  ["an unknown session", "EIO=4&transport=polling&sid=x", {}, 400],
  ["a body that is no payload", "EIO=4&transport=polling&sid=SID", { method: "POST", body: "nonsense" }, 400],
  ["a method that is none", "EIO=4&transport=polling&sid=SID", { method: "DELETE" }, 405],
  ["a preflight", "EIO=4&transport=polling&sid=SID", { method: "OPTIONS" }, 204],
  ["a body that is too long", "EIO=4&transport=polling&sid=SID", { method: "POST", body: "4".padEnd(2_000_000) }, 413],
];

for (const [name, query, question, status] of answered) {
  test(`the answer to ${name} carries the headers, as every answer does`, async (t) => {
    const world = await createEngineWorld(t, allowing);
    const sid = query.includes("SID") ? await openByPolling(world) : "";
    const told = await world.ask(query.replace("SID", sid), { ...question, headers: { Origin: origin } });
    assert.equal(told.status, status);
    assert.equal(told.headers["access-control-allow-origin"], origin);
    assert.equal(told.headers["access-control-allow-credentials"], "true");
    assert.match(told.headers.vary ?? "", /^Origin\b/);
  });
}

test("so does the refusal of an upgrade", async (t) => {
  const world = await createEngineWorld(t, allowing);
  const { text } = await sendRaw(world.port, upgradeHead("EIO=4&transport=websocket&sid=x", [`Origin: ${origin}`]));
  assert.match(text, /^HTTP\/1.1 400 [\s\S]*Access-Control-Allow-Origin: https:\/\/a.example\r\n/);
});

test("without the option no other origin may read an answer (CVE-2020-28481)", async (t) => {
  const world = await createEngineWorld(t);
  const { headers } = await world.ask("EIO=4&transport=polling", { headers: { Origin: origin } });
  assert.deepEqual(
    Object.keys(headers).filter((header) => header.startsWith("access-control")),
    [],
  );
});
