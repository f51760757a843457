/** Sessions of two nodes behind a balancer that picks nodes at random: each node hands over what is not its own. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, connect } from "node:net";
import { type TestContext, test } from "node:test";
import { MemorySessionStore, type RemoteSession } from "../../src/engine/session-store.ts";
import { createEngineWorld, type EngineWorld, openByPolling } from "./engine-world.ts";

const { Socket: Client } = createRequire(import.meta.url)("engine.io-client");

/** Knows the other node. */
class PairedStore extends MemorySessionStore {
  other: EngineWorld | undefined;

  async elsewhere(id: string): Promise<RemoteSession | undefined> {
    await new Promise(setImmediate); // it has to be asked
    const engine = this.other?.engine;
    if (id === "broken") throw new Error("the other node does not answer");
    if (engine?.store.get(id) === undefined) return undefined;
    return {
      handleRequest: (request, response) => engine.handleRequest(request, response),
      handleUpgrade: (request, socket, head) => engine.handleUpgrade(request, socket, head),
    };
  }
}

async function createPair(t: TestContext): Promise<readonly [EngineWorld, EngineWorld]> {
  const stores = [new PairedStore(), new PairedStore()] as const;
  const worlds = [
    await createEngineWorld(t, { store: stores[0] }),
    await createEngineWorld(t, { store: stores[1] }),
  ] as const;
  stores[0].other = worlds[1];
  stores[1].other = worlds[0];
  return worlds;
}

test("a request that names the other node's session is answered by that", async (t) => {
  const [here, there] = await createPair(t);
  const sid = await openByPolling(there);
  there.sessions[0]?.sendText("from there");
  assert.equal((await here.ask(`EIO=4&transport=polling&sid=${sid}`)).text, "4from there");
  const heard = once(there.sessions[0]!, "message");
  assert.equal((await here.ask(`EIO=4&transport=polling&sid=${sid}`, { method: "POST", body: "4x" })).text, "ok");
  assert.deepEqual(await heard, ["x"]);
  assert.deepEqual([here.engine.clientsCount, there.engine.clientsCount], [0, 1]);
});

for (const sid of ["nobody", "broken"]) {
  test(`a session that no node has is unknown (${sid})`, async (t) => {
    const [here] = await createPair(t);
    assert.equal(JSON.parse((await here.ask(`EIO=4&transport=polling&sid=${sid}`)).text).code, 1);
  });
}

test("a client polls and moves to WebSocket, whichever node its connections reach", async (t) => {
  const worlds = await createPair(t);
  let turn = 0;
  const balancer = createServer();
  balancer.removeAllListeners("connection").on("connection", (socket) => {
    const upstream = connect(worlds[turn++ % 2]!.port, "127.0.0.1");
    socket.pipe(upstream).pipe(socket);
    for (const end of [socket, upstream]) end.on("error", () => {});
  });
  balancer.listen(0, "127.0.0.1");
  await once(balancer, "listening");
  t.after(() => balancer.close());
  const client = new Client(`ws://127.0.0.1:${(balancer.address() as AddressInfo).port}`);
  await once(client, "upgrade");
  const session = worlds.flatMap(({ sessions }) => sessions)[0]!;
  session.sendText("hello");
  assert.deepEqual(await once(client, "message"), ["hello"]);
  assert.ok(turn > 1);
  client.close();
  await once(session, "close");
});
