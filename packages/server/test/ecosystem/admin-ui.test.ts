/** `instrument()` of @socket.io/admin-ui, and what its page is told and asks for. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { instrument } from "@socket.io/admin-ui";
import type { Socket } from "socket.io";
import { plainWays, type SocketIoGuest, socketIo } from "./guests.ts";
import { hasPlainWire, type Node, type ServerName, Stage, serverNames } from "./servers.ts";

const timeout = 20_000;
/** Of the password `changeit`, from the documentation. */
const password = "$2b$10$heqvAkYMez.Va6Et2uXInOnkCT6/uQj1brkrbyG3LpopDklcq7ZOS";
const commands = ["EMIT", "JOIN", "LEAVE", "DISCONNECT", "MJOIN", "MLEAVE", "MDISCONNECT"];

interface Scene {
  readonly stage: Stage;
  readonly node: Node;
  /** The page. */
  readonly admin: SocketIoGuest;
}

type Options = Parameters<typeof instrument>[1];

async function open(stage: Stage, name: ServerName, options: Options): Promise<Scene> {
  const node = await stage.node(name, { plain: { path: "/anywire" } });
  node.io.of("/chat");
  instrument(node.io, options);
  return { stage, node, admin: visit(stage, `${node.url}/admin`) };
}

function visit(stage: Stage, url: string, options: object = {}): SocketIoGuest {
  const guest = socketIo({ options })(url, {});
  stage.defer(() => guest.close());
  return guest;
}

/** @returns what the page is told next of that kind, of that namespace: it hears of itself, too */
async function told(admin: SocketIoGuest, event: string, nsp = "/"): Promise<readonly unknown[]> {
  for (;;) {
    const words = await admin.next(event);
    const [about] = words as [string | { nsp: string }];
    if ((typeof about === "string" ? about : about.nsp) === nsp)
      return event.startsWith("socket_u") ? words : words.slice(0, -1);
  }
}

for (const name of serverNames) {
  const inDevelopment = (what: string, run: (scene: Scene) => Promise<void>): void => {
    test(`${name}: in development, the page ${what}`, { timeout }, async (t) => {
      const scene = await open(new Stage(t), name, { auth: false, mode: "development" });
      const [config] = await scene.admin.next("config");
      assert.deepEqual(config, { supportedFeatures: [...commands, "AGGREGATED_EVENTS", "ALL_EVENTS"] });
      const [sockets] = (await scene.admin.next("all_sockets")) as [{ nsp: string }[]];
      assert.deepEqual(
        sockets.map(({ nsp }) => nsp),
        ["/admin"],
      );
      await run(scene);
    });
  };

  inDevelopment("hears of sockets that come, upgrade, change and go", async ({ stage, node, admin }) => {
    const connected = once(node.io, "connection");
    const guest = visit(stage, `${node.url}/?x=1`);
    const [socket] = (await connected) as [Socket];
    const [shown] = (await told(admin, "socket_connected")) as [Record<string, unknown>];
    const { id } = socket;
    const { issued, time, url, headers, ...handshake } = shown.handshake as Record<string, unknown>;
    assert.deepEqual(
      { ...shown, handshake },
      {
        id,
        clientId: Reflect.get(socket.client, "id").slice(0, 12),
        transport: "polling",
        nsp: "/",
        data: {},
        handshake: { address: "127.0.0.1", query: socket.handshake.query, secure: false, xdomain: false },
        rooms: [id],
      },
    );
    assert.deepEqual(
      [typeof issued, typeof time, typeof url, typeof headers],
      ["number", "string", "string", "object"],
    );
    assert.deepEqual((await told(admin, "socket_updated"))[0], { id, nsp: "/", transport: "websocket" });
    socket.data.name = "ü";
    assert.deepEqual((await told(admin, "socket_updated"))[0], { id, nsp: "/", data: { name: "ü" } });
    guest.close();
    assert.deepEqual(await told(admin, "socket_disconnected"), ["/", id, "client namespace disconnect"]);
  });

  inDevelopment("hears of rooms and of events both ways, in namespaces old and new", async ({ stage, node, admin }) => {
    for (const namespace of ["/", "/chat", "/later"]) {
      const connected = once(node.io.of(namespace), "connection");
      const guest = visit(stage, node.url + namespace);
      const [socket] = (await connected) as [Socket];
      const { id } = socket;
      assert.deepEqual(await told(admin, "room_joined", namespace), [namespace, id, id]);
      void socket.join("a");
      assert.deepEqual(await told(admin, "room_joined", namespace), [namespace, "a", id]);
      guest.socket.emit("news", 1, Buffer.from([1]));
      const [, , received] = await told(admin, "event_received", namespace);
      assert.deepEqual(received, ["news", 1, Buffer.from([1])]);
      guest.socket.emit("question", 1, () => {});
      assert.deepEqual(await told(admin, "event_received", namespace), [namespace, id, ["question", 1]]);
      socket.emit("news", 2);
      assert.deepEqual(await told(admin, "event_sent", namespace), [namespace, id, ["news", 2]]);
      node.io.of(namespace).to("a").emit("news", 3);
      assert.deepEqual(await told(admin, "event_sent", namespace), [namespace, id, ["news", 3]]);
      socket.timeout(5_000).emit("question", 4, () => {});
      assert.deepEqual(await told(admin, "event_sent", namespace), [namespace, id, ["question", 4]]);
      void socket.leave("a");
      assert.deepEqual(await told(admin, "room_left", namespace), [namespace, "a", id]);
      assert.deepEqual(await guest.before("question"), [
        ["news", 2],
        ["news", 3],
      ]);
    }
  });

  inDevelopment("emits, moves sockets and puts them out", async ({ stage, node, admin }) => {
    const guests = new Map<string, SocketIoGuest>();
    for (const namespace of ["/", "/chat"]) {
      const connected = once(node.io.of(namespace), "connection");
      guests.set(namespace, visit(stage, node.url + namespace));
      await connected;
      await told(admin, "room_joined", namespace);
    }
    const ask = (...words: unknown[]): unknown => admin.socket.emit(...(words as [string]));
    for (const [namespace, guest] of guests) {
      const [id] = node.io.of(namespace).sockets.keys();
      ask("emit", namespace, undefined, "news", 1);
      ask("join", namespace, "a", id);
      assert.deepEqual(await told(admin, "room_joined", namespace), [namespace, "a", id]);
      ask("emit", namespace, "a", "news", 2, "two");
      ask("leave", namespace, "a");
      assert.deepEqual(await told(admin, "room_left", namespace), [namespace, "a", id]);
      ask("emit", namespace, "a", "news", 3);
      ask("_disconnect", namespace, false, id);
      const reason = await told(admin, "socket_disconnected", namespace);
      assert.deepEqual(reason, [namespace, id, "server namespace disconnect"]);
      assert.deepEqual(await guest.end(), [
        ["news", 1],
        ["news", 2, "two"],
      ]);
    }
  });

  test(`${name}: in production, the page is told counts alone`, { timeout }, async (t) => {
    const scene = await open(new Stage(t), name, { auth: false, mode: "production", serverId: "first" });
    const { stage, node, admin } = scene;
    const [config] = await admin.next("config");
    assert.deepEqual(config, { supportedFeatures: [...commands, "AGGREGATED_EVENTS"] });
    const guest = visit(stage, node.url, { transports: ["polling"] });
    await once(node.io, "connection");
    guest.socket.emit("news", "ü");
    type Count = { type: string; subType?: string; count: number };
    const counts: Count[] = [];
    const count = (type: string): number =>
      counts.filter((each) => each.type === type).reduce((sum, each) => sum + each.count, 0);
    for (;;) {
      const [stats] = (await admin.next("server_stats")) as [Record<string, unknown>];
      counts.push(...(stats.aggregatedEvents as Count[]));
      const { aggregatedEvents, uptime, hostname, ...rest } = stats;
      if (count("rawConnection") < 2) continue;
      assert.deepEqual(rest, {
        serverId: "first",
        pid: process.pid,
        clientsCount: 2,
        pollingClientsCount: 1,
        namespaces: [
          { name: "/", socketsCount: 1 },
          { name: "/chat", socketsCount: 0 },
          { name: "/admin", socketsCount: 1 },
        ],
      });
      break;
    }
    assert.ok(count("packetsIn") >= 3, "two CONNECT and an event");
    assert.ok(count("packetsOut") >= 3, "two CONNECT and the configuration");
    assert.ok(count("bytesIn") >= Buffer.byteLength('2["news","ü"]'));
    assert.ok(count("bytesOut") > 100);
    guest.close();
    while (count("rawDisconnection") < 1) {
      const [stats] = (await admin.next("server_stats")) as [{ aggregatedEvents: Count[] }];
      counts.push(...stats.aggregatedEvents);
    }
    assert.deepEqual(
      counts.filter(({ type }) => type === "rawDisconnection").map(({ subType }) => subType),
      ["transport close"],
    );
  });

  test(`${name}: read only, the page has no commands`, { timeout }, async (t) => {
    const { admin } = await open(new Stage(t), name, { auth: false, readonly: true, namespaceName: "/admin" });
    assert.deepEqual((await admin.next("config"))[0], { supportedFeatures: ["AGGREGATED_EVENTS", "ALL_EVENTS"] });
  });

  test(`${name}: who knows the password is let in, and comes back by session`, { timeout }, async (t) => {
    const auth = { type: "basic", username: "admin", password } as const;
    const { stage, node, admin } = await open(new Stage(t), name, { auth, mode: "production" });
    const refused = async (guest: SocketIoGuest): Promise<unknown> =>
      new Promise((resolve) => guest.socket.on("connect_error", ({ message }: Error) => resolve(message)));
    const come = (given: object): SocketIoGuest => visit(stage, `${node.url}/admin`, { auth: given });
    assert.equal(await refused(admin), "invalid credentials");
    assert.equal(await refused(come({ username: "admin", password: "no" })), "invalid credentials");
    const known = come({ username: "admin", password: "changeit" });
    const [sessionId] = await known.next("session");
    assert.match(String(sessionId), /^[0-9a-f]{16}$/);
    assert.equal((await known.next("config")).length, 1);
    assert.equal((await come({ sessionId }).next("config")).length, 1);
    assert.equal(await refused(come({ sessionId: "other" })), "invalid credentials");
    assert.equal(node.io.of("/admin").sockets.size, 2);
  });
}

for (const name of serverNames.filter(hasPlainWire)) {
  for (const [way, open_] of Object.entries(plainWays)) {
    test(`${name}: the page sees a client that is a ${way}`, { timeout }, async (t) => {
      const { stage, node, admin } = await open(new Stage(t), name, { auth: false, mode: "development" });
      await admin.next("all_sockets");
      const connected = once(node.io, "connection");
      const guest = open_(node.url, {});
      stage.defer(() => guest.close());
      const [socket] = (await connected) as [Socket];
      const [shown] = (await told(admin, "socket_connected")) as [Record<string, unknown>];
      assert.deepEqual([shown.id, shown.nsp, shown.rooms], [socket.id, "/", [socket.id]]);
      assert.equal(typeof shown.transport, "string");
      admin.socket.emit("join", "/", "a", socket.id);
      await told(admin, "room_joined");
      assert.deepEqual(await told(admin, "room_joined"), ["/", "a", socket.id]);
      admin.socket.emit("emit", "/", "a", "news", 1);
      assert.deepEqual(await told(admin, "event_sent"), ["/", socket.id, ["news", 1]]);
      assert.deepEqual(await guest.next("news"), [1]);
      admin.socket.emit("_disconnect", "/", true, "a");
      assert.deepEqual(await told(admin, "socket_disconnected"), ["/", socket.id, "server namespace disconnect"]);
      await guest.end();
    });
  }
}
