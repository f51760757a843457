/** Redirects on the wire: what each server sees of the program's headers, and what the program is told; ours as ws. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import {
  type ClientRequest,
  type ClientRequestArgs,
  createServer,
  globalAgent,
  type IncomingHttpHeaders,
  type Server,
} from "node:http";
import { createServer as createSecureServer } from "node:https";
import { connect as netConnect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { selfSigned } from "../../../../scripts/test/self-signed.ts";
import type { ClientOptions } from "../../src/client-options.ts";
import { acceptOf, type Client, clients, failure, ours, told, type Watched } from "../clients.ts";
import { portOf } from "../served.ts";

/** `/go?to=…` redirects, everything else opens the connection. */
interface Place {
  readonly url: string;
  /** Headers of the requests that came, in order. */
  readonly seen: IncomingHttpHeaders[];
}

type Kind = "ws" | "wss" | "ws+unix";

async function place(t: TestContext, kind: Kind): Promise<Place> {
  const seen: IncomingHttpHeaders[] = [];
  const server: Server = kind === "wss" ? createSecureServer(selfSigned) : createServer();
  server.on("upgrade", (request, socket) => {
    seen.push(request.headers);
    socket.on("error", () => {});
    t.after(() => socket.destroy());
    const target = new URL(request.url ?? "", "ws://host").searchParams.get("to");
    if (target !== null) socket.end(`HTTP/1.1 302 Found\r\nLocation: ${target}\r\nConnection: close\r\n\r\n`);
    else {
      const accept = acceptOf(`Sec-WebSocket-Key: ${request.headers["sec-websocket-key"]}\r\n`);
      const fields = ["Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields.join("\r\n")}\r\n\r\n`);
    }
  });
  t.after(() => server.close());
  if (kind === "ws+unix") {
    const folder = mkdtempSync(join(tmpdir(), "anywire-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "socket");
    server.listen(path);
    await once(server, "listening");
    return { url: `ws+unix:${path}:/`, seen };
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `${kind}://127.0.0.1:${portOf(server)}/`, seen };
}

const secrets = { Authorization: "Basic secret", Cookie: "secret", Host: "own.example", "X-Own": "1" };

function options(more: ClientOptions = {}): ClientOptions {
  return { followRedirects: true, perMessageDeflate: false, ca: selfSigned.cert, headers: { ...secrets }, ...more };
}

function go(from: Place, to: string): string {
  return `${from.url}go?to=${encodeURIComponent(to)}`;
}

/** Which of the program's headers came along. */
function kept(headers: IncomingHttpHeaders | undefined): string {
  const { authorization, cookie, host, "x-own": own } = headers ?? {};
  return [authorization && "auth", cookie && "cookie", host === "own.example" && "host", own && "own"]
    .filter(Boolean)
    .join(" ");
}

const everything = "auth cookie host own";
const journeys: [from: Kind, to: Kind | "itself", kept: string][] = [
  ["ws", "itself", everything],
  ["wss", "itself", everything],
  ["ws+unix", "itself", everything],
  ["ws", "ws", "own"],
  ["wss", "wss", "own"],
  ["ws", "wss", "own"],
  ["wss", "ws", "own"],
  ["ws", "ws+unix", "own"],
  ["ws+unix", "ws", "own"],
  ["ws+unix", "ws+unix", "own"],
];

for (const [name, open] of clients) {
  for (const [from, to, expected] of journeys) {
    for (const watched of [false, true]) {
      const seenBy = watched ? "with a listener" : "without one";
      test(`${name}: from ${from} to ${to === "itself" ? to : `another ${to}`} ${seenBy}`, async (t) => {
        const first = await place(t, from);
        const last = to === "itself" ? first : await place(t, to);
        const listener: Watched = watched ? { redirect: () => {} } : {};
        const socket = open(go(first, last.url), [], options());
        const log = await told(t, socket, listener);
        assert.deepEqual(log, [...(watched ? ["redirect"] : []), "upgrade 101", "open"]);
        assert.equal(socket.url, last.url);
        assert.equal(kept(first.seen[0]), everything);
        assert.equal(kept(last.seen.at(-1)), watched ? everything : expected);
      });
    }
  }

  const samePlace: [from: "ws" | "wss", to: "ws" | "wss", kept: string][] = [
    ["ws", "wss", everything],
    ["wss", "ws", "host own"],
  ];

  for (const [from, to, expected] of samePlace) {
    test(`${name}: from ${from} to ${to} of the same name`, async (t) => {
      const places = { ws: await place(t, "ws"), wss: await place(t, "wss") };
      const ports = { ws: Number(new URL(places.ws.url).port), wss: Number(new URL(places.wss.url).port) };
      const createConnection = ({ defaultPort }: ClientRequestArgs): Duplex =>
        defaultPort === 443
          ? tlsConnect({ host: "127.0.0.1", port: ports.wss, ca: selfSigned.cert })
          : netConnect(ports.ws, "127.0.0.1");
      const socket = open(`${from}://a.example/?to=${to}://a.example/b`, [], options({ createConnection }));
      assert.deepEqual(await told(t, socket), ["upgrade 101", "open"]);
      assert.equal(kept(places[from].seen[0]), everything);
      assert.equal(kept(places[to].seen[0]), expected);
    });
  }

  test(`${name}: back at the first host, credentials are there again`, async (t) => {
    const [first, other] = [await place(t, "ws"), await place(t, "ws")];
    const socket = open(go(first, go(other, first.url)), [], options());
    assert.deepEqual(await told(t, socket), ["upgrade 101", "open"]);
    assert.deepEqual([...first.seen, ...other.seen].map(kept), [everything, everything, "own"]);
  });

  test(`${name}: credentials of the first URL stay with its host, whatever later ones say`, async (t) => {
    const [first, other] = [await place(t, "ws"), await place(t, "ws")];
    const away = other.url.replace("//", "//mallory:x@");
    const back = first.url.replace("//", "//bob:x@");
    const socket = open(go(first, go(other, back)).replace("//", "//alice:x@"), [], options({ headers: {} }));
    assert.deepEqual(await told(t, socket), ["upgrade 101", "open"]);
    const alice = "Basic YWxpY2U6eA==";
    assert.deepEqual(
      [first.seen[0], other.seen[0], first.seen[1]].map((headers) => headers?.authorization),
      [alice, undefined, alice],
    );
    const again = open(go(other, away), [], options({ headers: {} }));
    assert.deepEqual(await told(t, again), ["upgrade 101", "open"]);
    assert.equal(other.seen.at(-1)?.authorization, "Basic bWFsbG9yeTp4");
  });

  test(`${name}: a listener changes the headers of the next request`, async (t) => {
    const first = await place(t, "ws");
    const watched: Watched = {
      redirect: (_client: Client, url: string, request: ClientRequest) => {
        assert.equal(url, `${first.url}next`);
        request.removeHeader("Cookie");
        request.setHeader("X-Own", "changed");
      },
    };
    await told(t, open(go(first, "/next"), [], options()), watched);
    assert.equal(kept(first.seen[1]), "auth host own");
    assert.equal(first.seen[1]?.["x-own"], "changed");
  });

  test(`${name}: a program that gives up at a redirect is told so once`, async (t) => {
    const first = await place(t, "ws");
    const log = await told(t, open(go(first, "/next"), [], options()), { redirect: (client) => client.close() });
    assert.deepEqual(log, ["redirect", ...failure("WebSocket was closed before the connection was established")]);
    assert.equal(first.seen.length, 1);
  });

  test(`${name}: a request that is destroyed at a redirect fails with the program's error`, async (t) => {
    const first = await place(t, "ws");
    const watched: Watched = {
      redirect: (_client, _url, request: ClientRequest) => request.destroy(new Error("mine")),
    };
    assert.deepEqual(await told(t, open(go(first, "/next"), [], options()), watched), ["redirect", ...failure("mine")]);
  });

  test(`${name}: finishRequest sends each request`, async (t) => {
    const first = await place(t, "ws");
    const finishRequest = (request: ClientRequest): void => {
      request.setHeader("X-Late", "1");
      request.end();
    };
    await told(t, open(go(first, "/next"), [], options({ finishRequest })));
    assert.deepEqual(
      first.seen.map((headers) => headers["x-late"]),
      ["1", "1"],
    );
  });
}

const failures: [name: string, location: string, options: ClientOptions, text: string][] = [
  ["too many", "", { maxRedirects: 2 }, "Maximum redirects exceeded"],
  ["none allowed", "/next", { maxRedirects: 0 }, "Maximum redirects exceeded"],
  ["no URL", "ws://", {}, "Invalid URL: ws://"],
  ["a fragment", "/next#x", {}, "The URL contains a fragment identifier"],
  [
    "another scheme",
    "ftp://host/",
    {},
    `The URL's protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"`,
  ],
];

for (const [name, open] of clients) {
  for (const [what, location, more, text] of failures) {
    test(`${name}: a redirect fails: ${what}`, async (t) => {
      const first = await place(t, "ws");
      const target = location === "" ? go(first, go(first, go(first, "/next"))) : go(first, location);
      assert.deepEqual(await told(t, open(target, [], options(more))), failure(text));
    });
  }
}

test("a redirect that the program's agent cannot follow is an error, not a crash as in ws", async (t) => {
  const first = await place(t, "ws");
  const log = await told(t, ours(go(first, "wss://127.0.0.1:1/"), [], options({ agent: globalAgent })));
  assert.deepEqual(log, failure('Protocol "https:" not supported. Expected "http:"'));
});

test("a relative Location is seen from where it was sent", async (t) => {
  const [first, second] = [await place(t, "ws"), await place(t, "ws")];
  const socket = ours(go(first, `${second.url}a/go?to=b`), [], options());
  assert.deepEqual(await told(t, socket), ["upgrade 101", "open"]);
  assert.equal(socket.url, `${second.url}a/b`);
});

test("the program's headers and options stay as they are", async (t) => {
  const [first, second] = [await place(t, "ws"), await place(t, "ws")];
  const given = Object.freeze(options({ headers: Object.freeze({ ...secrets }) }));
  await told(t, ours(go(first, second.url), [], given));
  assert.deepEqual(given.headers, secrets);
});
