/** Listeners for everything, and the functions that each packet passes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { everyKind, heard, v4 } from "./client-kind.ts";
import { type OpenServer, openHouse, patience } from "./house.ts";

export function catchAllContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: onAny hears what comes in, before those who listen for it`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const seen: unknown[] = [];
      const second = (...args: unknown[]): unknown => seen.push(["second", ...args]);
      socket.on("b", () => seen.push("listener"));
      socket.onAny(second);
      socket.prependAny((event: string) => seen.push(`first ${event}`));
      assert.equal(socket.listenersAny().length, 2);
      client.emit("a", 1, Buffer.from("x"));
      const arrived = heard(socket, "b");
      client.emit("b");
      await arrived;
      assert.deepEqual(seen, ["first a", ["second", "a", 1, Buffer.from("x")], "first b", ["second", "b"], "listener"]);
      socket.offAny(second);
      assert.equal(socket.listenersAny().length, 1);
      socket.offAny();
      assert.equal(socket.listenersAny().length, 0);
    });

    test(`${subject}: onAny is given the ack too`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      socket.onAny((_event: string, value: unknown, answer: (value: unknown) => void) => answer(value));
      assert.equal(await new Promise((resolve) => client.emit("anything", "said", resolve)), "said");
    });

    test(`${subject}: onAnyOutgoing hears what goes out, broadcasts too`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open);
      const { client, socket } = await enter(kind);
      const seen: unknown[] = [];
      const listener = (...args: unknown[]): unknown => seen.push(args);
      socket.onAnyOutgoing(listener);
      socket.prependAnyOutgoing((event: string) => seen.push(`first ${event}`));
      assert.equal(socket.listenersAnyOutgoing().length, 2);
      const arrived = heard(client, "c");
      socket.emit("a", 1);
      io.emit("b", { two: 2 });
      io.to(socket.id).emit("c", Buffer.from("3"));
      await arrived;
      assert.deepEqual(seen, ["first a", ["a", 1], "first b", ["b", { two: 2 }], "first c", ["c", Buffer.from("3")]]);
      socket.offAnyOutgoing(listener);
      assert.equal(socket.listenersAnyOutgoing().length, 1);
    });

    test(`${subject}: functions of use pass, change or refuse what comes in`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const seen: unknown[] = [];
      socket.use(([event, ...args], next) => {
        seen.push(["use", event, args.length]);
        if (event === "bad") next(new Error("no bad words"));
        else if (event === "late") setImmediate(next);
        else next();
      });
      socket.use((packet, next) => {
        if (packet[0] === "change") packet[1] = "changed";
        next();
      });
      socket.on("bad", () => seen.push("heard"));
      const refused = heard(socket, "error");
      client.emit("bad", 1, 2);
      const [error] = await refused;
      assert.ok(error instanceof Error);
      assert.equal(error.message, "no bad words");
      for (const [event, expected] of [
        ["late", "word"],
        ["change", "changed"],
      ] as const) {
        const arrived = heard(socket, event);
        client.emit(event, "word");
        assert.deepEqual(await arrived, [expected]);
      }
      assert.deepEqual(seen, [
        ["use", "bad", 2],
        ["use", "late", 1],
        ["use", "change", 1],
      ]);
    });
  }

  for (const kind of v4) {
    test(`${server}, ${kind.name}: the client's own catch-all listeners hear both ways`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const seen: unknown[] = [];
      client.onAny((...args) => seen.push(["in", ...args]));
      client.onAnyOutgoing((...args) => seen.push(["out", ...args]));
      socket.on("ping", (value: unknown) => socket.emit("pong", value));
      const answered = heard(client, "pong");
      client.emit("ping", 1);
      await answered;
      assert.deepEqual(seen, [
        ["out", "ping", 1],
        ["in", "pong", 1],
      ]);
    });
  }
}
