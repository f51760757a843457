/** Connection state recovery: after a break it hears what it missed, as the socket that it was. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { type House, patience, useHouse, Visit } from "./house.ts";
import { type ClientSocket, heard, type Library } from "./library.ts";
import { anywire, socketIo } from "./server-kind.ts";

const connectionStateRecovery = { maxDisconnectionDuration: 60_000, skipMiddlewares: true };

interface Guest {
  readonly client: ClientSocket;
  /** All that have arrived. */
  readonly sockets: readonly Socket[];
  readonly namespace: string;
}

/** One that has heard something, to go on from. */
async function greeted(visit: Visit, house: House, transports: string[]): Promise<Guest> {
  const sockets: Socket[] = [];
  const namespace = house.namespace((socket) => sockets.push(socket));
  const client = visit.call(namespace, { transports });
  await heard(client, "connect");
  const hello = heard(client, "hello");
  sockets[0]?.emit("hello");
  await hello;
  return { client, sockets, namespace };
}

/** Its connection breaks, and `meanwhile` happens before it is back. */
async function breakOff({ client, sockets }: Guest, meanwhile: () => unknown = () => {}): Promise<void> {
  const socket = sockets.at(-1);
  assert.ok(socket !== undefined);
  const told = [heard(client, "disconnect"), heard(socket, "disconnect")];
  const back = heard(client, "connect");
  socket.conn.close();
  await told[1];
  meanwhile();
  await told[0];
  await back;
}

export function recoveryContract(library: Library): void {
  for (const kind of [socketIo, anywire]) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind, { connectionStateRecovery });

      for (const transports of [["polling"], ["websocket"]]) {
        test(`what was missed is heard, over ${transports}`, patience, async (t) => {
          const guest = await greeted(new Visit(t, library, house), house, transports);
          const { client, sockets, namespace } = guest;
          const { id } = client;
          assert.equal(client.recovered ?? false, false);
          sockets[0]?.join("room");
          const heardHere: unknown[][] = [];
          client.on("missed", (...args: unknown[]) => heardHere.push(args.slice(0, 2)));
          for (let n = 0; n < 3; n++) {
            const end = heard(client, "end");
            await breakOff(guest, () => {
              house.io.of(namespace).emit("missed", "all", n);
              house.io
                .of(namespace)
                .to("room")
                .emit("missed", "room", Buffer.from([n]));
              house.io.of(namespace).to("other").emit("missed", "other", n);
              house.io.of(namespace).emit("end");
            });
            await end;
            assert.deepEqual([client.recovered, client.id], [true, id]);
          }
          const expected = [0, 1, 2].flatMap((n) => [
            ["all", n],
            ["room", Buffer.from([n])],
          ]);
          assert.deepEqual(heardHere, expected);
          assert.equal(new Set(sockets.map((socket) => socket.id)).size, 1);
        });
      }

      test("what it said while it was away is heard, and answered", patience, async (t) => {
        const sockets: Socket[] = [];
        const namespace = house.namespace((socket) => {
          sockets.push(socket);
          socket.on("ask", (value, answer) => answer(value));
        });
        const client = new Visit(t, library, house).call(namespace);
        await heard(client, "connect");
        const hello = heard(client, "hello");
        sockets[0]?.emit("hello");
        await hello;
        const gone = heard(client, "disconnect");
        sockets[0]?.conn.close();
        await gone;
        assert.equal(await client.emitWithAck("ask", 1), 1);
        assert.equal(client.recovered, true);
      });

      test("recovered is known in the connect listener", patience, async (t) => {
        const guest = await greeted(new Visit(t, library, house), house, ["websocket"]);
        const { client } = guest;
        const seen: unknown[] = [];
        client.on("connect", () => seen.push(client.recovered));
        await breakOff(guest);
        assert.deepEqual(seen, [true]);
      });

      test("nothing is recovered after the client has left, or the server has sent it away", patience, async (t) => {
        for (const leave of ["client", "server"]) {
          const { client, sockets } = await greeted(new Visit(t, library, house), house, ["websocket"]);
          const { id } = client;
          const gone = sockets[0] === undefined ? undefined : heard(sockets[0], "disconnect");
          const told = heard(client, "disconnect");
          if (leave === "client") client.disconnect();
          else sockets[0]?.disconnect();
          await Promise.all([gone, told]);
          client.connect();
          await heard(client, "connect");
          assert.equal(client.recovered ?? false, false);
          assert.notEqual(client.id, id);
        }
      });
    });

    describe(`at ${kind.name} without recovery`, () => {
      const house = useHouse(kind);

      test("nothing is recovered", patience, async (t) => {
        const guest = await greeted(new Visit(t, library, house), house, ["websocket"]);
        const { id } = guest.client;
        await breakOff(guest);
        assert.equal(guest.client.recovered ?? false, false);
        assert.notEqual(guest.client.id, id);
      });
    });
  }
}
