/** The id of a v2 socket is its polling sid, and other clients see it: where the program knows who a client is, nobody else may use it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { WebSocket } from "ws";
import { Refusal, type ServerOptions } from "../src/index.ts";
import { patience, RawHouse, socketsOf, until } from "./raw-house.ts";

/** What a request carries. */
interface Credentials {
  readonly headers?: Record<string, string>;
  readonly query?: string;
}

interface Way {
  readonly name: string;
  readonly options?: Partial<ServerOptions>;
  /** Of who owns the session. */
  readonly own: Credentials;
  /** Of others. */
  readonly foreign: readonly Credentials[];
}

const users: Readonly<Record<string, string>> = { "Bearer a": "alice", "Bearer b": "bob", "Bearer c": "alice" };

const ways: readonly Way[] = [
  {
    name: "by a cookie",
    own: { headers: { Cookie: "lang=en; session=a" } },
    foreign: [
      {},
      { headers: { Cookie: "session=b" } },
      { headers: { Cookie: "xsession=a" } },
      { headers: { Cookie: "" } },
    ],
  },
  {
    name: "by Authorization",
    own: { headers: { Authorization: "Bearer a" } },
    foreign: [{}, { headers: { Authorization: "Bearer b" } }, { headers: { Authorization: "bearer a" } }],
  },
  {
    name: "by the query",
    own: { query: "&token=a" },
    foreign: [{}, { query: "&token=b" }, { query: "&token=" }, { query: "&Token=a" }],
  },
  {
    name: "by authenticate, of what the engine knows nothing of",
    options: {
      authenticate: ({ headers }) => {
        const user = users[String(headers["x-user"])];
        if (user === undefined) throw new Refusal("not-authenticated");
        return user;
      },
    },
    own: { headers: { "X-User": "Bearer a" } },
    foreign: [{}, { headers: { "X-User": "Bearer b" } }, { headers: { "X-User": "nobody" } }],
  },
];

const payload = (packet: string): string => `${packet.length}:${packet}`;

function statusOfUpgrade(url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on("open", () => reject(new Error("upgraded")));
    socket.on("error", reject);
  });
}

for (const { name, options = {}, own, foreign } of ways) {
  test(
    `who learns a v2 socket's id cannot poll, post or upgrade as it, where clients are known ${name}`,
    patience,
    async (t) => {
      const house = await RawHouse.open(t, options);
      const heard: unknown[] = [];
      house.io.on("connection", (socket) => socket.on("chat", (text) => heard.push(text)));
      const sid = await house.poll(`EIO=3${own.query ?? ""}`, own);
      await until(() => socketsOf(house).length > 0);
      assert.equal(socketsOf(house)[0]?.id, sid, "it is public");
      const query = `EIO=3&sid=${sid}`;
      const body = payload('42["chat","forged"]');
      for (const { headers = {}, query: more = "" } of foreign) {
        const got = await house.ask(`${query}&transport=polling${more}`, { headers });
        const posted = await house.ask(`${query}&transport=polling${more}`, { method: "POST", headers, body });
        const upgraded = await statusOfUpgrade(house.url(`${query}&transport=websocket${more}`, "ws"), headers);
        assert.deepEqual([got.status, posted.status, upgraded], [403, 403, 403], JSON.stringify({ headers, more }));
      }
      const mine = `${query}&transport=polling${own.query ?? ""}`;
      const posted = await house.ask(mine, { method: "POST", body: payload('42["chat","own"]'), ...own });
      const polled = await house.ask(mine, own);
      assert.deepEqual([posted.text, polled.status, heard], ["ok", 200, ["own"]]);
    },
  );
}

test("another credential of the same user is the same user's, where the program says so", patience, async (t) => {
  const house = await RawHouse.open(t, ways[3]?.options);
  const sid = await house.poll("EIO=3", { headers: { "X-User": "Bearer a" } });
  const { status } = await house.ask(`EIO=3&sid=${sid}&transport=polling`, { headers: { "X-User": "Bearer c" } });
  assert.equal(status, 200);
});

test("the id of a v4 socket opens nothing: it is not the session's", patience, async (t) => {
  const house = await RawHouse.open(t, { connectionStateRecovery: {} });
  const client = await house.client();
  const [socket] = socketsOf(house);
  const { status, text } = await house.ask(`EIO=4&sid=${socket?.id}&transport=polling`);
  assert.deepEqual([status, JSON.parse(text).code], [400, 1]);
  const thief = await house.session();
  await thief.enter("/", { pid: socket?.id, offset: "" });
  assert.equal(socketsOf(house)[1]?.recovered, false);
  assert.notEqual(socketsOf(house)[1]?.id, socket?.id);
  client.socket.terminate();
});
