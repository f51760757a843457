/** What a socket says of itself, from before it connects until after it has left. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { patience, useHouse, Visit } from "./house.ts";
import { type ClientSocket, diary, heard, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

const socketEvents = ["connect", "connect_error", "disconnect"];

function stateOf({ connected, disconnected, active, id }: ClientSocket): object {
  return { connected, disconnected, active, id };
}

const outside = { connected: false, disconnected: true, id: undefined };

export function socketStateContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      test("its states and its id, from first to last", patience, async (t) => {
        let arrive: (socket: Socket) => void = () => {};
        const arrival = new Promise<Socket>((resolve) => {
          arrive = resolve;
        });
        const client = new Visit(t, library, house).call(
          house.namespace((socket) => arrive(socket)),
          { autoConnect: false },
        );
        assert.deepEqual(stateOf(client), { ...outside, active: false });
        assert.equal(client.connect(), client);
        assert.deepEqual(stateOf(client), { ...outside, active: true });
        const connected = new Promise((resolve) => client.on("connect", () => resolve(stateOf(client))));
        const state = await connected;
        const { id } = await arrival;
        assert.deepEqual(state, { connected: true, disconnected: false, active: true, id });
        assert.equal(client.recovered ?? false, false);
        const left = new Promise((resolve) => client.on("disconnect", () => resolve(stateOf(client))));
        assert.equal(client.disconnect(), client);
        assert.deepEqual(await left, { ...outside, active: false });
      });

      test("the root namespace, with and without its slash", patience, async (t) => {
        const visit = new Visit(t, library, house);
        for (const path of ["/", ""]) {
          const arrival = new Promise<Socket>((resolve) => house.io.once("connection", resolve));
          const client = visit.call(`${house.url}${path}`);
          await heard(client, "connect");
          assert.equal(client.id, (await arrival).id);
        }
      });

      test("open() and close() are connect() and disconnect()", patience, async (t) => {
        const client = new Visit(t, library, house).call(house.namespace(), { autoConnect: false });
        assert.equal(client.open(), client);
        await heard(client, "connect");
        const gone = heard(client, "disconnect");
        assert.equal(client.close(), client);
        assert.deepEqual((await gone)[0], "io client disconnect");
      });

      test("connect() of a socket that is connected does nothing", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const events = diary({ socket: [client, socketEvents], manager: [client.io, ["open"]] });
        const { id } = client;
        assert.equal(client.connect().connect(), client);
        const told = heard(client, "done");
        socket.emit("done");
        await told;
        assert.deepEqual([events, client.id], [[], id]);
      });

      test("it has another id after each connection", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet();
        const ids = new Set([client.id]);
        for (let n = 0; n < 2; n++) {
          client.disconnect();
          client.connect();
          await heard(client, "connect");
          ids.add(client.id);
        }
        assert.equal(ids.size, 3);
      });

      test("disconnect() while it opens: no event at all, and the server never hears of it", patience, async (t) => {
        let arrivals = 0;
        const namespace = house.namespace(() => arrivals++);
        const visit = new Visit(t, library, house);
        const client = visit.call(namespace);
        const events = diary({ socket: [client, socketEvents] });
        client.disconnect();
        assert.deepEqual(stateOf(client), { ...outside, active: false });
        await heard(visit.call(namespace), "connect");
        assert.deepEqual([events, arrivals], [[], 1]);
      });

      test("disconnect(), then connect(), at once: it connects", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet();
        const events = diary({ socket: [client, socketEvents] });
        client.disconnect().connect();
        await heard(client, "connect");
        assert.deepEqual(events, ["socket disconnect", "socket connect"]);
        assert.equal(client.connected, true);
      });

      test("disconnect() in the connect listener", patience, async (t) => {
        const client = new Visit(t, library, house).call(house.namespace());
        const events = diary({ socket: [client, socketEvents] });
        const gone = heard(client, "disconnect");
        client.once("connect", () => client.disconnect());
        await gone;
        assert.deepEqual(events, ["socket connect", "socket disconnect"]);
      });

      test("connect() in the disconnect listener", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        client.once("disconnect", () => client.connect());
        const back = heard(client, "connect");
        socket.disconnect();
        await back;
        assert.equal(client.connected, true);
      });

      test("one namespace connects while another leaves", patience, async (t) => {
        const { client: one } = await new Visit(t, library, house).meet();
        const two = one.io.socket(house.namespace());
        one.disconnect();
        await heard(two, "connect");
        assert.deepEqual([one.connected, two.connected], [false, true]);
      });

      test("a namespace opens on a connection whose last namespace was left", patience, async (t) => {
        const { client: one } = await new Visit(t, library, house).meet();
        one.disconnect();
        const two = one.io.socket(house.namespace());
        await heard(two, "connect");
        assert.deepEqual([one.connected, two.connected], [false, true]);
      });

      test("it leaves without a sound when it is not connected", patience, async (t) => {
        const { client } = await new Visit(t, library, house).meet();
        client.disconnect();
        const events = diary({ socket: [client, socketEvents] });
        assert.equal(client.disconnect(), client);
        assert.deepEqual(events, []);
      });
    });
  }
}
