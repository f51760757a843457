/** Connection state recovery of Socket.IO 4.6, request by request: who may come back, and to what. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { Server, type ServerOptions, type Socket } from "../../src/index.ts";

/** What a client is told when it comes in. */
interface Welcome {
  readonly sid: string;
  readonly pid?: string;
}

/** A client by polling, which says what the test tells it to. */
class Visitor {
  private readonly url: string;

  private constructor(url: string) {
    this.url = url;
  }

  /** @param auth of its CONNECT */
  static async enter(base: string, auth?: object): Promise<Visitor> {
    const handshake = `${base}/socket.io/?EIO=4&transport=polling`;
    const text = await (await fetch(handshake)).text();
    const visitor = new Visitor(`${handshake}&sid=${JSON.parse(text.slice(1)).sid}`);
    await visitor.push(`40${auth === undefined ? "" : JSON.stringify(auth)}`);
    return visitor;
  }

  async push(body: string): Promise<void> {
    assert.equal(await (await fetch(this.url, { method: "POST", body })).text(), "ok");
  }

  async poll(): Promise<string[]> {
    return (await (await fetch(this.url)).text()).split("\x1e");
  }

  async welcome(): Promise<Welcome> {
    const [packet = ""] = await this.poll();
    assert.match(packet, /^40\{/);
    return JSON.parse(packet.slice(2));
  }

  /** Ends its session of Engine.IO. */
  async vanish(): Promise<void> {
    await this.push("1");
  }
}

interface Stage {
  readonly io: Server;
  readonly base: string;
  /** In the order in which they came. */
  readonly sockets: Socket[];
}

async function setUp(
  t: TestContext,
  options: Partial<ServerOptions> = { connectionStateRecovery: {} },
): Promise<Stage> {
  const http = createServer();
  const io = new Server(http, options);
  const sockets: Socket[] = [];
  io.on("connection", (socket) => {
    sockets.push(socket);
    if (socket.recovered) return;
    void socket.join("room");
    socket.data.name = "kept";
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => io.close());
  return { io, base: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, sockets };
}

/** Names of the events, and the offset that each carries. */
function eventsOf(packets: readonly string[]): [name: string, offset: string][] {
  return packets.filter((packet) => packet.startsWith("42")).map((packet) => JSON.parse(packet.slice(2)));
}

for (const hasHeard of [true, false]) {
  test(`a client that ${hasHeard ? "names" : "has not heard"} an event comes back to its rooms, its data and what it missed`, async (t) => {
    const { io, base, sockets } = await setUp(t);
    const visitor = await Visitor.enter(base);
    const { sid, pid } = await visitor.welcome();
    if (hasHeard) io.emit("heard");
    const offset = hasHeard ? eventsOf(await visitor.poll())[0]?.[1] : undefined;
    await visitor.vanish();
    io.emit("to all");
    io.to("room").emit("to the room");
    sockets[0]?.emit("to it alone");
    io.to("elsewhere").emit("to others");
    const again = await Visitor.enter(base, { pid, offset });
    const [packet, ...missed] = await again.poll();
    assert.equal(packet, `40${JSON.stringify({ sid, pid })}`);
    assert.deepEqual(
      eventsOf(missed).map(([name]) => name),
      ["to all", "to the room", "to it alone"],
    );
    const socket = sockets[1];
    assert.deepEqual([socket?.id, socket?.recovered, socket?.data], [sid, true, { name: "kept" }]);
    assert.ok(socket?.rooms.has("room"));
  });
}

const strangers: readonly [name: string, auth: (pid: string | undefined) => object][] = [
  ["an unknown secret", () => ({ pid: "no such", offset: "x" })],
  ["a secret that is no text", (pid) => ({ pid: [pid] })],
  ["an offset that is no text", (pid) => ({ pid, offset: 123 })],
  ["an offset that nobody gave", (pid) => ({ pid, offset: "no such" })],
];
for (const [name, auth] of strangers) {
  test(`a client with ${name} comes in anew`, async (t) => {
    const { base, sockets } = await setUp(t);
    const visitor = await Visitor.enter(base);
    const { pid } = await visitor.welcome();
    await visitor.vanish();
    const again = await (await Visitor.enter(base, auth(pid))).welcome();
    assert.notEqual(again.pid, pid, "by which a client knows that it is not recovered");
    assert.deepEqual([sockets[1]?.recovered, sockets[1]?.data], [false, { name: "kept" }]);
    const fresh = await (await Visitor.enter(base, { pid: again.pid })).welcome();
    assert.deepEqual([fresh, sockets[2]?.recovered], [again, true]);
  });
}

for (const skipMiddlewares of [true, false]) {
  test(`who comes back ${skipMiddlewares ? "does not pass" : "passes"} the middlewares again`, async (t) => {
    const { io, base, sockets } = await setUp(t, { connectionStateRecovery: { skipMiddlewares } });
    const visitor = await Visitor.enter(base);
    const { pid } = await visitor.welcome();
    await visitor.vanish();
    let passed = 0;
    io.use((_socket, next) => {
      passed += 1;
      next();
    });
    await (await Visitor.enter(base, { pid })).welcome();
    assert.deepEqual([sockets[1]?.recovered, passed], [true, skipMiddlewares ? 0 : 1]);
  });
}

test("without the option nobody is told a secret, and nobody comes back", async (t) => {
  const { base, sockets } = await setUp(t, {});
  const visitor = await Visitor.enter(base);
  const { sid, pid } = await visitor.welcome();
  assert.equal(pid, undefined);
  await visitor.vanish();
  assert.notEqual((await (await Visitor.enter(base, { pid: sid })).welcome()).sid, sid);
  assert.equal(sockets[1]?.recovered, false);
});
