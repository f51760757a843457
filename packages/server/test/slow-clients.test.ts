/** Clients that do not read: what waits for them is bounded in bytes and in time, on each transport (engine.io#420). */

import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { test } from "node:test";
import type { Socket } from "../src/socket.ts";
import { patience, RawHouse, socketsOf, until } from "./raw-house.ts";

/** Brings a client in that reads nothing from then on. */
type Enter = (house: RawHouse, protocol: 3 | 4) => Promise<void>;

async function byStream(house: RawHouse, transport: string): Promise<void> {
  const response = await new Promise<IncomingMessage>((resolve) => {
    get(house.url(`EIO=4&transport=${transport}`), { agent: false }, resolve).on("error", () => {});
  });
  response.on("error", () => {});
  let text = "";
  while (!text.includes("sid")) {
    text += String(response.read() ?? "");
    await new Promise(setImmediate);
  }
  response.pause();
  const sid = /sid\W+([\w-]+)/.exec(text)?.[1];
  await house.ask(`EIO=4&sid=${sid}&transport=${transport}`, { method: "POST", body: "40" });
}

const transports: Readonly<Record<string, Enter>> = {
  polling: async (house, protocol) => {
    const sid = await house.poll(`EIO=${protocol}`);
    if (protocol === 4) await house.ask(`EIO=4&sid=${sid}&transport=polling`, { method: "POST", body: "40" });
  },
  websocket: async (house, protocol) => {
    const { socket } = await house.client(`EIO=${protocol}`);
    socket.pause();
  },
  eventsource: (house) => byStream(house, "eventsource"),
  iframe: (house) => byStream(house, "iframe"),
};

const chunk = "x".repeat(64 * 1024);

/** @returns the most that waited for it */
async function flood(socket: Socket, send: () => void): Promise<number> {
  let most = 0;
  while (socket.connected) {
    send();
    await new Promise(setImmediate);
    most = Math.max(most, socket.link?.bufferedBytes ?? 0);
  }
  return most;
}

const maxBufferedBytes = 1_000_000;

for (const protocol of [4, 3] as const) {
  for (const [name, enter] of Object.entries(transports)) {
    if (protocol === 3 && ["eventsource", "iframe"].includes(name)) continue;
    for (const how of ["emit", "broadcast"]) {
      test(`EIO ${protocol}, ${name}: too many bytes by ${how} close it`, patience, async (t) => {
        const house = await RawHouse.open(t, { maxBufferedBytes });
        await enter(house, protocol);
        await until(() => socketsOf(house).length > 0);
        const [socket] = socketsOf(house);
        assert.ok(socket !== undefined);
        const ended = new Promise<unknown[]>((resolve) => socket.on("disconnect", (...told) => resolve(told)));
        const most = await flood(socket, () => (how === "emit" ? socket : house.io).emit("e", chunk));
        assert.ok(most <= maxBufferedBytes + 2 * chunk.length, `${most} bytes waited`);
        const [reason, description] = await ended;
        assert.equal(reason, "transport close");
        assert.match(String(description), /slow consumer/);
        await house.emptied();
      });
    }

    test(`EIO ${protocol}, ${name}: what waits too long closes it`, patience, async (t) => {
      const house = await RawHouse.open(t, { maxBufferedBytes: 1e9, maxBufferedAge: 200, pingInterval: 1e6 });
      await enter(house, protocol);
      await until(() => socketsOf(house).length > 0);
      const [socket] = socketsOf(house);
      assert.ok(socket !== undefined);
      const ended = new Promise<unknown[]>((resolve) => socket.on("disconnect", (...told) => resolve(told)));
      while (socket.connected && (socket.link?.bufferedBytes ?? 0) < 1_000_000) {
        socket.emit("e", chunk);
        await new Promise(setImmediate);
      }
      assert.equal((await ended)[0], "transport close");
      await house.emptied();
    });
  }
}

test("volatile events wait for nobody", patience, async (t) => {
  const house = await RawHouse.open(t, { maxBufferedBytes });
  await transports.polling?.(house, 4);
  const [socket] = socketsOf(house);
  for (let sent = 0; sent < 1_000; sent++) {
    socket?.volatile.emit("e", chunk);
    house.io.volatile.emit("e", chunk);
    if (sent % 100 === 0) await new Promise(setImmediate);
  }
  assert.equal(socket?.connected, true);
  assert.ok((socket?.link?.bufferedBytes ?? 0) < 1_000);
});
