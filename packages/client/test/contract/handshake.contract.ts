/** What the server sees of a client when it knocks: path, query, headers, cookies, subprotocols. */

import assert from "node:assert/strict";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { describe, test } from "node:test";
import { type House, patience, useHouse, Visit } from "./house.ts";
import { type ClientOptions, heard, type Library } from "./library.ts";
import { everyServer } from "./server-kind.ts";

const ways = [["polling"], ["websocket"]];

/** What every client says; ours says `anywire` too. */
const own = ["EIO", "transport", "t", "b64", "anywire", "sid"];

const queries: readonly [name: string, where: string, options: ClientOptions, query: object][] = [
  ["an object", "", { query: { a: "b", c: "d e&f=g/é" } }, { a: "b", c: "d e&f=g/é" }],
  ["a text", "", { query: "a=b&c=d%20e" as unknown as object }, { a: "b", c: "d e" }],
  ["in the URL", "?a=b&c=d%20e", {}, { a: "b", c: "d e" }],
  ["in the URL, rather than as an option", "?a=b", { query: { a: "c", d: "e" } }, { a: "b" }],
  ["values that are no texts", "", { query: { one: 1, yes: true } }, { one: "1", yes: "true" }],
  ["nothing", "", {}, {}],
];

/** The headers of all requests whose query has that mark. */
function watched({ http }: House, mark: string): IncomingHttpHeaders[] {
  const seen: IncomingHttpHeaders[] = [];
  const look = ({ url, headers }: IncomingMessage): void => {
    if (url?.includes(`mark=${mark}`)) seen.push(headers);
  };
  http.on("request", look).on("upgrade", look);
  return seen;
}

export function handshakeContract(library: Library): void {
  for (const kind of everyServer) {
    describe(`at ${kind.name}`, () => {
      const house = useHouse(kind, { cookie: { name: "io", path: "/", httpOnly: true } });

      for (const transports of ways) {
        for (const [name, where, options, expected] of queries) {
          test(`a query: ${name}, over ${transports}`, patience, async (t) => {
            const arrival = new Promise<object>((resolve) => {
              const namespace = house.namespace(({ handshake }) => resolve(handshake.query));
              new Visit(t, library, house).call(`${namespace}${where}`, { ...options, transports });
            });
            const seen = Object.entries(await arrival).filter(([key]) => !own.includes(key));
            assert.deepEqual(Object.fromEntries(seen), expected);
          });
        }

        test(`what every client says over ${transports}`, patience, async (t) => {
          const { socket } = await new Visit(t, library, house).meet({ transports });
          const { EIO, transport, sid } = socket.handshake.query;
          assert.deepEqual({ EIO, transport, sid }, { EIO: "4", transport: transports[0], sid: undefined });
          assert.match(socket.handshake.url, /^\/socket\.io\/\?/);
          assert.equal(socket.handshake.xdomain, false);
          assert.deepEqual(socket.handshake.auth, {});
        });

        test(`headers of its own over ${transports}`, patience, async (t) => {
          const extraHeaders = { "X-Token": "abc", Cookie: "a=b", "User-Agent": "tester" };
          const { socket } = await new Visit(t, library, house).meet({ transports, extraHeaders });
          const { headers } = socket.handshake;
          assert.deepEqual([headers["x-token"], headers.cookie, headers["user-agent"]], ["abc", "a=b", "tester"]);
        });

        test(`headers for one transport alone over ${transports}`, patience, async (t) => {
          const transportOptions = {
            polling: { extraHeaders: { "x-way": "polling" } },
            websocket: { extraHeaders: { "x-way": "websocket" } },
          };
          const { socket } = await new Visit(t, library, house).meet({ transports, transportOptions });
          assert.equal(socket.handshake.headers["x-way"], transports[0]);
        });

        test(`the time in the query, under its name, or not, over ${transports}`, patience, async (t) => {
          const stamped: ClientOptions = { timestampRequests: true, timestampParam: "when" };
          const { socket } = await new Visit(t, library, house).meet({ ...stamped, transports });
          assert.match(String(socket.handshake.query.when), /./);
          const { socket: other } = await new Visit(t, library, house).meet({ timestampRequests: false, transports });
          assert.equal(other.handshake.query.t, undefined);
        });

        test(`extra headers go with every request over ${transports}`, patience, async (t) => {
          const requests = watched(house, "each");
          const options = { transports, extraHeaders: { "x-each": "1" }, query: { mark: "each" } };
          const { client, socket } = await new Visit(t, library, house).meet(options);
          const told = heard(socket, "told");
          client.emit("told");
          await told;
          assert.deepEqual(new Set(requests.map((headers) => headers["x-each"])), new Set(["1"]));
        });
      }

      test("cookies of the server come back with credentials, and not without", patience, async (t) => {
        for (const withCredentials of [true, false]) {
          const mark = `credentials-${withCredentials}`;
          const requests = watched(house, mark);
          const options = { transports: ["polling", "websocket"], withCredentials, query: { mark } };
          const { client } = await new Visit(t, library, house).meet(options);
          const { engine } = client.io;
          const { id } = engine;
          if (engine.transport.name !== "websocket") await heard(engine, "upgrade");
          const [first, ...rest] = requests.map(({ cookie }) => cookie);
          assert.equal(first, undefined);
          assert.deepEqual(new Set(rest), new Set([withCredentials ? `io=${id}` : undefined]));
        }
      });

      test("subprotocols of the WebSocket", patience, async (t) => {
        const { socket } = await new Visit(t, library, house).meet({ protocols: ["one", "two"] });
        assert.equal(socket.handshake.headers["sec-websocket-protocol"]?.replace(" ", ""), "one,two");
      });
    });

    for (const path of ["/custom", "/custom/", "/a/b/c"]) {
      describe(`at ${kind.name}, path ${path}`, () => {
        const house = useHouse(kind, { path });

        test("the same path, with and without its last slash", patience, async (t) => {
          for (const transports of ways) {
            for (const asked of [path, path.replace(/\/$/, ""), `${path.replace(/\/$/, "")}/`]) {
              const { socket } = await new Visit(t, library, house).meet({ path: asked, transports });
              assert.ok(socket.handshake.url.startsWith(`${path.replace(/\/$/, "")}/?`), socket.handshake.url);
            }
          }
        });
      });
    }
  }
}
