/** Upgrades in hostile orders, by bytes on raw connections. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import type { EngineSession } from "../../src/engine/engine-session.ts";
import { post } from "./asking.ts";
import { createEngineWorld, type EngineWorld, Listening, openByPolling, sendRaw, upgradeHead } from "./engine-world.ts";

interface Scene extends EngineWorld {
  readonly sid: string;
  readonly session: EngineSession;
  readonly listening: Listening;
  /** A WebSocket that names the session, or another one. */
  probe(sid?: string): Promise<Prober>;
  poll(): Promise<string>;
}

/** What a WebSocket of the client hears. */
class Prober {
  readonly heard: string[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<unknown>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = once(socket, "close");
    socket.on("message", (data) => this.heard.push(data.toString()));
    socket.on("error", () => {});
  }

  async hears(text: string): Promise<void> {
    while (!this.heard.includes(text)) await once(this.socket, "message");
  }
}

async function setUp(t: TestContext, options = {}): Promise<Scene> {
  const world = await createEngineWorld(t, options);
  const sid = await openByPolling(world);
  const [session] = world.sessions;
  assert.ok(session !== undefined);
  return {
    ...world,
    sid,
    session,
    listening: new Listening(session),
    async probe(named = sid) {
      const prober = new Prober(new WebSocket(world.webSocketUrl(`EIO=4&transport=websocket&sid=${named}`)));
      await once(prober.socket, "open");
      return prober;
    },
    poll: async () => (await world.ask(`EIO=4&transport=polling&sid=${sid}`)).text,
  };
}

async function upgrade(scene: Scene): Promise<Prober> {
  const prober = await scene.probe();
  prober.socket.send("2probe");
  await prober.hears("3probe");
  prober.socket.send("5");
  await once(scene.session, "upgrade");
  return prober;
}

test("what waited for the old transport leaves on the new one, in order", async (t) => {
  const scene = await setUp(t);
  for (const text of ["a", "b", "c"]) scene.session.sendText(text);
  const prober = await upgrade(scene);
  scene.session.sendText("d");
  await prober.hears("4d");
  assert.deepEqual(prober.heard, ["3probe", "4a", "4b", "4c", "4d"]);
  assert.equal(scene.session.transport.name, "websocket");
});

test("a poll that waits is let go when the probe is answered, and so is one that comes later", async (t) => {
  const scene = await setUp(t);
  const first = scene.poll();
  await once(scene.http, "request");
  const prober = await scene.probe();
  prober.socket.send("2probe");
  await prober.hears("3probe");
  assert.equal(await first, "6");
  assert.equal(await scene.poll(), "6");
  scene.session.sendText("later");
  assert.equal(await scene.poll(), "4later", "a client that has not moved still gets what there is");
});

test("a poll that waits when the client moves is answered", async (t) => {
  const scene = await setUp(t);
  const prober = await scene.probe();
  prober.socket.send("2probe");
  await prober.hears("3probe");
  const poll = sendRaw(
    scene.port,
    `GET /engine.io/?EIO=4&transport=polling&sid=${scene.sid} HTTP/1.1\r\nHost: x\r\n\r\n`,
    (text) => text.includes("\r\n\r\n"),
  );
  prober.socket.send("5");
  const { text, socket } = await poll;
  socket.destroy();
  assert.match(text, /^HTTP\/1.1 (200|400) /);
});

test("after the upgrade, polls and POSTs are another transport than the session's", async (t) => {
  const scene = await setUp(t);
  await upgrade(scene);
  const query = `EIO=4&transport=polling&sid=${scene.sid}`;
  assert.equal(JSON.parse((await scene.ask(query)).text).code, 3);
  assert.equal(JSON.parse((await post(`http://127.0.0.1:${scene.port}/engine.io/?${query}`, "4x")).text).code, 3);
  assert.equal(scene.refusals[0]?.context.name, "TRANSPORT_MISMATCH");
  assert.deepEqual(scene.listening.heard, []);
});

const refused: readonly [name: string, packets: readonly (string | Buffer)[]][] = [
  ["an upgrade without a probe", ["5"]],
  ["a message before the upgrade", ["2probe", "4early"]],
  ["a message instead of a probe", ["4early"]],
  ["a ping that is no probe", ["2"]],
  ["a second probe on the same WebSocket", ["2probe", "2probe"]],
  ["what is no packet", ["x"]],
  ["bytes", [Buffer.from("early")]],
];

for (const [name, packets] of refused) {
  test(`refuses ${name}: that WebSocket ends, the session stays`, async (t) => {
    const scene = await setUp(t);
    const prober = await scene.probe();
    for (const packet of packets) prober.socket.send(packet);
    await prober.closed;
    assert.equal(scene.session.upgrading, false);
    assert.deepEqual(scene.listening.heard, []);
    scene.session.sendText("still here");
    assert.equal(await scene.poll(), "4still here");
    await upgrade(scene); // and may be tried again
  });
}

test("of two that probe at once, the second is sent away", async (t) => {
  const scene = await setUp(t);
  const first = await scene.probe();
  const second = await scene.probe();
  await second.closed;
  first.socket.send("2probe");
  await first.hears("3probe");
  first.socket.send("5");
  await once(scene.session, "upgrade");
  const third = await scene.probe();
  await third.closed;
  scene.session.sendText("x");
  await first.hears("4x");
});

test("a probe that falls silent is given up in time", async (t) => {
  const scene = await setUp(t, { upgradeTimeout: 50 });
  const prober = await scene.probe();
  await prober.closed;
  assert.equal(scene.session.upgrading, false);
  assert.equal(scene.session.readyState, "open");
});

test("a client that goes in mid-upgrade keeps its session", async (t) => {
  const scene = await setUp(t);
  const prober = await scene.probe();
  prober.socket.send("2probe");
  await prober.hears("3probe");
  prober.socket.terminate();
  await prober.closed;
  while (scene.session.upgrading) await new Promise(setImmediate);
  scene.session.sendText("still here");
  assert.equal(await scene.poll(), "4still here");
});

test("a session that is closed in mid-upgrade takes the probe with it", async (t) => {
  const scene = await setUp(t);
  const prober = await scene.probe();
  prober.socket.send("2probe");
  await prober.hears("3probe");
  scene.session.close(true);
  await prober.closed;
  assert.deepEqual(scene.listening.heard, [["closed", "forced close"]]);
  assert.equal(scene.engine.clientsCount, 0);
});

test("a session that closes while it moves says all on the new transport first", async (t) => {
  const scene = await setUp(t);
  const prober = await scene.probe();
  prober.socket.send("2probe");
  await prober.hears("3probe");
  scene.session.sendText("last words");
  scene.session.close();
  assert.equal(scene.session.readyState, "closing");
  prober.socket.send("5");
  await prober.closed;
  assert.deepEqual(prober.heard, ["3probe", "4last words"]);
  while (scene.listening.heard.length === 0) await new Promise(setImmediate);
  assert.deepEqual(scene.listening.heard, [["closed", "forced close"]]);
});

test("a WebSocket for a session that ends before the handshake is complete is refused", async (t) => {
  const world = await createEngineWorld(t, {}, (engine) => {
    engine.use((_request, _response, next) => {
      setImmediate(next);
    });
  });
  const sid = await openByPolling(world);
  const asking = sendRaw(world.port, upgradeHead(`EIO=4&transport=websocket&sid=${sid}`));
  await once(world.http, "upgrade");
  world.sessions[0]?.close(true);
  assert.match((await asking).text, /^HTTP\/1.1 400 [\s\S]*{"code":1,/);
});

test("a stream is upgraded to by asking for it, and probed by POST", async (t) => {
  const scene = await setUp(t);
  const url = `http://127.0.0.1:${scene.port}/engine.io/?EIO=4&transport=eventsource&sid=${scene.sid}`;
  const response = await fetch(url);
  assert.ok(response.body !== null);
  scene.session.sendText("waits");
  assert.equal((await post(url, "2probe")).text, "ok");
  assert.equal((await post(url, "5")).text, "ok");
  let text = "";
  const reader = response.body.getReader();
  while (!text.includes("4waits")) text += new TextDecoder().decode((await reader.read()).value);
  assert.match(text, /data: ?3probe[\s\S]*data: ?4waits/);
  assert.equal(scene.session.transport.name, "eventsource");
  await reader.cancel();
});

test("a POST does not begin a stream", async (t) => {
  const scene = await setUp(t);
  const url = `http://127.0.0.1:${scene.port}/engine.io/?EIO=4&transport=eventsource&sid=${scene.sid}`;
  assert.equal((await post(url, "2probe")).status, 400);
  assert.equal(scene.session.upgrading, false);
});

test("two streams at once are one too many", async (t) => {
  const scene = await setUp(t);
  const query = `EIO=4&transport=eventsource&sid=${scene.sid}`;
  const first = await fetch(`http://127.0.0.1:${scene.port}/engine.io/?${query}`);
  const iframe = await scene.ask(`EIO=4&transport=iframe&sid=${scene.sid}&j=0`);
  assert.equal(iframe.status, 400);
  await first.body?.cancel();
});

test("a bad frame behind the handshake, in the same packet, ends that WebSocket alone", async (t) => {
  const scene = await setUp(t);
  const bad = Buffer.from([0xf1, 0x80, 0, 0, 0, 0]);
  const head = Buffer.from(upgradeHead(`EIO=4&transport=websocket&sid=${scene.sid}`));
  const { text } = await sendRaw(scene.port, Buffer.concat([head, bad]));
  assert.match(text, /^HTTP\/1.1 101 /);
  while (scene.session.upgrading) await new Promise(setImmediate);
  assert.equal(scene.session.readyState, "open");
});
