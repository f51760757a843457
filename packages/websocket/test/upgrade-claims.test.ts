/** Several servers on one HTTP server: each takes what is its own, and leaves what is another's. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { type ServerOptions, WebSocketServer } from "@anywire/websocket";
import Peer, { WebSocketServer as PeerServer } from "ws";
import { answerTo, listen, requestLines, requestOf } from "./served.ts";

/** A server that greets its clients with its name. */
function greeter(t: TestContext, name: string, wss: WebSocketServer): WebSocketServer {
  t.after(() => {
    for (const socket of wss.clients) socket.terminate();
    wss.close();
  });
  return wss.on("connection", (socket) => socket.send(name));
}

interface Asked {
  readonly http: Server;
  readonly port: number;
}

/** On which all of these paths are served; undefined is a server that takes any. */
async function serveAll(t: TestContext, paths: readonly (string | undefined)[]): Promise<Asked> {
  const http = createServer();
  const port = await listen(t, http);
  for (const path of paths) greeter(t, path ?? "any", new WebSocketServer({ server: http, path }));
  return { http, port };
}

/** The greeting; or the status, if there is none. */
async function whoTakes(t: TestContext, port: number, path: string): Promise<string> {
  const peer = new Peer(`ws://127.0.0.1:${port}${path}`);
  t.after(() => peer.terminate());
  return new Promise((resolve) => {
    peer.once("message", (data) => resolve(String(data)));
    peer.once("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
    peer.once("error", (error) => resolve(error.message));
  });
}

/** A listener that is not ours: it answers one path after a while, and leaves the others alone. */
function foreigner(path: string): (request: IncomingMessage, socket: Duplex) => void {
  return (request, socket) => {
    if (request.url !== path) return;
    setImmediate(() => socket.end("HTTP/1.1 418 Foreign\r\nConnection: close\r\n\r\n"));
  };
}

const shares: [name: string, paths: (string | undefined)[], takers: Record<string, string>][] = [
  ["one path", ["/a"], { "/a": "/a", "/a?x=1": "/a", "/b": "400", "/a/": "400" }],
  ["two paths", ["/a", "/b"], { "/a": "/a", "/b?x=/a": "/b", "/c": "400" }],
  ["three paths", ["/a", "/b", "/c"], { "/a": "/a", "/b": "/b", "/c": "/c", "/": "400" }],
  ["a path, and one that takes any", ["/a", undefined], { "/a": "/a", "/b": "any" }],
  ["one that takes any, and then a path", [undefined, "/a"], { "/a": "/a", "/b": "any" }],
  ["the same path twice: the first", ["/a", "/a"], { "/a": "/a" }],
];

for (const [name, paths, takers] of shares) {
  test(name, async (t) => {
    const { port } = await serveAll(t, paths);
    for (const [path, taker] of Object.entries(takers)) assert.equal(await whoTakes(t, port, path), taker, path);
  });

  test(`${name}, beside a foreign listener`, async (t) => {
    const { http, port } = await serveAll(t, paths);
    http.on("upgrade", foreigner("/foreign"));
    const own = Object.entries(takers).filter(([, taker]) => taker !== "400");
    for (const [path, taker] of own) assert.equal(await whoTakes(t, port, path), taker, path);
    if (!paths.includes(undefined)) assert.equal(await whoTakes(t, port, "/foreign"), "418");
  });
}

test("a foreign listener that came before ours gets its own", async (t) => {
  const http = createServer();
  http.on("upgrade", foreigner("/foreign"));
  const port = await listen(t, http);
  greeter(t, "a", new WebSocketServer({ server: http, path: "/a" }));
  assert.equal(await whoTakes(t, port, "/foreign"), "418");
  assert.equal(await whoTakes(t, port, "/a"), "a");
});

test("npm's ws serves its path beside ours", async (t) => {
  const { http, port } = await serveAll(t, ["/a", "/b"]);
  const theirs = new PeerServer({ noServer: true });
  theirs.on("connection", (socket) => socket.send("npm"));
  http.on("upgrade", (request, socket, head) => {
    if (request.url === "/npm") theirs.handleUpgrade(request, socket, head, (ws) => theirs.emit("connection", ws));
  });
  for (const [path, taker] of [
    ["/npm", "npm"],
    ["/a", "/a"],
    ["/b", "/b"],
  ] as const) {
    assert.equal(await whoTakes(t, port, path), taker);
  }
});

test("a server that closes gives up its path, and the last its listener", async (t) => {
  const http = createServer();
  const port = await listen(t, http);
  const [a, b, any] = ["/a", "/b", undefined].map((path) =>
    greeter(t, path ?? "any", new WebSocketServer({ server: http, path })),
  );
  a?.close();
  assert.equal(await whoTakes(t, port, "/a"), "any");
  any?.close();
  assert.equal(await whoTakes(t, port, "/a"), "400");
  assert.equal(await whoTakes(t, port, "/b"), "/b");
  b?.close();
  assert.deepEqual(
    http.eventNames().filter((name) => name === "upgrade" || name === "error"),
    [],
  );
});

test("a server comes to where others were", async (t) => {
  const { http, port } = await serveAll(t, ["/a"]);
  http.removeAllListeners("upgrade");
  greeter(t, "b", new WebSocketServer({ server: http, path: "/b" }));
  assert.equal(await whoTakes(t, port, "/b"), "b");
  assert.equal(await whoTakes(t, port, "/a"), "/a");
});

const badRequests: [name: string, request: string, status: number][] = [
  ["a path of nobody", requestOf(), 400],
  ["a bad method", requestOf(["POST / HTTP/1.1", ...requestLines.slice(1)]), 405],
  ["a bad method for one of them", requestOf(["POST /b HTTP/1.1", ...requestLines.slice(1)]), 405],
];

for (const [name, request, status] of badRequests) {
  test(`${name} is refused once, with ${status}`, async (t) => {
    const { port } = await serveAll(t, ["/a", "/b"]);
    const answer = await answerTo(t, port, request);
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), answer);
    assert.equal(answer.split("HTTP/1.1").length, 2);
  });
}

test("what is nobody's is left untouched beside a foreign listener", async (t) => {
  const { http, port } = await serveAll(t, ["/a", "/b"]);
  http.on("upgrade", (request: IncomingMessage, socket: Duplex) => {
    if (request.url !== "/late") return;
    assert.deepEqual([socket.listenerCount("error"), socket.writable], [0, true]);
    setImmediate(() => socket.end("HTTP/1.1 418 Foreign\r\nConnection: close\r\n\r\n"));
  });
  assert.equal(await whoTakes(t, port, "/late"), "418");
});

/** Takes what the query names; the answer comes later. */
class Chooser extends WebSocketServer {
  asked = 0;
  private readonly name: string;

  constructor(name: string, options: ServerOptions) {
    super(options);
    this.name = name;
  }

  override async shouldHandle(request: IncomingMessage): Promise<boolean> {
    this.asked++;
    await new Promise(setImmediate);
    if (request.url?.endsWith("?broken")) throw new Error("no way to know");
    return request.url?.endsWith(`?${this.name}`) ?? false;
  }
}

test("shouldHandle may promise its answer, and is asked once", async (t) => {
  const http = createServer();
  const port = await listen(t, http);
  greeter(t, "any", new WebSocketServer({ server: http }));
  const x = new Chooser("x", { server: http });
  const y = new Chooser("y", { server: http });
  greeter(t, "x", x);
  greeter(t, "y", y);
  assert.equal(await whoTakes(t, port, "/?y"), "y");
  assert.deepEqual([x.asked, y.asked], [1, 1]);
  assert.equal(await whoTakes(t, port, "/?x"), "x");
  assert.deepEqual([x.asked, y.asked], [2, 1]);
  assert.equal(await whoTakes(t, port, "/?z"), "any");
  assert.deepEqual([x.asked, y.asked], [3, 2]);
});

for (const others of [0, 1]) {
  test(`a promise of shouldHandle that fails is a 500 and an error, beside ${others} others`, async (t) => {
    const http = createServer();
    const port = await listen(t, http);
    const chooser = new Chooser("x", { server: http });
    greeter(t, "x", chooser);
    for (let n = 0; n < others; n++) greeter(t, "a", new WebSocketServer({ server: http, path: "/a" }));
    const failed = once(chooser, "error");
    assert.equal(await whoTakes(t, port, "/?broken"), "500");
    assert.match(String((await failed)[0]), /no way to know/);
    assert.equal(await whoTakes(t, port, "/?x"), "x");
    assert.equal(await whoTakes(t, port, "/?y"), "400");
  });
}
