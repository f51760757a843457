/** What is emitted while there is no connection, and what must not wait: `sendBuffer`, `receiveBuffer`, `volatile`. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { type House, patience, useHouse, Visit } from "./house.ts";
import { diary, heard, type Library } from "./library.ts";
import { nobody } from "./no-server.ts";
import { scriptedServer } from "./scripted-server.ts";
import { everyServer } from "./server-kind.ts";

const bytes = Buffer.from([1, 2, 255]);

/** A namespace that writes down all that it is told, and says when it was told `end`. */
function listening(house: House): { namespace: string; told: unknown[][]; ended: Promise<void>; sockets: Socket[] } {
  const told: unknown[][] = [];
  const sockets: Socket[] = [];
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const namespace = house.namespace((socket) => {
    sockets.push(socket);
    socket.onAny((...args: unknown[]) => (args[0] === "end" ? end() : told.push(args)));
  });
  return { namespace, told, ended, sockets };
}

function receiveContract(library: Library): void {
  test("events that come before the connection is confirmed wait, and come before connect", patience, async (t) => {
    const server = await scriptedServer(t, () => undefined);
    const arrival = server.next();
    const client = new Visit(t, library, nobody).call(server.url);
    const line = await arrival;
    const packet = heard(client.io, "packet");
    line.send('42["early",1]');
    await packet;
    assert.deepEqual(client.receiveBuffer, [["early", 1]]);
    const events = diary({ client: [client, ["early", "connect"]] }, String);
    const connected = heard(client, "connect");
    line.send('40{"sid":"x"}');
    await connected;
    assert.deepEqual(
      events.map((event) => event.replace(" undefined", "")),
      ["client early 1", "client connect"],
    );
    assert.deepEqual(client.receiveBuffer, []);
  });
}

export function buffersContract(library: Library): void {
  receiveContract(library);

  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
        test(`what was emitted before is sent on arrival, in order, over ${transports}`, patience, async (t) => {
          const { namespace, told, ended } = listening(house);
          const client = new Visit(t, library, house).call(namespace, { transports });
          const expected = Array.from({ length: 20 }, (_, n) => ["n", n, ...(n % 3 === 0 ? [bytes, { bytes }] : [])]);
          for (const [name, ...args] of expected) client.emit(String(name), ...args);
          assert.equal(client.sendBuffer.length, 20);
          client.on("connect", () => client.emit("in connect"));
          client.emit("last");
          await heard(client, "connect");
          assert.deepEqual(client.sendBuffer, []);
          client.emit("end");
          await ended;
          assert.deepEqual(told, [...expected, ["last"], ["in connect"]]);
        });
      }

      test("what is emitted while it is away is sent when it is back", patience, async (t) => {
        const { namespace, told, ended, sockets } = listening(house);
        const client = new Visit(t, library, house).call(namespace);
        await heard(client, "connect");
        const gone = heard(client, "disconnect");
        sockets[0]?.conn.close();
        await gone;
        client.emit("one", 1);
        client.emit("two", bytes);
        assert.equal(client.sendBuffer.length, 2);
        await heard(client, "connect");
        client.emit("end");
        await ended;
        assert.deepEqual(told, [
          ["one", 1],
          ["two", bytes],
        ]);
      });

      test("what is emitted after it has left waits for its return", patience, async (t) => {
        const { namespace, told, ended } = listening(house);
        const client = new Visit(t, library, house).call(namespace);
        await heard(client, "connect");
        client.disconnect();
        client.emit("later", 1);
        client.connect();
        client.emit("end");
        await ended;
        assert.deepEqual(told, [["later", 1]]);
      });

      test("the buffer can be emptied", patience, async (t) => {
        const { namespace, told, ended } = listening(house);
        const client = new Visit(t, library, house).call(namespace, { autoConnect: false });
        client.emit("never");
        client.sendBuffer = [];
        client.emit("neither").emit("this");
        client.sendBuffer.length = 0;
        client.connect();
        await heard(client, "connect");
        client.emit("end");
        await ended;
        assert.deepEqual(told, []);
      });

      test("the buffer shows the packets", patience, async (t) => {
        const client = new Visit(t, library, house).call(house.namespace(), { autoConnect: false });
        client.emit("a", 1, { two: 2 }).emit("b", () => {});
        const shown = client.sendBuffer.map(({ type, data, id }) => ({ type, data, id }));
        assert.deepEqual(shown, [
          { type: 2, data: ["a", 1, { two: 2 }], id: undefined },
          { type: 2, data: ["b"], id: 0 },
        ]);
      });

      test("volatile events are sent when they can be, and never kept", patience, async (t) => {
        const { namespace, told, ended } = listening(house);
        const client = new Visit(t, library, house).call(namespace, { autoConnect: false });
        client.volatile.emit("never");
        assert.deepEqual(client.sendBuffer, []);
        client.emit("kept");
        client.connect();
        client.volatile.emit("neither");
        assert.equal(client.sendBuffer.length, 1);
        await heard(client, "connect");
        while (!client.io.engine.transport.writable) await new Promise(setImmediate);
        client.volatile.emit("now", bytes);
        client.emit("end");
        await ended;
        assert.deepEqual(told, [["kept"], ["now", bytes]]);
      });

      test("volatile is for one event alone", patience, async (t) => {
        const client = new Visit(t, library, house).call(house.namespace(), { autoConnect: false });
        client.volatile.emit("never");
        client.emit("kept");
        client.compress(false).emit("kept too");
        client.emit("kept three");
        assert.equal(client.sendBuffer.length, 3);
        assert.deepEqual(
          client.sendBuffer.map((packet) => Reflect.get(packet, "options").compress),
          [true, false, true],
        );
      });

      test("volatile events while the transport is busy are dropped", patience, async (t) => {
        const { namespace, told, ended } = listening(house);
        const client = new Visit(t, library, house).call(namespace);
        await heard(client, "connect");
        while (!client.io.engine.transport.writable) await new Promise(setImmediate);
        client.emit("one");
        client.volatile.emit("two");
        client.emit("three");
        client.emit("end");
        await ended;
        assert.deepEqual(told, [["one"], ["three"]]);
      });
    });
  }
}
