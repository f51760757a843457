/** Catch-all listeners of both directions. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patience, useHouse, Visit } from "./house.ts";
import { heard, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

const directions = [
  { on: "onAny", prepend: "prependAny", off: "offAny", all: "listenersAny", word: "incoming" },
  {
    on: "onAnyOutgoing",
    prepend: "prependAnyOutgoing",
    off: "offAnyOutgoing",
    all: "listenersAnyOutgoing",
    word: "outgoing",
  },
] as const;

const bytes = Buffer.from([1]);

export function catchAllContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      for (const { on, prepend, off, all, word } of directions) {
        test(`${word}: added in front, behind, removed, listed`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet();
          const tell = async (): Promise<void> => {
            const told = word === "incoming" ? heard(client, "a") : heard(socket, "a");
            if (word === "incoming") socket.emit("a", 1, bytes);
            else client.emit("a", 1, bytes);
            await told;
          };
          assert.deepEqual(client[all](), []);
          assert.equal(client[off](), client);
          const lines: unknown[][] = [];
          const [one, two, three] = [1, 2, 3].map(
            (n) =>
              (...args: unknown[]) =>
                lines.push([n, ...args]),
          );
          assert.ok(one !== undefined && two !== undefined && three !== undefined);
          assert.equal(client[on](one), client);
          client[on](two);
          assert.equal(client[prepend](three), client);
          assert.deepEqual(client[all](), [three, one, two]);
          await tell();
          assert.deepEqual(
            lines,
            [3, 1, 2].map((n) => [n, "a", 1, bytes]),
          );
          assert.equal(client[off](one), client);
          assert.deepEqual(client[all](), [three, two]);
          client[off](() => {});
          assert.equal(client[all]().length, 2);
          client[off]();
          assert.deepEqual(client[all](), []);
          await tell();
          assert.equal(lines.length, 3);
        });

        test(`${word}: the list can be changed`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet();
          let calls = 0;
          client[on](() => calls++);
          client[all]().length = 0;
          const told = [heard(client, "a"), heard(socket, "a")];
          client.emit("a");
          socket.emit("a");
          await Promise.all(told);
          assert.equal(calls, 0);
        });

        test(`${word}: a listener twice, and one that removes itself`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet();
          let calls = 0;
          const count = (): unknown => calls++;
          client[on](count)[on](count);
          client[prepend](function self() {
            client[off](self);
          });
          const told = [heard(client, "a"), heard(socket, "a")];
          client.emit("a");
          socket.emit("a");
          await Promise.all(told);
          assert.equal(calls, 2);
          client[off](count);
          assert.deepEqual(client[all](), [count]);
        });
      }

      test("incoming: before the event's own listeners, with the callback", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const lines: string[] = [];
        client.on("a", () => lines.push("own"));
        client.onAny((name, value, answer) => {
          lines.push(`any ${name} ${value}`);
          answer("answered");
        });
        assert.equal(await new Promise((resolve) => socket.emit("a", 1, resolve)), "answered");
        assert.deepEqual(lines, ["any a 1", "own"]);
      });

      test("incoming: no word of connect and disconnect", patience, async (t) => {
        const client = new Visit(t, library, house).call(house.namespace());
        client.onAny(() => assert.fail("no event was emitted"));
        client.onAnyOutgoing(() => assert.fail("no event was emitted"));
        await heard(client, "connect");
        client.disconnect();
      });

      test("outgoing: when it is sent, not when it is emitted; without the callback", patience, async (t) => {
        const namespace = house.namespace((socket) => socket.on("asked", (_n, answer) => answer()));
        const client = new Visit(t, library, house).call(namespace, { autoConnect: false });
        const lines: unknown[][] = [];
        client.onAnyOutgoing((...args: unknown[]) => lines.push([...args, client.connected]));
        client.emit("a", 1);
        client.volatile.emit("dropped");
        const asked = client.emitWithAck("asked", bytes);
        assert.deepEqual(lines, []);
        client.connect();
        await asked;
        assert.deepEqual(lines, [
          ["a", 1, true],
          ["asked", bytes, true],
        ]);
      });

      test("outgoing: no word of answers", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        client.onAnyOutgoing(() => assert.fail("no event was emitted"));
        client.on("ask", (answer: (value: unknown) => void) => answer("answered"));
        assert.equal(await new Promise((resolve) => socket.emit("ask", resolve)), "answered");
      });
    });
  }
}
