/** Rows of "What differs" in docs/migrating.md, played to both servers. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { test } from "node:test";
import { heard, v4 } from "../clients/client-kind.ts";
import { type House, openHouse, type Pair, patience } from "../clients/house.ts";
import { ours } from "../clients/ours.ts";
import { theirs } from "../clients/theirs.ts";

const [, kind] = v4;
assert.equal(kind?.name, "v4 over websocket");

type Play = (house: House) => Promise<unknown>;

/** A play for a client that is in, and its socket. */
function withPair(play: (pair: Pair, house: House) => unknown): Play {
  return async (house) => play(await house.enter(kind ?? assert.fail()), house);
}

/** How a request for a WebSocket is answered. */
async function upgrade({ url }: House, query: string): Promise<unknown> {
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const asked = request(`${url}/socket.io/?EIO=4&${query}`, { headers }).end();
  const [answer] = (await Promise.race([once(asked, "response"), once(asked, "upgrade")])) as [IncomingMessage];
  asked.destroy();
  return [answer.statusCode, answer.headers["content-type"]];
}

/** A session by polling, and what sends a request in its name. */
async function openSession({ url }: House): Promise<{ send(request: RequestInit): Promise<Response> }> {
  const address = `${url}/socket.io/?EIO=4&transport=polling`;
  const { sid } = JSON.parse((await (await fetch(address)).text()).slice(1));
  return { send: (request) => fetch(`${address}&sid=${sid}`, request) };
}

async function statusOf(house: House, request: RequestInit): Promise<number> {
  const { send } = await openSession(house);
  return (await send(request)).status;
}

const errorOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error instanceof TypeError ? "TypeError" : error;
  }
};

const differences: readonly [name: string, play: Play, theirs: unknown, ours: unknown][] = [
  [
    "a broadcast with a callback and without timeout",
    withPair(({ client }, { io }) => {
      client.on("ask", (ack: (answer: number) => void) => client.on("now", () => ack(7)));
      setTimeout(() => io.emit("now"), 10); // behind any timer of a millisecond
      return new Promise((resolve) => {
        io.emit("ask", (error: Error | null, answers: unknown) => resolve([error?.message, answers]));
      });
    }),
    ["operation has timed out", []],
    [undefined, [7]],
  ],
  [
    "an ack without timeout, of a client that goes",
    withPair(async ({ client, socket }) => {
      const gone = heard(socket, "disconnect");
      const answer = socket.emitWithAck("ask").catch((error: { code?: string }) => error.code);
      client.disconnect();
      await gone;
      return Promise.race([answer, new Promise((resolve) => setImmediate(resolve, "nothing"))]);
    }),
    "nothing",
    "disconnected",
  ],
  [
    "events right before a client's own end",
    async (house) => {
      const entered = once(house.io, "connection");
      const { send } = await openSession(house);
      await send({ method: "POST", body: "40" });
      const [socket] = await entered;
      const gone = heard(socket, "disconnect");
      const names: string[] = [];
      for (const name of ["one", "two"]) socket.on(name, () => names.push(name));
      await send({ method: "POST", body: '42["one"]\x1e42["two"]\x1e41' });
      await gone;
      return names;
    },
    [],
    ["one", "two"],
  ],
  [
    "socket.rooms",
    withPair(({ socket }) => {
      socket.rooms.add("by hand");
      return socket.rooms.has("by hand");
    }),
    true,
    false,
  ],
  ["a name with a line feed", withPair(({ socket }) => errorOf(() => socket.emit("a\nb"))), true, "TypeError"],
  [
    "a name of the plain wire's own",
    withPair(({ socket }) => errorOf(() => socket.emit("anywire:x"))),
    true,
    "TypeError",
  ],
  [
    "a middleware that refuses with a text",
    async (house) => {
      house.io.use((_socket, next) => next("no" as unknown as Error));
      const [error] = (await heard(house.call(kind ?? assert.fail()), "connect_error")) as [Error];
      return error.message;
    },
    "",
    "the connection was refused",
  ],
  [
    "an upgrade that allowRequest refuses",
    (house) => upgrade(house, "transport=websocket&refused=1"),
    [400, "text/html"],
    [403, "application/json"],
  ],
  [
    "an upgrade to polling",
    (house) => upgrade(house, "transport=polling"),
    [101, undefined],
    [400, "application/json"],
  ],
  ["PUT", (house) => statusOf(house, { method: "PUT" }), 500, 405],
  ["a POST of junk", (house) => statusOf(house, { method: "POST", body: "junk" }), 200, 400],
];

for (const [name, play, here, there] of differences) {
  for (const [server, open, expected] of [
    ["socket.io", theirs, here],
    ["@anywire/server", ours, there],
  ] as const) {
    test(`${name}: ${server}`, patience, async (t) => {
      const allowRequest = (
        { url }: IncomingMessage,
        decide: (error: string | null, success: boolean) => void,
      ): void => (url?.includes("refused") ? decide("no", false) : decide(null, true));
      assert.deepEqual(await play(await openHouse(t, open, { allowRequest })), expected);
    });
  }
}
