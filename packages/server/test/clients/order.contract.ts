/** Nothing is lost, repeated or overtaken, while the transport changes under it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Client, everyKind, upgraded } from "./client-kind.ts";
import { type OpenServer, openHouse, patience } from "./house.ts";

const total = 2_000;
/** Between two looks at the network. */
const burst = 20;

interface Sender {
  emit(event: string, ...args: unknown[]): unknown;
}

/** Text and bytes, by turns. */
const message = (n: number): unknown[] => (n % 10 === 0 ? [n, Buffer.from(String(n))] : [n]);

async function sendAll(sender: Sender): Promise<void> {
  for (let n = 0; n < total; n++) {
    sender.emit("n", ...message(n));
    if (n % burst === 0) await new Promise(setImmediate);
  }
}

/** Resolves when the last has come. */
function receiveAll(receiver: Pick<Client, "on">, got: unknown[][]): Promise<void> {
  return new Promise((resolve) => {
    receiver.on("n", (...args: unknown[]) => {
      got.push(args);
      if (args[0] === total - 1) resolve();
    });
  });
}

const everything = Array.from({ length: total }, (_, n) => message(n));

export function orderContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    test(`${server}, ${kind.name}: 2,000 messages in each direction keep their order`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const atServer: unknown[][] = [];
      const atClient: unknown[][] = [];
      const received = [receiveAll(socket, atServer), receiveAll(client, atClient)];
      await Promise.all([sendAll(client), sendAll(socket), upgraded(client, kind), ...received]);
      assert.deepEqual(atServer, everything);
      assert.deepEqual(atClient, everything);
    });

    test(`${server}, ${kind.name}: broadcasts and direct words keep their order`, patience, async (t) => {
      const { io, enter } = await openHouse(t, open);
      const pairs = [await enter(kind), await enter(kind), await enter(kind)];
      const heardBy = pairs.map((): unknown[][] => []);
      const received = pairs.map(({ client }, index) => receiveAll(client, heardBy[index] ?? []));
      for (const { socket } of pairs) socket.join("room");
      for (let n = 0; n < total; n++) {
        if (n % 3 === 0) for (const { socket } of pairs) socket.emit("n", ...message(n));
        else (n % 3 === 1 ? io : io.to("room")).emit("n", ...message(n));
        if (n % burst === 0) await new Promise(setImmediate);
      }
      await Promise.all(received);
      for (const list of heardBy) assert.deepEqual(list, everything);
    });

    test(`${server}, ${kind.name}: an answer keeps its place among events`, patience, async (t) => {
      const { client, socket } = await (await openHouse(t, open)).enter(kind);
      const heardHere: string[] = [];
      client.on("before", () => heardHere.push("before"));
      client.on("after", () => heardHere.push("after"));
      socket.on("ask", (answer: () => void) => {
        socket.emit("before");
        answer();
        socket.emit("after");
      });
      for (let n = 0; n < 50; n++) {
        await new Promise<void>((resolve) =>
          client.emit("ask", () => {
            heardHere.push("answer");
            client.once("after", () => resolve());
          }),
        );
      }
      assert.deepEqual(heardHere, Array.from({ length: 50 }, () => ["before", "answer", "after"]).flat());
    });
  }
}
