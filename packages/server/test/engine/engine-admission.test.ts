/** Which requests are refused, and how: the same as by engine.io itself, asked the same. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { type Ask, ask } from "./asking.ts";
import { createEngineWorld, openByPolling, sendRaw, upgradeHead } from "./engine-world.ts";

const { Server: PeerServer } = createRequire(import.meta.url)("engine.io");

interface Refused {
  readonly status: number;
  readonly body: string;
  readonly told: readonly unknown[];
}

/** Requests without a session; `sid` is put in where the query says SID. */
interface Case {
  readonly query: string;
  readonly asked?: Ask;
  readonly options?: EngineOptions;
}

const cases: Readonly<Record<string, Case>> = {
  "an unknown transport": { query: "EIO=4&transport=tobi" },
  "no transport": { query: "EIO=4" },
  "a transport of the prototype": { query: "EIO=4&transport=__proto__" },
  "a method of the prototype as transport": { query: "EIO=4&transport=constructor" },
  "a transport that is not enabled": { query: "EIO=4&transport=polling", options: { transports: ["websocket"] } },
  "webtransport, which is no request": {
    query: "EIO=4&transport=webtransport",
    options: { transports: ["polling", "webtransport"] },
  },
  "an unknown session": { query: "EIO=4&transport=polling&sid=test" },
  "a session of the prototype": { query: "EIO=4&transport=polling&sid=__proto__" },
  "a POST without a session": { query: "EIO=4&transport=polling", asked: { method: "POST", body: "4hello" } },
  "a PUT without a session": { query: "EIO=4&transport=polling", asked: { method: "PUT" } },
  "a WebSocket without an upgrade": { query: "EIO=4&transport=websocket" },
  "an old protocol": { query: "EIO=3&transport=polling" },
  "no protocol": { query: "transport=polling" },
  "a protocol of the future": { query: "EIO=5&transport=polling" },
  "what the program forbids": {
    query: "EIO=4&transport=polling",
    options: { allowRequest: (_request, decide) => decide("Thou shall not pass", false) },
  },
  "what the program forbids without a word": {
    query: "EIO=4&transport=polling",
    options: { allowRequest: (_request, decide) => decide(null, false) },
  },
  "another transport than the session's": { query: "EIO=4&transport=websocket&sid=SID" },
  "another protocol than the session's (6.6.11)": {
    query: "EIO=3&transport=polling&sid=SID",
    options: { allowEIO3: true },
  },
};

for (const [name, { query, asked = {}, options = {} }] of Object.entries(cases)) {
  test(`refuses ${name}, as engine.io does`, async (t) => {
    assert.deepEqual(await askOurs(t, { query, asked, options }), await askPeer(t, { query, asked, options }));
  });
}

type Full = Required<Pick<Case, "query" | "asked" | "options">>;

async function askOurs(t: TestContext, { query, asked, options }: Full): Promise<Refused> {
  const world = await createEngineWorld(t, options);
  const sid = query.includes("SID") ? await openByPolling(world) : "";
  const { status, text } = await world.ask(query.replace("SID", sid), asked);
  return { status, body: text, told: world.refusals.map(({ code, message, context }) => [code, message, context]) };
}

async function askPeer(t: TestContext, { query, asked, options }: Full): Promise<Refused> {
  const http = createServer();
  const engine = new PeerServer(options);
  engine.attach(http);
  const told: unknown[] = [];
  engine.on("connection_error", ({ code, message, context }: Record<string, unknown>) => {
    told.push([code, message, context]);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close());
  const base = `http://127.0.0.1:${(http.address() as AddressInfo).port}/engine.io/?`;
  let sid = "";
  if (query.includes("SID")) sid = JSON.parse((await ask(`${base}EIO=4&transport=polling`)).text.slice(1)).sid;
  const { status, text } = await ask(base + query.replace("SID", sid), asked);
  http.closeAllConnections();
  return { status, body: text, told };
}

const upgrades: readonly [name: string, query: string, status: number, code: number][] = [
  ["an unknown transport", "EIO=4&transport=__proto__", 400, 0],
  ["an upgrade to polling", "EIO=4&transport=polling", 400, 3],
  ["an unknown session", "EIO=4&transport=websocket&sid=nobody", 400, 1],
  ["an old protocol", "EIO=3&transport=websocket", 400, 5],
];

for (const [name, query, status, code] of upgrades) {
  test(`refuses an upgrade with ${name}, before it is one`, async (t) => {
    const world = await createEngineWorld(t);
    const { text } = await sendRaw(world.port, upgradeHead(query));
    assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
    assert.equal(JSON.parse(text.slice(text.indexOf("\r\n\r\n"))).code, code);
    assert.equal(world.refusals[0]?.code, code);
  });
}

test("a program that forbids is heard on upgrades too", async (t) => {
  const world = await createEngineWorld(t, { allowRequest: (_request, decide) => decide("no", false) });
  const { text } = await sendRaw(world.port, upgradeHead("EIO=4&transport=websocket"));
  assert.match(text, /^HTTP\/1.1 403 Forbidden\r\n/);
  assert.match(text, /\r\n\r\n{"code":4,"message":"no"}$/);
});

const failing: readonly [name: string, allowRequest: NonNullable<EngineOptions["allowRequest"]>][] = [
  [
    "throws",
    () => {
      throw new Error("the program's own");
    },
  ],
  ["rejects", async () => Promise.reject(new Error("the program's own"))],
];

for (const [how, allowRequest] of failing) {
  test(`nobody comes in where the program ${how} instead of deciding`, async (t) => {
    const world = await createEngineWorld(t, { allowRequest });
    const { status, text } = await world.ask("EIO=4&transport=polling");
    assert.deepEqual([status, text], [403, '{"code":4,"message":"Forbidden"}']);
    assert.equal(world.refusals[0]?.context.name, "ALLOW_REQUEST_FAILURE");
  });
}

test("only the first decision counts", async (t) => {
  const world = await createEngineWorld(t, {
    allowRequest(_request, decide) {
      decide(null, true);
      decide("too late", false);
    },
  });
  assert.equal((await world.ask("EIO=4&transport=polling")).status, 200);
  assert.equal(world.sessions.length, 1);
});

test("a session that ends while the program decides is unknown", async (t) => {
  let decide = (): void => {};
  const decided = new Promise<void>((resolve) => {
    decide = resolve;
  });
  const world = await createEngineWorld(t, {
    allowEIO3: true,
    async identify() {
      await decided;
      return "ann";
    },
  });
  const sid = await openByPolling(world, "EIO=3");
  const asking = world.ask(`EIO=3&transport=polling&sid=${sid}`);
  await once(world.http, "request");
  world.sessions[0]?.close(true);
  decide();
  assert.equal(JSON.parse((await asking).text).code, 1);
});
