/** What a program may say to a handshake: `allowRequest`, `cookie`, and the events of `io.engine`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ServerOptions } from "socket.io";
import { ask, askUpgrade, handshakePath, type Told } from "./asking.ts";
import { socketIo } from "./guests.ts";
import { alike, type Node, Stage, serverNames } from "./servers.ts";

/** What the engine says of a connection that failed. */
interface ConnectionError {
  readonly req: { readonly url: string; readonly _query?: Record<string, string> };
  readonly code: number;
  readonly message: string;
  readonly context?: Record<string, unknown>;
}

async function answers({ url }: Node): Promise<Told[]> {
  return [
    await ask(url),
    await ask(url, { path: "/socket.io/?EIO=4&transport=polling&key=right" }),
    await askUpgrade(url),
    await askUpgrade(url, { path: "/socket.io/?EIO=4&transport=websocket&key=right" }),
  ];
}

const checks: Readonly<Record<string, NonNullable<ServerOptions["allowRequest"]>>> = {
  "allows all": (_request, done) => done(null, true),
  "allows none": (_request, done) => done(null, false),
  "says why not": (_request, done) => done("not you", false),
  "looks at the query": (request, done) => done("wrong key", Reflect.get(request, "_query").key === "right"),
  "answers later": (request, done) => setImmediate(done, null, request.url?.includes("key=right") === true),
};

for (const [name, allowRequest] of Object.entries(checks))
  alike(`allowRequest that ${name}`, async (stage, server) => answers(await stage.node(server, { allowRequest })));

const cookies: Readonly<Record<string, ServerOptions["cookie"]>> = {
  true: true,
  false: false,
  "a name alone": { name: "sticky" },
  "all its attributes": {
    name: "sticky",
    path: "/socket.io/",
    domain: "example.org",
    httpOnly: false,
    sameSite: "strict",
    secure: true,
    maxAge: 86_400,
  },
  "an odd path": { name: "io", path: "/", sameSite: "none", expires: new Date(0) },
};

for (const [name, cookie] of Object.entries(cookies))
  alike(`cookie: ${name}`, async (stage, server) => answers(await stage.node(server, { cookie: cookie ?? false })));

for (const name of serverNames) {
  test(`${name}: the cookie is the id of the session`, async (t) => {
    const { url } = await new Stage(t).node(name, { cookie: true });
    const response = await fetch(url + handshakePath);
    const { sid } = JSON.parse((await response.text()).slice(1));
    assert.equal(response.headers.get("set-cookie"), `io=${sid}; Path=/; HttpOnly; SameSite=Lax`);
  });

  test(`${name}: ids of sessions are the program's own`, async (t) => {
    const stage = new Stage(t);
    const { io, url } = await stage.node(name);
    let count = 0;
    io.engine.generateId = () => `session-${count++}`;
    assert.match((await ask(url)).body, /^0\{/);
    const ids = (): string[] => Object.keys(Reflect.get(io.engine, "clients"));
    assert.deepEqual(ids(), ["session-0"]);
    io.engine.generateId = () => Promise.resolve(`later-${count++}`);
    const guest = socketIo()(url);
    stage.defer(() => guest.close());
    await new Promise<void>((resolve) => io.on("connection", () => resolve()));
    assert.deepEqual(ids(), ["session-0", "later-1"]);
    assert.equal(io.engine.clientsCount, 2);
  });

  test(`${name}: every header of every answer may be added to`, async (t) => {
    const stage = new Stage(t);
    const { io, url } = await stage.node(name);
    const said: unknown[] = [];
    io.engine.on("initial_headers", (headers: Record<string, string>, { method, _query: query }: Request) => {
      headers["x-initial"] = "1";
      headers["set-cookie"] = "mine=1";
      said.push(["initial", method, query.transport, query.sid === undefined]);
    });
    io.engine.on("headers", (headers: Record<string, string>, { method, _query: query }: Request) => {
      headers["x-every"] = "2";
      said.push(["every", method, query.transport, query.sid === undefined]);
    });
    const first = await fetch(url + handshakePath);
    const { sid } = JSON.parse((await first.text()).slice(1));
    const second = await fetch(`${url}${handshakePath}&sid=${sid}`, { method: "POST", body: "40" });
    const upgrade = await askUpgrade(url);
    const seen = [first.headers, second.headers].map((each) =>
      ["x-initial", "x-every", "set-cookie"].map((key) => each.get(key)),
    );
    assert.deepEqual(seen, [
      ["1", "2", "mine=1"],
      [null, "2", null],
    ]);
    assert.deepEqual(upgrade.headers, { "x-initial": "1", "x-every": "2", "set-cookie": ["mine=1"] });
    assert.deepEqual(said, [
      ["initial", "GET", "polling", true],
      ["every", "GET", "polling", true],
      ["every", "POST", "polling", false],
      ["initial", "GET", "websocket", true],
      ["every", "GET", "websocket", true],
    ]);
  });
}

interface Request {
  readonly method: string;
  readonly _query: Readonly<Record<string, string>>;
}

const failures: readonly (readonly [what: string, path: string, upgrade?: "upgrade" | "POST" | "PUT"])[] = [
  ["no transport", "/socket.io/?EIO=4"],
  ["an unknown transport", "/socket.io/?EIO=4&transport=other"],
  ["a transport of objects", "/socket.io/?EIO=4&transport=constructor"],
  ["__proto__", "/socket.io/?EIO=4&transport=__proto__"],
  ["no EIO", "/socket.io/?transport=polling"],
  ["EIO 3", "/socket.io/?EIO=3&transport=polling"],
  ["EIO 5", "/socket.io/?EIO=5&transport=polling"],
  ["an unknown session", "/socket.io/?EIO=4&transport=polling&sid=abc"],
  ["a session of objects", "/socket.io/?EIO=4&transport=polling&sid=__proto__"],
  ["a handshake by POST", "/socket.io/?EIO=4&transport=polling", "POST"],
  ["a handshake by PUT", "/socket.io/?EIO=4&transport=polling", "PUT"],
  ["a WebSocket without an upgrade", "/socket.io/?EIO=4&transport=websocket"],
  ["an upgrade of nothing", "/socket.io/?EIO=4&transport=websocket&sid=abc", "upgrade"],
  ["an upgrade to nothing", "/socket.io/?EIO=4&transport=other", "upgrade"],
];

for (const [what, path, method = "GET"] of failures) {
  alike(`a request that fails: ${what}`, async (stage, server) => {
    const { io, url } = await stage.node(server);
    const said: unknown[] = [];
    io.engine.on("connection_error", ({ req, code, message, context }: ConnectionError) =>
      said.push({ url: req.url, code, message, context: Object.keys(context ?? {}) }),
    );
    const answer = method === "upgrade" ? await askUpgrade(url, { path }) : await ask(url, { path, method });
    return { answer, said, count: io.engine.clientsCount };
  });
}

alike("a request that allowRequest refuses is told of", async (stage, server) => {
  const { io, url } = await stage.node(server, { allowRequest: (_request, done) => done("not you", false) });
  const said: unknown[] = [];
  io.engine.on("connection_error", ({ code, message, context }: ConnectionError) =>
    said.push({ code, message, context }),
  );
  await ask(url);
  await askUpgrade(url);
  return said;
});

alike("the documents of the client", async (stage, server) => {
  const { url } = await stage.node(server);
  const answers: Told[] = [];
  for (const file of [
    "socket.io.js",
    "socket.io.min.js",
    "socket.io.esm.min.js",
    "socket.io.msgpack.min.js",
    "socket.io.js.map",
    "other.js",
    "",
  ]) {
    const { status, headers } = await ask(url, { path: `/socket.io/${file}` });
    answers.push({ status, headers, body: file });
  }
  return answers;
});

alike("serveClient: false", async (stage, server) => {
  const { url } = await stage.node(server, { serveClient: false });
  return ask(url, { path: "/socket.io/socket.io.js" });
});
