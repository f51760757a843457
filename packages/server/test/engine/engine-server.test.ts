/** The server with the clients of engine.io, of three generations, on each of their transports. */

import assert from "node:assert/strict";
import { type EventEmitter, once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { WebSocket } from "ws";
import { EngineServer } from "../../src/engine/engine-server.ts";
import type { EngineSession } from "../../src/engine/engine-session.ts";
import { createEngineWorld, Listening, openByPolling, sendRaw, upgradeHead } from "./engine-world.ts";
import { WebTransportClient } from "./webtransport-client.ts";

interface PeerClient extends EventEmitter {
  readonly id: string;
  binaryType: string;
  send(data: string | Uint8Array): void;
  close(): void;
}

type OpenClient = (url: string, options: object) => PeerClient;

const require = createRequire(import.meta.url);
const clientOf = (owner: string) => createRequire(require.resolve(`${owner}/package.json`))("engine.io-client");
const Current = clientOf("socket.io-client").Socket;

const clients: readonly [name: string, open: OpenClient][] = [
  ["engine.io-client 6", (url, options) => new Current(url, options)],
  ["engine.io-client 4", clientOf("socket.io-client-3")],
  ["engine.io-client 3", clientOf("socket.io-client-2")],
];

const ways: readonly [name: string, transports: readonly string[]][] = [
  ["polling", ["polling"]],
  ["websocket", ["websocket"]],
  ["polling, then websocket", ["polling", "websocket"]],
];

for (const [name, open] of clients) {
  for (const [way, transports] of ways) {
    test(`${name} by ${way}: text and bytes, both ways, and a farewell`, async (t) => {
      const world = await createEngineWorld(t, { allowEIO3: true });
      const client = open(`ws://127.0.0.1:${world.port}`, { transports });
      if (transports.length > 1) await once(client, "upgrade");
      else await once(client, "open");
      const [session] = world.sessions;
      assert.equal(session?.id, client.id);
      assert.ok(session !== undefined);
      const listening = new Listening(session);
      const echoed: unknown[] = [];
      client.on("message", (data: unknown) => echoed.push(data));
      const sent = ["a", "ünï💧", Buffer.from([0, 1, 255]), "b"];
      for (const each of sent) client.send(each);
      while (listening.heard.length < sent.length) await new Promise(setImmediate);
      assert.deepEqual(listening.heard, sent);
      for (const each of sent) session.send(each);
      while (echoed.length < sent.length) await once(client, "message");
      assert.deepEqual(echoed, sent);
      client.close();
      await once(session, "close");
      assert.deepEqual(listening.heard.at(-1), ["closed", "transport close"]);
      assert.equal(world.engine.clientsCount, 0);
    });

    test(`${name} by ${way}: heartbeats keep it, and a server that closes ends it`, async (t) => {
      const world = await createEngineWorld(t, { allowEIO3: true, pingInterval: 40, pingTimeout: 5_000 });
      const client = open(`ws://127.0.0.1:${world.port}`, { transports });
      await once(client, "open");
      const [session] = world.sessions;
      assert.ok(session !== undefined);
      for (let beats = 0; beats < 3; beats++) await once(session, "heartbeat");
      const closed = once(client, "close");
      session.close();
      await closed;
      if (session.readyState !== "closed") await once(session, "close");
    });
  }
}

test("a client that answers no ping is given up", async (t) => {
  const world = await createEngineWorld(t, { pingInterval: 20, pingTimeout: 20 });
  const client = new WebSocket(world.webSocketUrl("EIO=4&transport=websocket"));
  await once(client, "message");
  const [session] = world.sessions;
  assert.ok(session !== undefined);
  const [reason] = await once(session, "close");
  assert.equal(reason, "ping timeout");
  await once(client, "close");
});

test("a session that is given up on polling is unknown afterwards, and its poll answered", async (t) => {
  const world = await createEngineWorld(t, { pingInterval: 20, pingTimeout: 20 });
  const sid = await openByPolling(world);
  const [session] = world.sessions;
  assert.ok(session !== undefined);
  const closed = once(session, "close");
  assert.equal((await world.ask(`EIO=4&transport=polling&sid=${sid}`)).text, "2");
  const poll = world.ask(`EIO=4&transport=polling&sid=${sid}`).catch(() => undefined);
  await closed;
  assert.ok((await poll) !== undefined);
  assert.equal(JSON.parse((await world.ask(`EIO=4&transport=polling&sid=${sid}`)).text).code, 1);
});

test("initial_headers come with the first answer, headers with each, and the cookie with the first", async (t) => {
  const world = await createEngineWorld(t, { cookie: true }, (engine) => {
    engine.on("initial_headers", (headers, request) => {
      headers["x-first"] = request.method;
    });
    engine.on("headers", (headers) => {
      headers["x-each"] = "each";
      headers["X-Two"] = ["one", "two"];
    });
  });
  const first = await world.ask("EIO=4&transport=polling");
  const sid = world.sessions[0]?.id;
  assert.deepEqual(first.headers["set-cookie"], [`io=${sid}; Path=/; HttpOnly; SameSite=Lax`]);
  assert.deepEqual(
    [first.headers["x-first"], first.headers["x-each"], first.headers["x-two"]],
    ["GET", "each", "one, two"],
  );
  const asked = { method: "POST", body: "4x" };
  const second = await world.ask(`EIO=4&transport=polling&sid=${sid}`, asked);
  assert.deepEqual([second.headers["x-first"], second.headers["x-each"]], [undefined, "each"]);
  assert.equal(second.headers["set-cookie"], undefined);
  const socket = new WebSocket(world.webSocketUrl("EIO=4&transport=websocket"));
  const [response]: IncomingMessage[] = await once(socket, "upgrade");
  assert.deepEqual([response?.headers["x-first"], response?.headers["x-two"]], ["GET", "one, two"]);
  socket.on("error", () => {}).terminate();
});

test("a header that cannot be written refuses that upgrade alone", async (t) => {
  const world = await createEngineWorld(t, {}, (engine) => {
    engine.once("headers", (headers) => {
      headers["x-bad"] = "a\r\nx-forged: b";
    });
  });
  t.mock.method(process, "emitWarning", () => {});
  const { text } = await sendRaw(world.port, upgradeHead("EIO=4&transport=websocket"));
  assert.match(text, /^HTTP\/1.1 500 /);
  assert.ok(!text.includes("x-forged"));
  assert.equal(world.engine.clientsCount, 0);
  assert.equal((await world.ask("EIO=4&transport=polling")).status, 200);
});

const ids: readonly [name: string, generateId: () => unknown, expected: string][] = [
  ["at once", () => "own", "own"],
  ["later", async () => "later", "later"],
  ["a number", () => 7, "7"],
];

for (const [name, generateId, expected] of ids) {
  test(`ids may be the program's own: ${name}`, async (t) => {
    const world = await createEngineWorld(t);
    Object.assign(world.engine, { generateId });
    assert.equal(await openByPolling(world), expected);
    assert.equal(world.engine.clients[expected], world.sessions[0]);
    assert.equal((await world.ask("EIO=4&transport=polling")).status, 400, "one that is taken is no id");
    assert.equal(world.engine.clientsCount, 1);
  });
}

test("other paths stay with who was there, and their upgrades are refused if nobody else is there", async (t) => {
  const http = createServer((_request, response) => response.end("other"));
  const engine = new EngineServer();
  engine.attach(http, { path: "/own" });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close());
  const { port } = http.address() as AddressInfo;
  const statuses: unknown[] = [];
  for (const path of ["/", "/ownish/", "/own", "/own/?EIO=4&transport=x", "/engine.io/"]) {
    const [response]: IncomingMessage[] = await once(get({ port, host: "127.0.0.1", path, agent: false }), "response");
    statuses.push(response?.statusCode);
    response?.resume();
  }
  assert.deepEqual(statuses, [200, 200, 200, 400, 200]);
  const { text } = await sendRaw(port, upgradeHead("EIO=4&transport=websocket").replace("/engine.io/", "/other/"));
  assert.match(text, /^HTTP\/1.1 404 /);
});

test("an HTTP server that has closed closes the sessions that are left", async (t) => {
  const world = await createEngineWorld(t);
  await openByPolling(world);
  world.http.close();
  await once(world.http, "close");
  assert.equal(world.engine.clientsCount, 0);
});

test("a client comes by WebTransport, and another moves to it", async (t) => {
  const world = await createEngineWorld(t, { transports: ["polling", "websocket", "webtransport"] });
  const accept = (end: Parameters<Parameters<typeof WebTransportClient.open>[0]>[0]): void => {
    void world.engine.onWebTransportSession(end);
  };
  const first = await WebTransportClient.open(accept);
  await first.send("0");
  const [type, ...rest] = String(await first.next());
  const { sid, upgrades } = JSON.parse(rest.join(""));
  assert.deepEqual([type, upgrades, world.sessions[0]?.id], ["0", [], sid]);
  assert.equal(world.sessions[0]?.request.headers.cookie, undefined);

  const polling = await openByPolling(world);
  const session: EngineSession | undefined = world.sessions[1];
  assert.ok(session !== undefined);
  session.sendText("waits");
  const second = await WebTransportClient.open(accept);
  await second.send(`0${JSON.stringify({ sid: polling })}`, "2probe");
  assert.equal(await second.next(), "3probe");
  await second.send("5");
  assert.equal(await second.next(), "4waits");
  assert.equal(session.transport.name, "webtransport");
});

test("where middlewares are to be passed, WebTransport is not taken", async (t) => {
  const world = await createEngineWorld(t, { transports: ["webtransport"] }, (engine) =>
    engine.use((_request, _response, next) => next()),
  );
  const client = await WebTransportClient.open((end) => void world.engine.onWebTransportSession(end));
  await client.send("0");
  await client.transport.closed;
  assert.equal(world.sessions.length, 0);
});
