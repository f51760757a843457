/** A client that goes while the program still thinks about it: nothing is written to it, nobody is told of it, nothing stays. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import type { ServerOptions } from "../src/index.ts";
import { upgradeHead } from "./engine/engine-world.ts";
import { patience, RawHouse, until } from "./raw-house.ts";

class Pause {
  asked = 0;
  readonly end: () => void;
  private readonly over: Promise<void>;

  constructor() {
    let end = (): void => {};
    this.over = new Promise((resolve) => {
      end = resolve;
    });
    this.end = end;
  }

  wait(): Promise<void> {
    this.asked += 1;
    return this.over;
  }

  async reached(): Promise<void> {
    await until(() => this.asked > 0);
  }
}

/** Where the program thinks. */
const places: Readonly<
  Record<string, (pause: Pause) => { options?: Partial<ServerOptions>; use?(house: RawHouse): void }>
> = {
  authenticate: (pause) => ({ options: { authenticate: () => pause.wait().then(() => "me") } }),
  "a middleware": (pause) => ({ use: ({ io }) => io.use((_socket, next) => void pause.wait().then(() => next())) }),
  "a function that decides about the namespace": (pause) => ({
    use: ({ io }) => io.of((_name, _auth, decide) => void pause.wait().then(() => decide(null, true))),
  }),
};

/** How the client goes. */
const ways: Readonly<Record<string, (house: RawHouse, namespace: string, pause: Pause) => Promise<void>>> = {
  "a WebSocket is cut": async (house, namespace, pause) => {
    const client = await house.session();
    client.send(`40${namespace},`);
    await pause.reached();
    client.socket.terminate();
  },
  "a WebSocket is closed": async (house, namespace, pause) => {
    const client = await house.session();
    client.send(`40${namespace},`);
    await pause.reached();
    client.socket.close();
  },
  "a session by polling is ended": async (house, namespace, pause) => {
    const query = `EIO=4&transport=polling&sid=${await house.poll()}`;
    await house.ask(query, { method: "POST", body: `40${namespace},` });
    await pause.reached();
    await house.ask(query, { method: "POST", body: "1" });
  },
  "a v2 client is cut": async (house, namespace, pause) => {
    const client = await house.session("EIO=3");
    if (namespace !== "/") client.send(`40${namespace},`);
    await pause.reached();
    client.socket.terminate();
  },
  "the server ends the session": async (house, namespace, pause) => {
    const client = await house.session();
    client.send(`40${namespace},`);
    await pause.reached();
    for (const session of Object.values(house.io.engine.clients)) session.close();
    await client.closed;
  },
};

for (const [place, prepare] of Object.entries(places)) {
  for (const [way, go] of Object.entries(ways)) {
    test(`${way} while ${place} takes its time`, patience, async (t) => {
      const pause = new Pause();
      const { options, use } = prepare(pause);
      const house = await RawHouse.open(t, options);
      house.io.of("/a").on("connection", () => assert.fail("it is gone"));
      use?.(house);
      const namespace = place.includes("namespace") ? "/new" : "/";
      house.io.sockets.on("connection", (socket) => {
        if (socket.conn.protocol === 4 || namespace === "/") assert.fail("it is gone");
      });
      await go(house, namespace, pause);
      await until(() => house.io.stats().sessions === 0);
      pause.end();
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      await house.emptied();
      for (const namespace of house.io._nsps.values()) assert.equal(namespace.entering, 0);
      assert.deepEqual(house.errors, []);
    });
  }
}

test("101 is not written to a socket that died while the program thought", patience, async (t) => {
  const pause = new Pause();
  const house = await RawHouse.open(t, {
    allowRequest: (_request, decide) => void pause.wait().then(() => decide(null, true)),
    plain: { authenticate: () => pause.wait().then(() => "me") },
  });
  for (const target of ["/socket.io/?EIO=4&transport=websocket", "/anywire"]) {
    const before = pause.asked;
    const served = once(house.http, "upgrade");
    const client = connect(house.port, "127.0.0.1");
    client.write(upgradeHead("").replace(/^GET \S+/, `GET ${target}`));
    const [, socket] = await served;
    await until(() => pause.asked > before);
    client.resetAndDestroy();
    await until(() => socket.closed);
  }
  pause.end();
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  await house.emptied();
  assert.deepEqual(house.errors, []);
});
