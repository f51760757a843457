/** Whoever learns the public id of an EIO 3 session cannot take its place. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import { createEngineWorld, Listening, openByPolling, sendRaw, upgradeHead } from "./engine-world.ts";

type Headers = Record<string, string>;

interface Case {
  readonly opened?: Headers;
  readonly asked?: Headers;
  readonly openedQuery?: string;
  readonly askedQuery?: string;
}

const secret = "0123456789abcdef";

const allowed: Readonly<Record<string, Case>> = {
  "nothing, as the handshake": {},
  "the same token": { opened: { Authorization: "Bearer a" }, asked: { Authorization: "Bearer a" } },
  "one cookie that is the same": { opened: { Cookie: "a=1; b=2" }, asked: { Cookie: "c=3; b=2" } },
  "the secret one of its cookies, and another setting": {
    opened: { Cookie: `lang=en; session=${secret}` },
    asked: { Cookie: `lang=de; session=${secret}` },
  },
  "a secret cookie, where the balancer has changed its own": {
    opened: { Cookie: `AWSALB=${"a".repeat(40)}; session=${secret}` },
    asked: { Cookie: `AWSALB=${"b".repeat(40)}; session=${secret}` },
  },
  "a cookie where there was none": { asked: { Cookie: "io=new" } },
  "the same parameters, and its own of the protocol": {
    openedQuery: "&token=a&t=x&b64=1",
    askedQuery: "&token=a&t=y",
  },
};

const refused: Readonly<Record<string, Case>> = {
  "no token": { opened: { Authorization: "Bearer a" } },
  "another token": { opened: { Authorization: "Bearer a" }, asked: { Authorization: "Bearer b" } },
  "a token where there was none": { asked: { Authorization: "Bearer b" } },
  "no cookie": { opened: { Cookie: "a=1" } },
  "other cookies": { opened: { Cookie: "a=1; b=2" }, asked: { Cookie: "a=2; b=1" } },
  "a cookie that anybody could guess, where there was a secret": {
    opened: { Cookie: `lang=en; session=${secret}` },
    asked: { Cookie: "lang=en" },
  },
  "another secret": {
    opened: { Cookie: `lang=en; session=${secret}` },
    asked: { Cookie: `lang=en; session=${secret.slice(1)}0` },
  },
  "no parameter": { openedQuery: "&token=a" },
  "another parameter": { openedQuery: "&token=a", askedQuery: "&token=b" },
  "another parameter behind the right one": { openedQuery: "&token=a", askedQuery: "&token=a&token=b" },
};

async function post(
  { opened = {}, asked = {}, openedQuery = "", askedQuery = "" }: Case,
  protocol: 3 | 4,
  world: World,
) {
  const query = `EIO=${protocol}&transport=polling`;
  const { text } = await world.ask(query + openedQuery, { headers: opened });
  const { sid } = JSON.parse(text.slice(text.indexOf("{")));
  const body = protocol === 3 ? "2:4x" : "4x";
  return world.ask(`${query}${askedQuery}&sid=${sid}`, { method: "POST", body, headers: asked });
}

type World = Awaited<ReturnType<typeof createEngineWorld>>;

for (const [name, asked] of Object.entries(allowed)) {
  test(`takes a request that shows ${name}`, async (t) => {
    const world = await createEngineWorld(t, { allowEIO3: true });
    assert.equal((await post(asked, 3, world)).text, "ok");
  });
}

for (const [name, asked] of Object.entries(refused)) {
  test(`refuses a request that shows ${name}`, async (t) => {
    const world = await createEngineWorld(t, { allowEIO3: true });
    const { status, text } = await post(asked, 3, world);
    assert.deepEqual([status, text], [403, '{"code":4,"message":"Forbidden"}']);
    assert.equal(world.refusals[0]?.context.name, "SESSION_NOT_YOURS");
    assert.equal((await post(asked, 4, world)).text, "ok", "the id of an EIO 4 session is a secret");
  });
}

test("an upgrade has to show it too", async (t) => {
  const world = await createEngineWorld(t, { allowEIO3: true });
  const { text } = await world.ask("EIO=3&transport=polling", { headers: { Authorization: "Bearer a" } });
  const { sid } = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  const answer = await sendRaw(world.port, upgradeHead(`EIO=3&transport=websocket&sid=${sid}`));
  assert.match(answer.text, /^HTTP\/1.1 403 /);
});

test("where the program names who asks, it must be the same", async (t) => {
  const world = await createEngineWorld(t, {
    allowEIO3: true,
    async identify({ headers }) {
      const name = headers["x-user"];
      if (name === "nobody") throw new Error("unknown");
      return typeof name === "string" ? name : undefined;
    },
  });
  const body = { method: "POST", body: "2:4x" };
  const { text } = await world.ask("EIO=3&transport=polling", { headers: { "x-user": "ann" } });
  const { sid } = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  const query = `EIO=3&transport=polling&sid=${sid}`;
  assert.equal((await world.ask(query, { ...body, headers: { "x-user": "ann" } })).text, "ok");
  for (const name of ["bob", "nobody"]) {
    assert.equal((await world.ask(query, { ...body, headers: { "x-user": name } })).status, 403);
  }
  assert.equal((await world.ask(query, body)).status, 403);
});

test("a client of Socket.IO 2 that is given headers and a query moves to WebSocket all the same", async (t) => {
  const require = createRequire(import.meta.url);
  const open = createRequire(require.resolve("socket.io-client-2/package.json"))("engine.io-client");
  const world = await createEngineWorld(t, { allowEIO3: true });
  const client = open(`ws://127.0.0.1:${world.port}`, {
    query: { token: "a" },
    extraHeaders: { Authorization: "Bearer b", Cookie: "a=1; b=2" },
  });
  await once(client, "upgrade");
  const [session] = world.sessions;
  assert.ok(session !== undefined);
  const listening = new Listening(session);
  client.send("x");
  client.close();
  await once(session, "close");
  assert.deepEqual(listening.heard, ["x", ["closed", "transport close"]]);
  assert.equal(await openByPolling(world).then((sid) => sid.length), 20);
});
