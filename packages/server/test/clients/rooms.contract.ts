/** Who hears what: rooms, exceptions, broadcasts and volatile events. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Server, Socket } from "socket.io";
import { type Client, type ClientKind, everyKind, heard } from "./client-kind.ts";
import { type House, type OpenServer, openHouse, patience } from "./house.ts";

type Name = "ann" | "bob" | "cid";

/** Ann is in `red` and `blue`, Bob in `red`, Cid in `green`. */
const rooms: Record<Name, string[]> = { ann: ["red", "blue"], bob: ["red"], cid: ["green"] };

type Sockets = Record<Name, Socket>;

const sendings: readonly [name: string, send: (io: Server, sockets: Sockets) => void, heardBy: string][] = [
  ["io.emit", (io) => io.emit("said", 1), "ann bob cid"],
  ["io.send", (io) => io.send(1), ""],
  ["io.sockets.emit", (io) => io.sockets.emit("said", 1), "ann bob cid"],
  ["io.to of a room", (io) => io.to("red").emit("said", 1), "ann bob"],
  ["io.in of a room", (io) => io.in("blue").emit("said", 1), "ann"],
  ["io.to of two rooms, each once", (io) => io.to("red").to("blue").emit("said", 1), "ann bob"],
  ["io.to of an array", (io) => io.to(["blue", "green"]).emit("said", 1), "ann cid"],
  ["io.to of nobody", (io) => io.to("nowhere").emit("said", 1), ""],
  ["io.to of a socket's id", (io, { bob }) => io.to(bob.id).emit("said", 1), "bob"],
  ["io.except of a room", (io) => io.except("red").emit("said", 1), "cid"],
  ["io.except of two rooms", (io) => io.except(["blue", "green"]).emit("said", 1), "bob"],
  ["io.to and except", (io) => io.to("red").except("blue").emit("said", 1), "bob"],
  ["io.to and except of an id", (io, { ann }) => io.to("red").except(ann.id).emit("said", 1), "bob"],
  ["io.local", (io) => io.local.emit("said", 1), "ann bob cid"],
  ["io.compress", (io) => io.compress(false).to("red").emit("said", 1), "ann bob"],
  ["socket.emit", (_, { ann }) => ann.emit("said", 1), "ann"],
  ["socket.broadcast", (_, { ann }) => ann.broadcast.emit("said", 1), "bob cid"],
  ["socket.to", (_, { ann }) => ann.to("red").emit("said", 1), "bob"],
  ["socket.in", (_, { cid }) => cid.in("red").emit("said", 1), "ann bob"],
  ["socket.except", (_, { ann }) => ann.except("green").emit("said", 1), "bob"],
  ["socket.to of itself", (_, { ann }) => ann.to(ann.id).emit("said", 1), ""],
  ["socket.to of two rooms", (_, { bob }) => bob.to("red").to("green").emit("said", 1), "ann cid"],
  ["socket.broadcast.to and except", (_, { cid }) => cid.broadcast.to("red").except("blue").emit("said", 1), "bob"],
  ["socket.broadcast.local", (_, { ann }) => ann.broadcast.local.emit("said", 1), "bob cid"],
  ["bytes to a room", (io) => io.to("red").emit("said", Buffer.from([1])), "ann bob"],
  [
    "a chain that is kept and used twice",
    (io) => io.to("blue").emit("said", 1) && io.to("green").emit("said", 1),
    "ann cid",
  ],
];

interface Crowd {
  readonly clients: Record<Name, Client>;
  readonly sockets: Sockets;
  /** Who has heard `said` until now, each with how often. */
  heardBy(): Promise<string>;
}

async function gather(house: House, kind: ClientKind): Promise<Crowd> {
  const [ann, bob, cid] = [await house.enter(kind), await house.enter(kind), await house.enter(kind)];
  const clients = { ann: ann.client, bob: bob.client, cid: cid.client };
  const sockets = { ann: ann.socket, bob: bob.socket, cid: cid.socket };
  let names: string[] = [];
  for (const [name, client] of Object.entries(clients)) client.on("said", () => names.push(name));
  const heardBy = async (): Promise<string> => {
    const marks = Object.values(clients).map((client) => heard(client, "mark"));
    house.io.emit("mark"); // what comes after all else
    await Promise.all(marks);
    const list = names.toSorted().join(" ");
    names = [];
    return list;
  };
  return { clients, sockets, heardBy };
}

export function roomsContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: each way to send reaches whom it means`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { sockets, heardBy } = await gather(house, kind);
      for (const name of ["ann", "bob", "cid"] as const) await sockets[name].join(rooms[name]);
      for (const [name, send, expected] of sendings) {
        send(house.io, sockets);
        assert.equal(await heardBy(), expected, name);
      }
    });

    test(`${subject}: rooms are joined and left`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { sockets, heardBy, clients } = await gather(house, kind);
      const { ann, bob } = sockets;
      await ann.join("a");
      await ann.join(["a", "b"]);
      assert.deepEqual([...ann.rooms], [ann.id, "a", "b"]);
      await ann.leave("a");
      await ann.leave("never joined");
      assert.deepEqual([...ann.rooms], [ann.id, "b"]);
      house.io.in("b").socketsJoin(["c", "d"]);
      house.io.socketsJoin("all");
      house.io.in("all").except("b").socketsLeave("all");
      house.io.to("all").emit("said");
      assert.equal(await heardBy(), "ann");
      assert.deepEqual([...ann.rooms], [ann.id, "b", "c", "d", "all"]);
      bob.join("all");
      const left = heard(bob, "disconnect");
      clients.bob.disconnect();
      await left;
      assert.equal(bob.rooms.size, 0);
      assert.deepEqual(house.io.of("/").adapter.rooms.get("all"), new Set([ann.id]));
    });

    test(`${subject}: fetchSockets gives those who are there, with their data`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { sockets, heardBy } = await gather(house, kind);
      sockets.ann.data = { seat: 1 };
      sockets.ann.join("red");
      sockets.bob.join("red");
      assert.equal((await house.io.fetchSockets()).length, 3);
      const found = await house.io.in("red").except(sockets.bob.id).fetchSockets();
      const [ann] = found;
      assert.ok(found.length === 1 && ann !== undefined);
      assert.equal(ann.id, sockets.ann.id);
      assert.deepEqual(ann.data, { seat: 1 });
      assert.deepEqual([...ann.rooms], [ann.id, "red"]);
      assert.deepEqual(ann.handshake, sockets.ann.handshake);
      ann.emit("said");
      ann.join("blue");
      ann.leave("red");
      house.io.to("blue").emit("said");
      house.io.to("red").emit("said");
      assert.equal(await heardBy(), "ann ann bob");
    });

    test(`${subject}: those who leave hear what was said before, and nothing after`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { sockets, heardBy } = await gather(house, kind);
      sockets.ann.join("a");
      house.io.to("a").emit("said", 1);
      sockets.ann.leave("a");
      house.io.to("a").emit("said", 2);
      assert.equal(await heardBy(), "ann");
    });

    test(`${subject}: volatile events come where there is room for them`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind);
      const arrived = heard(client, "tick");
      let missing = true;
      void arrived.then(() => {
        missing = false;
      });
      for (let n = 0; missing; n++) {
        (n % 2 === 0 ? socket.volatile : house.io.volatile).emit("tick", "tock");
        await new Promise(setImmediate);
      }
      assert.deepEqual(await arrived, ["tock"]);
    });

    if (kind.last === "websocket") {
      test(`${subject}: volatile events are dropped where there is none`, patience, async (t) => {
        const house = await openHouse(t, open, { maxHttpBufferSize: 1e8 });
        const { client, socket } = await house.enter(kind, { transports: ["websocket"] });
        const line = client.io.engine.transport.ws?._socket;
        const arrived: number[] = [];
        client.on("tick", (n: number) => arrived.push(n));
        line?.pause();
        const text = "x".repeat(1_000_000);
        for (let n = 0; n < 64; n++) {
          socket.volatile.emit("tick", n, text);
          await new Promise(setImmediate);
        }
        const marked = heard(client, "mark");
        socket.emit("mark");
        line?.resume();
        await marked;
        assert.ok(arrived.length > 0 && arrived.length < 64, `${arrived.length} of 64`);
        assert.deepEqual(
          arrived,
          arrived.toSorted((a, b) => a - b),
        );
      });
    }
  }
}
