/** Why a connection ended, as the client hears it and as the server does. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type House, type Pair, patience, useHouse, Visit } from "./house.ts";
import { type ClientOptions, diary, heard, type Library } from "./library.ts";
import { nobody } from "./no-server.ts";
import { scriptedServer } from "./scripted-server.ts";
import { everyServer } from "./server-kind.ts";

interface End {
  readonly name: string;
  readonly options?: ClientOptions;
  readonly end: (pair: Pair, house: House) => unknown;
  /** What both sides are told. */
  readonly client: string | RegExp;
  readonly server: string;
  /** What the client is told beside. */
  readonly description?: string | undefined;
}

const still: ClientOptions = { reconnection: false };
const polling: ClientOptions = { ...still, transports: ["polling"] };

/** The transports of other runtimes say it in other words; these are of npm's in Node.js. */
const ends: readonly End[] = [
  {
    name: "the client leaves the namespace",
    end: ({ client }) => client.disconnect(),
    client: "io client disconnect",
    server: "client namespace disconnect",
  },
  {
    name: "the server ends the namespace",
    end: ({ socket }) => socket.disconnect(),
    client: "io server disconnect",
    server: "server namespace disconnect",
  },
  {
    name: "the server closes the session over websocket",
    end: ({ socket }) => socket.conn.close(),
    client: "transport close",
    server: "forced close",
    description: "websocket connection closed",
  },
  {
    name: "the server closes the session over polling",
    options: polling,
    end: ({ socket }) => socket.conn.close(),
    client: "transport close",
    server: "forced close",
    description: "transport closed by the server",
  },
  {
    name: "the client's manager is closed",
    end: ({ client }) => client.io._close(),
    client: "forced close",
    server: "transport close",
  },
  {
    name: "the client's engine is closed over polling",
    options: polling,
    end: ({ client }) => client.io.engine.close(),
    client: "forced close",
    server: "transport close",
  },
];

/** What the client makes of an ill message of a connected server. */
const illMessages: readonly [name: string, message: string][] = [
  ["an event that is no JSON", "42[nonsense"],
  ["an event that is no list", '42{"a":1}'],
  ["an unknown type", "49"],
  ["an event without a name", "42[]"],
  ["an event named connect", '42["connect"]'],
  ["an attachment that nobody has announced", "bBAU="],
  ["an id alone", "4"],
];

/** What a client passes over. */
const idle: readonly [name: string, message: string][] = [
  ["an event of a namespace that it does not know", '42/other,["news"]'],
  ["an answer to a question that it has not asked", "4399[1]"],
  ["a pong", "3"],
  ["a noop", "6"],
];

function illServerContract(library: Library): void {
  for (const [name, message] of illMessages) {
    test(`parse error: ${name}`, patience, async (t) => {
      const server = await scriptedServer(t);
      const line = server.next();
      const client = new Visit(t, library, nobody).call(server.url, still);
      await heard(client, "connect");
      const gone = heard(client, "disconnect");
      (await line).send(message);
      const [reason, description] = await gone;
      assert.equal(reason, "parse error");
      assert.ok(description instanceof Error);
      assert.equal(client.io._readyState, "closed");
    });
  }

  for (const [name, message] of idle) {
    test(`${name} is passed over`, patience, async (t) => {
      const server = await scriptedServer(t);
      const line = server.next();
      const client = new Visit(t, library, nobody).call(server.url, still);
      await heard(client, "connect");
      const events = diary({ client: [client, ["disconnect"]] });
      const news = heard(client, "news");
      (await line).send(message);
      (await line).send('42["news",1]');
      assert.deepEqual(await news, [1]);
      assert.deepEqual(events, []);
    });
  }

  test("ping timeout: the server has fallen silent", patience, async (t) => {
    const server = await scriptedServer(t, undefined, { pingInterval: 20, pingTimeout: 20 });
    const client = new Visit(t, library, nobody).call(server.url, still);
    await heard(client, "connect");
    assert.equal((await heard(client, "disconnect"))[0], "ping timeout");
  });

  test("it comes back after a parse error", patience, async (t) => {
    const server = await scriptedServer(t);
    const line = server.next();
    const client = new Visit(t, library, nobody).call(server.url);
    await heard(client, "connect");
    const back = heard(client, "connect");
    (await line).send("42[");
    await back;
    assert.equal(client.connected, true);
  });

  test("a server of version 2 is told apart", patience, async (t) => {
    const server = await scriptedServer(t, () => "40");
    const client = new Visit(t, library, nobody).call(server.url, still);
    const [error] = await heard(client, "connect_error");
    assert.ok(error instanceof Error);
    assert.match(error.message, /v2\.x/);
    assert.equal(client.connected, false);
  });

  test("an error in a listener does not end the connection", patience, async (t) => {
    const server = await scriptedServer(t);
    const line = server.next();
    const client = new Visit(t, library, nobody).call(server.url, still);
    await heard(client, "connect");
    const uncaught = new Promise<unknown>((resolve) => process.setUncaughtExceptionCaptureCallback(resolve));
    t.after(() => process.setUncaughtExceptionCaptureCallback(null));
    const mistake = new Error("of the program");
    client.once("news", () => {
      throw mistake;
    });
    (await line).send('42["news"]');
    assert.equal(await uncaught, mistake);
    const news = heard(client, "news");
    (await line).send('42["news",2]');
    assert.deepEqual(await news, [2]);
  });
}

export function disconnectsContract(library: Library): void {
  illServerContract(library);

  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      for (const { name, options = still, end, client: clientReason, server, description } of ends) {
        test(name, patience, async (t) => {
          const { client, socket, namespace } = await new Visit(t, library, house).meet(options);
          const told = [heard(client, "disconnect"), heard(socket, "disconnect")];
          end({ client, socket, namespace }, house);
          const [[reason, detail] = [], [serverReason] = []] = await Promise.all(told);
          assert.deepEqual([reason, serverReason], [clientReason, server]);
          if (description === undefined) assert.equal(detail, undefined);
          else assert.equal(Reflect.get(Object(detail), "description"), description);
        });
      }

      test("the server ends the whole connection", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet(still);
        const other = client.io.socket(house.namespace());
        await heard(other, "connect");
        const told = [heard(client, "disconnect"), heard(other, "disconnect")];
        socket.disconnect(true);
        const reasons = (await Promise.all(told)).map(([reason]) => reason);
        assert.match(String(reasons[0]), /^(io server disconnect|transport close)$/);
        assert.match(String(reasons[1]), /^(io server disconnect|transport close)$/);
      });

      test("a connection that breaks: with what was seen of it", patience, async (t) => {
        for (const transports of [["websocket"], ["polling"]]) {
          const { client, socket } = await new Visit(t, library, house).meet({ ...still, transports });
          while (!socket.conn.transport.writable) await new Promise(setImmediate);
          const gone = heard(client, "disconnect");
          house.cut();
          const [reason, detail] = await gone;
          const isPolling = transports[0] === "polling";
          assert.equal(reason, isPolling ? "transport error" : "transport close");
          assert.notEqual(Reflect.get(Object(detail), "description"), undefined);
          assert.equal(detail instanceof Error, isPolling);
        }
      });
    });
  }
}
