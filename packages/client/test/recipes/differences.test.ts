/** Rows of "What differs" in docs/migrating.md, played by both clients. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, type TestContext, test } from "node:test";
import type { Socket } from "socket.io";
import { type House, patience, useHouse, Visit } from "../contract/house.ts";
import { type ClientSocket, heard, type Library } from "../contract/library.ts";
import { ours } from "../contract/ours.ts";
import { anywire, type ServerKind, socketIo } from "../contract/server-kind.ts";
import { theirs } from "../contract/theirs.ts";

interface Stage {
  readonly t: TestContext;
  readonly visit: Visit;
  readonly house: House;
  readonly library: Library;
}

type Play = (stage: Stage) => unknown;
type Row = readonly [name: string, play: Play, theirs: unknown, ours: unknown];

const own = { autoConnect: false };

/** What a server of ours answers to an event; "nothing" if it has answered a later one and not this. */
async function answerTo(client: ClientSocket, event: string): Promise<unknown> {
  const answer = client.timeout(10_000).emitWithAck(event);
  const code = answer.catch((error: { code?: string }) => error.code);
  await client.emitWithAck("known");
  return Promise.race([code, new Promise((resolve) => setImmediate(resolve, "nothing"))]);
}

/** An HTTP server that refuses all. */
async function refuse(t: TestContext, status: number, refused: (count: number) => unknown): Promise<string> {
  let count = 0;
  const server = createServer((_request, response) => {
    response.writeHead(status).end();
    refused(++count);
  });
  server.listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const withAnyServer: readonly Row[] = [
  [
    "events beyond the offline queue",
    ({ visit }) => {
      const client = visit.call("/", own);
      for (let n = 0; n <= 10_000; n++) client.emit("event");
      return client.sendBuffer.length;
    },
    10_001,
    10_000,
  ],
  [
    "connect, disconnect and connect in one task",
    async ({ visit, library }) => {
      let dials = 0;
      class Counting extends library.NodeWebSocket {
        override open(): this {
          dials++;
          return super.open();
        }
      }
      const client = visit.call("/", { ...own, transports: [Counting] as unknown as string[] });
      client.connect().disconnect().connect();
      await heard(client, "connect");
      return dials;
    },
    2,
    1,
  ],
  [
    "auth is an async function",
    async ({ visit, house }) => {
      const client = visit.call("/", { ...own, auth: (async () => ({ token: "x" })) as unknown as () => void });
      const asked = new Promise((resolve) => {
        house.io.once("connection", ({ handshake }: Socket) => resolve(handshake.auth.token));
        client.io.on("open", () => setImmediate(resolve, "never"));
      });
      client.connect();
      const sent = new Promise((resolve) => client.io.engine.on("packetCreate", () => resolve("asked")));
      return Promise.race([asked, sent]);
    },
    "never",
    "asked",
  ],
  [
    "a packet of eleven attachments",
    async ({ visit }) => {
      const { client, socket } = await visit.meet({ reconnection: false });
      const end = Promise.race([
        heard(client, "bytes").then((bytes) => bytes.length),
        heard(client, "disconnect").then(([reason]) => reason),
      ]);
      socket.emit("bytes", ...Array.from({ length: 11 }, () => Buffer.from("x")));
      return end;
    },
    "parse error",
    11,
  ],
  [
    "a server that answers 401",
    async ({ t, visit }) => {
      let end: (how: string) => void = () => {};
      const ended = new Promise((resolve) => {
        end = resolve;
      });
      const url = await refuse(t, 401, (count) => count === 3 && end("asked three times"));
      visit.call(url, { transports: ["polling"] }).io.on("reconnect_failed", () => end("given up"));
      return ended;
    },
    "asked three times",
    "given up",
  ],
  [
    "the query that the server sees",
    async ({ visit }) => (await visit.meet({ query: { a: "b" } })).socket.handshake.query.anywire,
    undefined,
    "1",
  ],
  [
    "the query of the URL",
    ({ visit, house }) => visit.call(`${house.url}/?a=b`, own).io.opts.query,
    { a: "b" },
    undefined,
  ],
  [
    "socket.listeners()",
    ({ visit }) => {
      const client = visit.call("/", own).on("event", () => {});
      client.listeners("event").pop();
      return client.listeners("event").length;
    },
    0,
    1,
  ],
  [
    "private parts",
    ({ visit }) => {
      const client = visit.call("/", own);
      return ["acks", "ids", "_queue"].filter((name) => name in client);
    },
    ["acks", "ids", "_queue"],
    [],
  ],
];

const withOurServer: readonly Row[] = [
  [
    "an ack of an event that nobody listens to",
    async ({ visit }) => {
      const { client, socket } = await visit.meet();
      socket.on("known", (answer: () => void) => answer());
      return answerTo(client, "unknown");
    },
    "nothing",
    "no-handler",
  ],
  [
    "an ack of a handler that throws",
    async ({ visit, house }) => {
      house.io.on("error" as "connection", () => {});
      const { client, socket } = await visit.meet();
      socket.on("known", (answer: () => void) => answer());
      socket.on("order", () => {
        throw Object.assign(new Error("at least one"), { code: "bad-amount" });
      });
      return answerTo(client, "order");
    },
    "nothing",
    "bad-amount",
  ],
  [
    "a retried emit",
    async ({ visit }) => {
      const { client, socket } = await visit.meet({ retries: 1, ackTimeout: 50 });
      let runs = 0;
      socket.on("slow", () => runs++);
      const failed = client.emitWithAck("slow").catch(() => {});
      await failed; // of two tries, each of which has waited
      client.io.engine.close();
      await new Promise((resolve) => socket.on("disconnect", resolve)); // behind all that it has sent
      return runs;
    },
    2,
    1,
  ],
];

function differ(kind: ServerKind, rows: readonly Row[]): void {
  describe(`at ${kind.name}`, () => {
    const house = useHouse(kind);
    for (const [name, play, here, there] of rows) {
      for (const [client, library, expected] of [
        ["socket.io-client", theirs, here],
        ["@anywire/client", ours, there],
      ] as const) {
        test(`${name}: ${client}`, patience, async (t) => {
          assert.deepEqual(await play({ t, visit: new Visit(t, library, house), house, library }), expected);
        });
      }
    }
  });
}

differ(socketIo, withAnyServer);
differ(anywire, [...withAnyServer, ...withOurServer]);
