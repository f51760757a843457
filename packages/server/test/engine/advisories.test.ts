/** The advisories of engine.io, each as what it was: a server that lives, and answers. (Ids: random-id; CORS: engine-cors.) */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { ask, post } from "./asking.ts";
import { createEngineWorld, type EngineWorld, openByPolling, sendRaw, upgradeHead } from "./engine-world.ts";
import { WebTransportClient } from "./webtransport-client.ts";

const ofPrototypes = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__"];

/** A client that comes after the attack is served. */
async function assertAlive(world: EngineWorld): Promise<void> {
  assert.equal((await world.ask("EIO=4&transport=polling")).status, 200);
}

test("CVE-2020-36048: a POST of many tiny packets is read in linear time, and refused", async (t) => {
  const world = await createEngineWorld(t);
  const sid = await openByPolling(world);
  const url = `http://127.0.0.1:${world.port}/engine.io/?EIO=4&transport=polling&sid=${sid}`;
  const body = "4\x1e".repeat(499_999);
  const before = process.cpuUsage();
  assert.equal((await post(url, body)).status, 400);
  const { user } = process.cpuUsage(before);
  assert.ok(user < 2_000_000, `${user} µs`);
  await assertAlive(world);
});

test("CVE-2020-36048: the same to EIO 3, with the lengths that it was about", async (t) => {
  const world = await createEngineWorld(t, { allowEIO3: true });
  const { text } = await world.ask("EIO=3&transport=polling");
  const { sid } = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
  const url = `http://127.0.0.1:${world.port}/engine.io/?EIO=3&transport=polling&sid=${sid}`;
  assert.equal((await post(url, "1".repeat(999_999))).status, 400);
  await assertAlive(world);
});

const badFrames: Readonly<Record<string, readonly number[]>> = {
  "reserved bits": [0xf1, 0x80, 0, 0, 0, 0],
  "no mask": [0x81, 0x01, 0x34],
  "an unknown opcode": [0x83, 0x80, 0, 0, 0, 0],
  "a length that is too long": [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  "no frame at all": [...Buffer.from("test")],
};

for (const [name, bytes] of Object.entries(badFrames)) {
  for (const isUpgrade of [false, true]) {
    const what = isUpgrade ? "an upgrade" : "a handshake";
    test(`CVE-2022-21676: ${name} right behind ${what} harms nobody`, async (t) => {
      const world = await createEngineWorld(t);
      const sid = isUpgrade ? `&sid=${await openByPolling(world)}` : "";
      const head = Buffer.from(upgradeHead(`EIO=4&transport=websocket${sid}`));
      const { text, socket } = await sendRaw(world.port, Buffer.concat([head, Buffer.from(bytes)]));
      assert.match(text, /^HTTP\/1.1 101 /);
      socket.destroy();
      await assertAlive(world);
      assert.equal(world.engine.clientsCount, isUpgrade ? 2 : 1, "who opened a session with it has none");
    });
  }
}

for (const delay of [
  "at once",
  "while a middleware takes its time",
  "while the program decides",
  "while the id is made",
]) {
  test(`CVE-2022-41940: a reset in mid-upgrade, ${delay}`, async (t) => {
    let reached = (): void => {};
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let goOn = (): void => {};
    const gone = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const pause = async (): Promise<void> => {
      reached();
      await gone;
    };
    const world = await createEngineWorld(t, pausing(delay, pause), (engine) => {
      if (delay.includes("middleware")) engine.use((_request, _response, next) => void pause().then(next));
      if (delay.includes("id")) engine.generateId = () => pause().then(() => "late");
    });
    const socket = connect(world.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(upgradeHead("EIO=4&transport=websocket"));
    const [, served] = await once(world.http, "upgrade");
    if (delay !== "at once") await isReached;
    socket.resetAndDestroy();
    if (!served.closed) await new Promise((resolve) => served.on("close", resolve));
    goOn();
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    assert.equal(world.engine.clientsCount, 0);
  });
}

function pausing(delay: string, pause: () => Promise<void>): Parameters<typeof createEngineWorld>[1] {
  if (!delay.includes("decides")) return {};
  return { allowRequest: (_request, decide) => void pause().then(() => decide(null, true)) };
}

for (const name of ofPrototypes) {
  test(`CVE-2023-31125: ${name} is no transport, by request or by upgrade`, async (t) => {
    const world = await createEngineWorld(t);
    for (const query of [`EIO=4&transport=${name}`, `EIO=4&transport=${name}&sid=${await openByPolling(world)}`]) {
      assert.deepEqual((await world.ask(query)).text, '{"code":0,"message":"Transport unknown"}');
      assert.match((await sendRaw(world.port, upgradeHead(query))).text, /^HTTP\/1.1 400 /);
    }
    await assertAlive(world);
  });

  test(`GHSA-gr94-w7qr-f4j3: ${name} is no session, by request, upgrade or WebTransport`, async (t) => {
    const world = await createEngineWorld(t, { transports: ["polling", "websocket", "webtransport"] });
    const query = `EIO=4&transport=polling&sid=${name}`;
    assert.equal(JSON.parse((await world.ask(query)).text).code, 1);
    assert.equal(JSON.parse((await world.ask(query, { method: "POST", body: "4x" })).text).code, 1);
    assert.match(
      (await sendRaw(world.port, upgradeHead(query.replace("polling", "websocket")))).text,
      /^HTTP\/1.1 400 /,
    );
    const client = await WebTransportClient.open((end) => void world.engine.onWebTransportSession(end));
    await client.send(`0${JSON.stringify({ sid: name })}`);
    await client.transport.closed;
    assert.equal(world.engine.clientsCount, 0);
  });

  test(`6.6.11: the parameter ${name} is one like any other`, async (t) => {
    const world = await createEngineWorld(t);
    const { status } = await world.ask(`EIO=4&transport=polling&${name}=x&${name}[y]=z`);
    assert.equal(status, 200);
    const request: object = world.sessions[0]!.request;
    const query: unknown = Reflect.get(request, "_query");
    assert.equal(Object.getPrototypeOf(query), null);
    assert.ok(Object.hasOwn(query as object, name));
    assert.equal(Reflect.get({}, "y"), undefined);
  });
}

test("6.6.11: the protocol cannot change in mid-session, on no way", async (t) => {
  const world = await createEngineWorld(t, { allowEIO3: true });
  const sid = await openByPolling(world);
  const query = `EIO=3&transport=polling&sid=${sid}`;
  assert.equal((await world.ask(query)).status, 400);
  assert.equal((await world.ask(query, { method: "POST", body: "2:4x" })).status, 400);
  assert.match(
    (await sendRaw(world.port, upgradeHead(`EIO=3&transport=websocket&sid=${sid}`))).text,
    /^HTTP\/1.1 400 /,
  );
  assert.deepEqual(
    world.refusals.map(({ context }) => context),
    Array(3).fill({ name: "PROTOCOL_MISMATCH", protocol: 3, previousProtocol: 4 }),
  );
});

test("6.6.8: a handshake that fails leaves nothing", async (t) => {
  const world = await createEngineWorld(t, {}, (engine) => {
    engine.generateId = () => Promise.reject(new Error("no"));
  });
  assert.equal((await world.ask("EIO=4&transport=polling")).status, 400);
  const socket = new WebSocket(world.webSocketUrl("EIO=4&transport=websocket"));
  await once(socket, "error");
  assert.deepEqual(
    world.refusals.map(({ code, context }) => [code, context.name]),
    Array(2).fill([3, "ID_GENERATION_ERROR"]),
  );
  assert.equal(world.engine.clientsCount, 0);
});

test("CVE-2026-59725: bytes by POST to EIO 4 are answered", async (t) => {
  const world = await createEngineWorld(t);
  const sid = await openByPolling(world);
  const asked = { method: "POST", body: Buffer.from([4, 1]), headers: { "Content-Type": "application/octet-stream" } };
  assert.equal((await world.ask(`EIO=4&transport=polling&sid=${sid}`, asked)).status, 400);
});

/** What no engine.io client sends. */
const odd = [
  "GET /engine.io/?EIO=4&transport=polling&transport=websocket",
  "GET /engine.io/?%00=%ff&EIO=%34&transport=polling%20",
  "GET /engine.io/?",
  "GET /engine.io/??EIO=4&transport=polling",
  "GET /engine.io/%2e%2e/?EIO=4&transport=polling",
  "GET /engine.io//?EIO=4&transport=polling",
  "OPTIONS /engine.io/?EIO=4&transport=polling",
  "HEAD /engine.io/?EIO=4&transport=polling",
  "PATCH /engine.io/?EIO=4&transport=polling&sid=x",
  `GET /engine.io/?EIO=4&transport=polling&sid=${"x".repeat(5_000)}`,
  `GET /engine.io/?${"a&".repeat(3_000)}EIO=4&transport=polling`,
];

for (const line of odd) {
  test(`every request is answered: ${line.slice(0, 60)}`, async (t: TestContext) => {
    const world = await createEngineWorld(t);
    const { text } = await sendRaw(world.port, `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.match(text, /^HTTP\/1.1 [24]\d\d /);
    const { status } = await ask(`http://127.0.0.1:${world.port}/engine.io/?EIO=4&transport=polling`);
    assert.equal(status, 200);
  });
}
