/** Who is not let in, and what it is told; what it says of itself to be let in. */

import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { describe, test } from "node:test";
import type { Socket } from "socket.io";
import { type House, patience, useHouse, Visit } from "./house.ts";
import { type ClientOptions, diary, heard, heardError, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

const socketEvents = ["connect", "connect_error", "disconnect"];

/** A namespace that lets in who says the word, and tells what else it was told. */
function guarded(house: House): { namespace: string; auths: unknown[] } {
  const auths: unknown[] = [];
  const namespace = house.namespace();
  house.io.of(namespace).use(({ handshake: { auth } }, next) => {
    auths.push(auth);
    const refusal = Object.assign(new Error("no entry"), { data: { code: 7, why: ["so"] } });
    next(Reflect.get(auth, "word") === "please" ? undefined : refusal);
  });
  return { namespace, auths };
}

/** The words are npm's in Node.js. */
const unreachable: readonly [transport: string, message: string][] = [
  ["polling", "xhr poll error"],
  ["websocket", "websocket error"],
];

const isElsewhere = ({ url }: IncomingMessage): boolean => url?.startsWith("/elsewhere") === true;

/** As a web framework answers for paths that it does not know. */
function notFound(request: IncomingMessage, response: ServerResponse): void {
  if (isElsewhere(request)) response.writeHead(404).end();
}

function hangUp(request: IncomingMessage, line: Duplex): void {
  if (isElsewhere(request)) line.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

export function refusalsContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind);

      test("a middleware's error comes with its data, and nothing is tried again", patience, async (t) => {
        const visit = new Visit(t, library, house);
        const { namespace, auths } = guarded(house);
        const client = visit.call(namespace);
        const events = diary({ socket: [client, socketEvents], manager: [client.io, ["error", "reconnect_attempt"]] });
        const error = await heardError(client, "connect_error");
        assert.equal(error.message, "no entry");
        assert.deepEqual(error.data, { code: 7, why: ["so"] });
        assert.deepEqual([client.connected, client.active, client.id], [false, false, undefined]);
        await visit.meet();
        assert.deepEqual(events, ["socket connect_error"]);
        assert.equal(auths.length, 1);
        assert.equal(client.io._readyState, "closed");
      });

      test("it is let in once it says the word", patience, async (t) => {
        const { namespace, auths } = guarded(house);
        const client = new Visit(t, library, house).call(namespace, { auth: { word: "let me in" } });
        await heardError(client, "connect_error");
        client.auth = { word: "please" };
        client.connect();
        await heard(client, "connect");
        assert.deepEqual(auths, [{ word: "let me in" }, { word: "please" }]);
      });

      test("connect() in the connect_error listener", patience, async (t) => {
        const { namespace } = guarded(house);
        const client = new Visit(t, library, house).call(namespace);
        client.on("connect_error", () => {
          client.auth = { word: "please" };
          client.connect();
        });
        await heard(client, "connect");
      });

      test("auth may be a function, which is asked at every connection, and may answer later", patience, async (t) => {
        const { namespace, auths } = guarded(house);
        let count = 0;
        const client = new Visit(t, library, house).call(namespace, {
          auth: (answer) => setImmediate(answer, { word: "please", count: ++count }),
        });
        await heard(client, "connect");
        const gone = heard(client, "disconnect");
        const back = heard(client, "connect");
        client.io.engine.close();
        await gone;
        await back;
        assert.deepEqual(auths, [
          { word: "please", count: 1 },
          { word: "please", count: 2 },
        ]);
      });

      test("auth may be a function that calls back when its promise allows", patience, async (t) => {
        const { namespace, auths } = guarded(house);
        const client = new Visit(t, library, house).call(namespace, {
          auth: async (answer) => answer(await Promise.resolve({ word: "please" })),
        });
        await heard(client, "connect");
        const gone = heard(client, "disconnect");
        const back = heard(client, "connect");
        client.io.engine.close();
        await Promise.all([gone, back]);
        assert.deepEqual(auths, [{ word: "please" }, { word: "please" }]);
      });

      test("auth holds anything that JSON does", patience, async (t) => {
        const auth = { word: "please", deep: { list: [1, "漢字", null] } };
        for (const transports of [["polling"], ["websocket"]]) {
          const { namespace, auths } = guarded(house);
          await heard(new Visit(t, library, house).call(namespace, { auth, transports }), "connect");
          assert.deepEqual(auths, [auth]);
        }
      });

      test("a socket's auth is its own", patience, async (t) => {
        const { namespace, auths } = guarded(house);
        const { client } = await new Visit(t, library, house).meet({ auth: { word: "of another" } });
        const other = client.io.socket(namespace, { auth: { word: "please" } });
        await heard(other, "connect");
        assert.deepEqual(auths, [{ word: "please" }]);
        assert.deepEqual([client.auth, other.auth], [{ word: "of another" }, { word: "please" }]);
      });

      test("a namespace that is not there", patience, async (t) => {
        const client = new Visit(t, library, house).call("/nowhere");
        const error = await heardError(client, "connect_error");
        assert.equal(error.message, "Invalid namespace");
        assert.equal(error.data, undefined);
        assert.equal(client.active, false);
      });

      test("one that is refused does not disturb the others on its connection", patience, async (t) => {
        const { client, socket } = await new Visit(t, library, house).meet();
        const events = diary({ socket: [client, socketEvents] });
        const refused = client.io.socket("/nowhere");
        await heardError(refused, "connect_error");
        const told = heard(client, "still");
        socket.emit("still", "there");
        assert.deepEqual(await told, ["there"]);
        assert.deepEqual(events, []);
      });

      test("a namespace that is made for who asks", patience, async (t) => {
        const arrival = new Promise<Socket>((resolve) => house.io.of(/^\/made-\d+$/).once("connection", resolve));
        const client = new Visit(t, library, house).call("/made-101");
        await heard(client, "connect");
        const socket = await arrival;
        assert.deepEqual([socket.nsp.name, socket.id], ["/made-101", client.id]);
      });

      for (const [transport, message] of unreachable) {
        test(`another path than the server's, over ${transport}`, patience, async (t) => {
          const options: ClientOptions = { transports: [transport], path: "/elsewhere", reconnection: false };
          house.http.on("request", notFound).on("upgrade", hangUp);
          t.after(() => void house.http.off("request", notFound).off("upgrade", hangUp));
          const client = new Visit(t, library, house).call("/", options);
          const error = await heardError(client, "connect_error");
          assert.deepEqual([error.message, error.type], [message, "TransportError"]);
          if (transport === "polling") assert.equal(error.description, 404);
          assert.deepEqual([client.active, client.connected], [true, false]);
        });
      }
    });
  }
}
