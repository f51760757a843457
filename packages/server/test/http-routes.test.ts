import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { addRoutes, type HttpRoute } from "../src/http-routes.ts";
import { sendRaw, upgradeHead } from "./engine/engine-world.ts";

const route = (path: string, upgrades: boolean): HttpRoute => ({
  handles: ({ url }) => url?.startsWith(path) === true,
  handleRequest: (_request, response) => response.end(`of ${path}`),
  ...(upgrades ? { handleUpgrade: (_request, socket) => void socket.end(`HTTP/1.1 299 ${path}\r\n\r\n`) } : {}),
});

async function served(t: TestContext, http: Server): Promise<number> {
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  return (http.address() as AddressInfo).port;
}

const get = async (port: number, path: string): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${answer.status} ${(await answer.text()).slice(0, 20)}`;
};

const upgrade = async (port: number, path: string): Promise<string> =>
  (await sendRaw(port, upgradeHead("").replace(/^GET \S+/, `GET ${path}`))).text.slice(0, 14).trim();

test("the first route that handles a request has it; the program's own listeners have the rest", async (t) => {
  const http = createServer((_request, response) => response.end("own"));
  addRoutes(http, [route("/a/b", false), route("/a", true)], {});
  const port = await served(t, http);
  assert.deepEqual(
    [await get(port, "/a/b"), await get(port, "/a"), await get(port, "/")],
    ["200 of /a/b", "200 of /a", "200 own"],
  );
});

test("without other listeners, the rest is 404, by request or by upgrade", async (t) => {
  const http = createServer();
  addRoutes(http, [route("/a/b", false), route("/a", true)], {});
  const port = await served(t, http);
  assert.match(await get(port, "/"), /^404 /);
  assert.deepEqual(
    [await upgrade(port, "/a"), await upgrade(port, "/"), await upgrade(port, "/a/b")],
    ["HTTP/1.1 299 /", "HTTP/1.1 404 N", "HTTP/1.1 404 N"],
  );
});

test("a listener that is added afterwards answers what is not ours", async (t) => {
  const http = createServer();
  addRoutes(http, [route("/a", true)], {});
  http.on("request", (request, response) => {
    if (request.url !== "/a") response.end("late");
  });
  const port = await served(t, http);
  assert.deepEqual([await get(port, "/"), await get(port, "/a")], ["200 late", "200 of /a"]);
});

test("an offer of another protocol is answered as if it had not been made", async (t) => {
  const http = createServer();
  addRoutes(http, [route("/a", true)], {});
  const port = await served(t, http);
  const bytes = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n";
  const { text, socket } = await sendRaw(port, bytes, (all) => all.includes("of /a"));
  assert.match(text, /^HTTP\/1.1 200 /);
  socket.destroy();
});

test("destroyUpgrade: false leaves strays to others", async (t) => {
  const http = createServer();
  addRoutes(http, [route("/a", true)], { destroyUpgrade: false });
  http.on("upgrade", (request, socket) => {
    if (request.url === "/other") socket.end("HTTP/1.1 298 other\r\n\r\n");
  });
  const port = await served(t, http);
  assert.equal(await upgrade(port, "/other"), "HTTP/1.1 298 o");
});
