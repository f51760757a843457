/** Clients that come back after the server cuts them off. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Socket } from "socket.io";
import {
  type Client,
  type ClientManager,
  everyKind,
  type Hearing,
  heard,
  heardTimes,
  upgraded,
} from "./client-kind.ts";
import { connected, listening, type OpenServer, openHouse, patience } from "./house.ts";

const restless = { reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 1, randomizationFactor: 0 };

/** Version 2 tells its sockets what the others tell their managers. */
function teller(client: Client, major: number): Hearing | ClientManager {
  return major === 2 ? client : client.io;
}

export function reconnectionContract(server: string, open: OpenServer): void {
  for (const kind of everyKind) {
    const subject = `${server}, ${kind.name}`;

    test(`${subject}: a client that was cut off comes back as another socket`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind, restless);
      for (let previous: Socket = socket, n = 0; n < 3; n++) {
        await upgraded(client, kind);
        const again = new Promise<Socket>((resolve) => house.io.once("connection", resolve));
        const told = [heard(previous, "disconnect"), heard(client, "disconnect")];
        const back = [heard(client, "connect"), heard(teller(client, kind.major), "reconnect")];
        previous.conn.close();
        await Promise.all(told);
        const [, [attempts] = []] = await Promise.all(back);
        const next = await again;
        assert.equal(attempts, 1);
        assert.equal(next.id, client.id);
        assert.notEqual(next.id, previous.id);
        assert.equal(next.recovered ?? false, false);
        previous = next;
      }
      assert.equal(house.io.engine.clientsCount, 1);
    });

    test(`${subject}: what it says while it is away is said when it is back, in order`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind, restless);
      const arrived = new Promise<unknown[][]>((resolve) => {
        house.io.once("connection", (next) => resolve(heardTimes(next, "said", 10)));
      });
      const gone = heard(client, "disconnect");
      socket.conn.close();
      await gone;
      for (let n = 0; n < 9; n++) client.emit("said", n);
      client.emit("said", Buffer.from("bytes"));
      assert.deepEqual(
        await arrived,
        [0, 1, 2, 3, 4, 5, 6, 7, 8, Buffer.from("bytes")].map((value) => [value]),
      );
    });

    test(`${subject}: a client whose network is cut comes back`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind, restless);
      await upgraded(client, kind);
      await listening(socket);
      const back = heard(client, "connect");
      const gone = heard(client, "disconnect");
      house.cut();
      await gone;
      await back;
      assert.equal(house.io.sockets.sockets.has(client.id ?? ""), true);
    });

    test(`${subject}: a client that was sent away comes back only when it is told to`, patience, async (t) => {
      const house = await openHouse(t, open);
      const { client, socket } = await house.enter(kind, restless);
      const gone = heard(client, "disconnect");
      socket.disconnect();
      assert.equal((await gone)[0], "io server disconnect");
      const again = new Promise<Socket>((resolve) => house.io.once("connection", resolve));
      client.connect();
      await connected(client);
      assert.equal((await again).id, client.id);
    });

    test(`${subject}: a client that is not let in tries again until it is`, patience, async (t) => {
      let tries = 0;
      const house = await openHouse(t, open, { allowRequest: (_request, decide) => decide(null, ++tries > 2) });
      const client = house.call(kind, restless);
      await heard(client, "connect");
      assert.ok(tries > 2);
    });

    test(`${subject}: both of its namespaces come back`, patience, async (t) => {
      const house = await openHouse(t, open);
      house.io.of("/other");
      const { client, socket } = await house.enter(kind, restless);
      const other = client.io.socket("/other");
      await connected(other);
      const back = [heard(client, "connect"), heard(other, "connect")];
      socket.conn.close();
      await Promise.all(back);
      assert.equal(house.io.engine.clientsCount, 1);
      assert.equal(house.io.of("/other").sockets.has(other.id ?? ""), true);
    });
  }
}
