/** What is on its way when a connection ends: last words, messages that are too long, a computer that slept. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { patience, useHouse, Visit } from "./house.ts";
import { diary, heard, heardError, type Library } from "./library.ts";
import { nobody, silentUrl } from "./no-server.ts";
import { scriptedServer } from "./scripted-server.ts";
import { anywire, everyServer } from "./server-kind.ts";

const bytes = Buffer.from([1, 2, 255]);
const ways = [["polling"], ["websocket"], ["polling", "websocket"]];

function sleepContract(library: Library): void {
  test("what is emitted after a sleep waits for the next connection", patience, async (t) => {
    const said: string[] = [];
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const server = await scriptedServer(t, (message) => {
      said.push(message);
      if (message.startsWith("42")) end();
      return message.startsWith("40") ? '40{"sid":"x"}' : undefined;
    });
    const client = new Visit(t, library, nobody).call(server.url);
    await heard(client, "connect");
    t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3_600_000 });
    const gone = heard(client, "disconnect");
    client.emit("after");
    assert.equal(client.sendBuffer.length, 1);
    assert.equal((await gone)[0], "ping timeout");
    await ended;
    assert.deepEqual(said, ["40", "40", '42["after"]']);
  });

  test("what is emitted just before disconnect() is sent before the farewell", patience, async (t) => {
    const said: string[] = [];
    const server = await scriptedServer(t, (message) => {
      said.push(message);
      return message.startsWith("40") ? '40{"sid":"x"}' : undefined;
    });
    const line = server.next();
    const client = new Visit(t, library, nobody).call(server.url);
    await heard(client, "connect");
    client.emit("a", 1);
    client.emit("b");
    client.disconnect();
    await once(await line, "close");
    assert.deepEqual(said, ["40", '42["a",1]', '42["b"]', "41"]);
  });

  test("attempts that are not answered time out too", patience, async (t) => {
    const options = { timeout: 10, reconnectionAttempts: 2 };
    const client = new Visit(t, library, nobody).call(await silentUrl(t), options);
    const errors: unknown[] = [];
    client.io.on("reconnect_error", ({ message }) => errors.push(message));
    await heard(client.io, "reconnect_failed");
    await new Promise(setImmediate);
    assert.deepEqual(errors, ["timeout", "timeout"]);
  });
}

export function endingsContract(library: Library): void {
  sleepContract(library);

  describe("at our server, which hears what came before a farewell", () => {
    const house = useHouse(anywire);

    for (const transports of ways) {
      const way = transports.join(" and ");

      test(`last words over ${way}: what is emitted just before disconnect() arrives`, patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet({ transports });
        const lines = diary({ socket: [socket, ["a", "b", "disconnect"]] }, (arg) => String(arg));
        const gone = heard(socket, "disconnect");
        client.emit("a", 1);
        client.emit("b", bytes);
        client.disconnect();
        await gone;
        assert.deepEqual(lines, ["socket a 1", `socket b ${bytes}`, "socket disconnect client namespace disconnect"]);
      });

      test(`first and last words in the connect listener over ${way}`, patience, async (t) => {
        const told = new Promise<unknown[]>((resolve) => {
          const namespace = house.namespace((socket) => socket.on("a", (...args) => resolve(args)));
          const client = new Visit(t, library, house).call(namespace, { transports });
          client.on("connect", () => client.emit("a", 1).disconnect());
        });
        assert.deepEqual(await told, [1]);
      });
    }
  });

  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind, { maxHttpBufferSize: 10_000 });

      for (const transports of ways) {
        const way = transports.join(" and ");

        test(`last words of the server over ${way}`, patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet({ transports });
          const lines = diary({ client: [client, ["a", "b", "disconnect"]] }, (arg) => String(arg));
          const gone = heard(client, "disconnect");
          socket.emit("a", 1);
          socket.emit("b", bytes);
          socket.disconnect();
          await gone;
          assert.deepEqual(lines, ["client a 1", `client b ${bytes}`, "client disconnect io server disconnect"]);
        });
      }

      test("a message that is too long ends the connection, and it comes back", patience, async (t) => {
        for (const transports of [["polling"], ["websocket"]]) {
          const { client } = await new Visit(t, library, house).meet({ transports });
          const gone = heard(client, "disconnect");
          const back = heard(client, "connect");
          client.emit("long", "x".repeat(20_000));
          assert.match(String((await gone)[0]), /^transport (close|error)$/);
          await back;
          assert.deepEqual(client.sendBuffer, []);
        }
      });

      if (kind.major === 4) {
        test("many messages over polling are sent in parts that the server takes", patience, async (t) => {
          const { client, socket } = await new Visit(t, library, house).meet({ transports: ["polling"] });
          const told: unknown[] = [];
          socket.on("part", (n) => told.push(n));
          const end = heard(socket, "end");
          for (let n = 0; n < 20; n++) client.emit("part", n, "x".repeat(3_000));
          client.emit("end");
          await end;
          assert.deepEqual(
            told,
            Array.from({ length: 20 }, (_, n) => n),
          );
          assert.equal(client.connected, true);
        });
      }
    });

    describe(`at ${kind.name}, which hides its WebSockets`, () => {
      const house = useHouse(kind);

      test("an upgrade that fails leaves it on polling", patience, async (t) => {
        for (const listener of house.http.listeners("upgrade")) house.http.off("upgrade", listener as never);
        house.http.on("upgrade", (_request, line) => line.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        const client = new Visit(t, library, house).call(
          house.namespace((socket) => socket.on("ask", (value, answer) => answer(value))),
          { transports: ["polling", "websocket"] },
        );
        const error = await heardError(client.io.engine, "upgradeError");
        assert.match(error.message, /^probe error/);
        assert.equal(error.transport, "websocket");
        assert.equal(await client.emitWithAck("ask", 1), 1);
        assert.equal(client.io.engine.transport.name, "polling");
      });
    });
  }
}
