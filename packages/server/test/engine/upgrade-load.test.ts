/** Upgrades under load, with the clients of engine.io: whatever both ends send meanwhile arrives once, and in order. */

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import { test } from "node:test";
import type { EngineSession } from "../../src/engine/engine-session.ts";
import { Messages } from "../../src/engine/messages.ts";
import { createEngineWorld, type EngineWorld } from "./engine-world.ts";

interface PeerClient extends EventEmitter {
  readonly id: string;
  send(data: string): void;
  close(): void;
}

type OpenClient = (url: string) => PeerClient;

const require = createRequire(import.meta.url);
const requireOf = (client: string): NodeJS.Require => createRequire(require.resolve(`${client}/package.json`));
const { Socket: CurrentClient } = requireOf("socket.io-client")("engine.io-client");
const openThird = requireOf("socket.io-client-3")("engine.io-client");
const openSecond = requireOf("socket.io-client-2")("engine.io-client");

const clients: readonly [name: string, open: OpenClient, upgrades: number][] = [
  ["engine.io-client 6", (url) => new CurrentClient(url), 800],
  ["engine.io-client 4", (url) => openThird(url), 200],
  ["engine.io-client 3, which speaks EIO 3", (url) => openSecond(url), 200],
];

/** Upgrades that go on at once. */
const atOnce = 10;

/** Messages from each end that are sent after the upgrade, before a run is over. */
const afterwards = 20;

/** Sends numbers until it is told to stop, a few in each turn of the event loop. */
class Numbers {
  sent = 0;
  private isStopped = false;

  constructor(send: (number: number) => void) {
    const turn = (): void => {
      if (this.isStopped) return;
      for (let count = this.sent % 3; count >= 0; count--) send(this.sent++);
      setImmediate(turn);
    };
    turn();
  }

  stop(): void {
    this.isStopped = true;
  }
}

async function upgradeUnderLoad(world: EngineWorld, open: OpenClient): Promise<void> {
  const client = open(`ws://127.0.0.1:${world.port}`);
  await once(client, "open");
  const session = world.sessions.find(({ id }) => id === client.id);
  assert.ok(session !== undefined);
  const heard = new EventEmitter();
  const up: number[] = [];
  const down: number[] = [];
  session.handler = {
    message(data) {
      up.push(Number(data));
      heard.emit("number");
    },
    drained() {},
    closed: (reason) => heard.emit("error", new Error(reason)),
  };
  client.on("message", (data: string) => {
    down.push(Number(data));
    heard.emit("number");
  });
  const upgraded = Promise.all([once(client, "upgrade"), once(session, "upgrade")]);
  const downward = new Numbers((number) => sendNumber(session, number));
  const upward = new Numbers((number) => client.send(String(number)));
  await upgraded;
  const [downAt, upAt] = [downward.sent + afterwards, upward.sent + afterwards];
  while (down.length < downAt || up.length < upAt) await once(heard, "number");
  downward.stop();
  upward.stop();
  while (down.length < downward.sent || up.length < upward.sent) await once(heard, "number");
  assert.deepEqual(down, [...Array(downward.sent).keys()]);
  assert.deepEqual(up, [...Array(upward.sent).keys()]);
  session.handler = undefined;
  client.close();
}

/** In each of the ways in which a session is given messages. */
function sendNumber(session: EngineSession, number: number): void {
  if (number % 3 === 0) session.sendText(String(number));
  else if (number % 3 === 1) session.sendMessages(new Messages([String(number)]));
  else session.send(String(number));
}

for (const [name, open, upgrades] of clients) {
  test(`nothing is lost, doubled or overtaken with ${name}`, async (t) => {
    const world = await createEngineWorld(t, { allowEIO3: true });
    let left = upgrades;
    const run = async (): Promise<void> => {
      while (left-- > 0) await upgradeUnderLoad(world, open);
    };
    await Promise.all(Array.from({ length: atOnce }, run));
    assert.deepEqual(world.refusals, []);
  });
}
