/** Packets that are too large, clients that fall silent, compression, and many who come and go. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Client,
  type ClientKind,
  everyKind,
  type Hearing,
  heard,
  heardTimes,
  newerKinds,
  upgraded,
} from "./client-kind.ts";
import { connected, type OpenServer, openHouse, patience } from "./house.ts";

/** It says nothing any more, and asks for nothing. */
function silence({ io }: Client): void {
  const { transport } = io.engine;
  transport.send = () => {};
  transport.close = () => {}; // it would notice as soon as the server does
  if (transport.doPoll !== undefined) transport.doPoll = () => {};
}

const flood = Array.from({ length: 40 }, (_, n) => n);

/** @param silent the kinds of clients that the server misses when they fall silent */
export function limitsContract(server: string, open: OpenServer, silent: readonly ClientKind[] = everyKind): void {
  for (const kind of everyKind) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: a packet over maxHttpBufferSize ends the session`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open, { maxHttpBufferSize: 10_000 });
      const { client, socket } = await enter(kind);
      await upgraded(client, kind);
      socket.on("large", () => assert.fail("it is too large"));
      const told = [heard(client, "disconnect"), heard(socket, "disconnect")];
      client.emit("large", "x".repeat(20_000));
      const [[clientReason] = [], [serverReason] = []] = await Promise.all(told);
      const reasons = ["transport close", "transport error"]; // of the client, over WebSocket; over polling it is its POST that failed
      assert.deepEqual([clientReason, serverReason], kind.last === "websocket" ? reasons : reasons.toReversed());
      assert.equal(io.engine.clientsCount, 0);
    });

    test(`${subject}: the server may send what it would not take`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open, { maxHttpBufferSize: 10_000 })).enter(kind);
      const arrived = heard(client, "large");
      socket.emit("large", "x".repeat(50_000), Buffer.alloc(50_000));
      assert.deepEqual(await arrived, ["x".repeat(50_000), Buffer.alloc(50_000)]);
    });

    test(`${subject}: heartbeats keep it alive`, patience, async (t) => {
      const house = await openHouse(t, open, { pingInterval: 10, pingTimeout: 20_000 });
      const { client, socket } = await house.enter(kind);
      await heardTimes(socket.conn as Hearing, "heartbeat", 5);
      assert.equal(client.connected && socket.connected, true);
    });

    for (const perMessageDeflate of [true, { threshold: 0 }]) {
      test(`${subject}: compression ${JSON.stringify(perMessageDeflate)} changes nothing`, patience, async (t) => {
        const { client, socket } = await (
          await openHouse(t, open, { perMessageDeflate, maxHttpBufferSize: 1e8 })
        ).enter(kind, {
          perMessageDeflate,
        });
        await upgraded(client, kind);
        const text = "0123456789é".repeat(10_000);
        const received = [heardTimes(socket, "text", flood.length), heardTimes(client, "text", flood.length)];
        for (const n of flood) {
          const [up, down] = n % 4 === 0 ? [n, Buffer.from(text)] : [n, text];
          client.emit("text", up, down);
          socket.compress(n % 3 === 0).emit("text", up, down);
        }
        for (const list of await Promise.all(received)) {
          assert.deepEqual(
            list.map(([n]) => n),
            flood,
          );
          for (const [n, value] of list) assert.deepEqual(value, Number(n) % 4 === 0 ? Buffer.from(text) : text);
        }
      });
    }

    if (kind.last === "websocket") {
      test(`${subject}: large events are compressed`, patience, async (t) => {
        const house = await openHouse(t, open, { perMessageDeflate: true });
        const { client, socket } = await house.enter(kind);
        await upgraded(client, kind);
        const ws = client.io.engine.transport.ws;
        assert.match(ws?.extensions ?? "", /permessage-deflate/);
        const cost = async (send: () => unknown): Promise<number> => {
          const before = ws?._socket.bytesRead ?? 0;
          const arrived = heard(client, "text");
          send();
          await arrived;
          return (ws?._socket.bytesRead ?? 0) - before;
        };
        const text = "x".repeat(100_000);
        assert.ok((await cost(() => socket.emit("text", text))) < 10_000);
        assert.ok((await cost(() => socket.compress(true).emit("text", text))) < 10_000);
      });
    }
  }

  for (const kind of newerKinds) {
    test(`${server}, ${kind.name}: a packet of just maxHttpBufferSize is taken`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open, { maxHttpBufferSize: 1_000 })).enter(kind);
      await upgraded(client, kind);
      const arrived = heard(socket, "large");
      const text = "x".repeat(1_000 - '42["large",""]'.length);
      client.emit("large", text);
      assert.deepEqual(await arrived, [text]);
    });
  }

  test(`${server}: clients that fall silent are gone after a while`, patience, async (t) => {
    const house = await openHouse(t, open, { pingInterval: 2_000, pingTimeout: 4_000 });
    const fallSilent = async (kind: ClientKind): Promise<unknown> => {
      const { client, socket } = await house.enter(kind);
      const left = heard(socket, "disconnect");
      await upgraded(client, kind);
      silence(client);
      return (await left)[0];
    };
    const reasons = await Promise.all(silent.map(fallSilent));
    assert.deepEqual(new Set(reasons), new Set(["ping timeout"]));
  });

  test(`${server}: many clients of all kinds come, talk and go, and nothing of them stays`, patience, async (t) => {
    const { io, call } = await openHouse(t, open);
    const gone: Promise<unknown>[] = [];
    const sessions: Promise<unknown>[] = [];
    io.engine.on("connection", (session: Hearing) => sessions.push(heard(session, "close")));
    io.on("connection", (socket) => {
      gone.push(heard(socket, "disconnect"));
      socket.on("join", async (room: string, answer: (size: number) => void) => {
        await socket.join(room);
        answer((await io.in(room).fetchSockets()).length);
      });
    });
    const visit = async (n: number): Promise<void> => {
      const kind = everyKind[n % everyKind.length];
      assert.ok(kind !== undefined);
      const client = call(kind);
      await connected(client);
      const size = await new Promise((resolve) => client.emit("join", `room ${n % 5}`, resolve));
      assert.ok(Number(size) >= 1);
      const [left] = [heard(client, "disconnect")];
      if (n % 2 === 0) client.disconnect();
      else io.in(client.id ?? "").disconnectSockets(true);
      await left;
    };
    for (let wave = 0; wave < 4; wave++) {
      await Promise.all(Array.from({ length: 18 }, (_, n) => visit(wave * 18 + n)));
    }
    await Promise.all(gone);
    assert.equal(gone.length, 72);
    assert.equal(io.sockets.sockets.size, 0);
    assert.equal(io.sockets.adapter.rooms.size, 0);
    assert.equal(io.sockets.adapter.sids.size, 0);
    await Promise.all(sessions);
    assert.equal(io.engine.clientsCount, 0);
  });
}
