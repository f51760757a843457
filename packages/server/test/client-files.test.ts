/** What browsers load: our client, answered as socket.io answers to the same request for its own. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { Server as TheirServer } from "socket.io";
import { fillClientFiles } from "../../../scripts/build/client-files.ts";
import { ClientFiles, type ClientFilesOptions } from "../src/client-files.ts";
import { Server as OurServer } from "../src/server.ts";

fillClientFiles();
const require = createRequire(import.meta.url);
const cors: (options: { origin: string }) => NonNullable<ClientFilesOptions["cors"]> = require("cors");

const names = ["socket.io", "socket.io.min", "socket.io.esm.min", "socket.io.msgpack.min"].flatMap((name) => [
  `${name}.js`,
  `${name}.js.map`,
]);

interface Told {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

async function listen(t: TestContext, server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

/** Ours answer what they handle; the rest is the program's. */
function ours(t: TestContext, options: Partial<ClientFilesOptions> = {}): Promise<string> {
  const files = new ClientFiles({ path: "/socket.io", ...options });
  const listener: RequestListener = (request, response) => {
    if (files.handles(request)) files.serve(request, response);
    else response.writeHead(404).end("the program's");
  };
  return listen(t, createServer(listener));
}

async function theirs(t: TestContext, options: ConstructorParameters<typeof TheirServer>[1] = {}): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(404).end("the program's"));
  const io = new TheirServer(server, options);
  t.after(() => io.close());
  return listen(t, server);
}

/** As it comes: `fetch` would decompress it and follow no odd path. */
async function ask(url: string, path: string, { method = "GET", headers = {} }: Asked = {}): Promise<Told> {
  const request = httpRequest(url, { path, method, headers, agent: false }).end();
  const [response]: IncomingMessage[] = await once(request, "response");
  assert.ok(response !== undefined);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
}

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  deflate: inflateSync,
};

/** What must be the same as with socket.io. The client is our own, the tag is another, and caches are told of encodings. */
function essence({ status, headers, body }: Told): object {
  const { "content-type": type, "content-encoding": encoding, "cache-control": caching } = headers;
  return { status, type, encoding, caching, allowed: headers["access-control-allow-origin"], empty: body.length === 0 };
}

function textOf({ headers, body }: Told): string {
  const decode = decoders[headers["content-encoding"] ?? ""] ?? ((bytes: Buffer) => bytes);
  return decode(body).toString();
}

/** What was built. */
function bundle(name: string): string {
  return readFileSync(join(import.meta.dirname, "../client-dist", name), "utf8");
}

test("each file that socket.io serves is there, with and without a query", async (t) => {
  const [mine, other] = [await ours(t), await theirs(t)];
  for (const path of [...names, "socket.io.js?v=1", "socket.io.js?a=/../../package.json"]) {
    const told = await ask(mine, `/socket.io/${path}`);
    assert.equal(told.status, 200);
    assert.deepEqual(essence(told), essence(await ask(other, `/socket.io/${path}`)), path);
    assert.equal(textOf(told), bundle(path.split("?")[0] ?? ""), path);
  }
});

const encodings: [header: string, encoding: string | undefined][] = [
  ["gzip, deflate, br, zstd", "gzip"],
  ["br", "br"],
  ["deflate;q=0.5, gzip;q=0.1", "deflate"],
  ["*", "br"],
  ["identity", undefined],
  ["zstd", undefined],
];

for (const [header, encoding] of encodings) {
  test(`to clients that take ${header} it comes as ${encoding ?? "it is"}`, async (t) => {
    const asked: Asked = { headers: { "accept-encoding": header } };
    const told = await ask(await ours(t), "/socket.io/socket.io.min.js", asked);
    assert.equal(told.headers["content-encoding"], encoding);
    assert.equal(told.headers["content-length"], String(told.body.length));
    assert.equal(told.headers.vary, "Accept-Encoding");
    assert.deepEqual(essence(told), essence(await ask(await theirs(t), "/socket.io/socket.io.min.js", asked)));
    assert.equal(textOf(told), bundle("socket.io.min.js"));
  });
}

test("a client that has it is told so, in whatever encoding it came", async (t) => {
  const url = await ours(t);
  const first = await ask(url, "/socket.io/socket.io.js", { headers: { "accept-encoding": "br" } });
  const { etag = "" } = first.headers;
  for (const tag of [etag, etag.slice(2)]) {
    const { status, headers, body } = await ask(url, "/socket.io/socket.io.js", { headers: { "if-none-match": tag } });
    assert.deepEqual([status, body.length, headers.etag, headers["content-type"]], [304, 0, etag, undefined]);
  }
  const other = await ask(url, "/socket.io/socket.io.js", { headers: { "if-none-match": '"4.0.0"' } });
  assert.equal(other.status, 200);
});

test("HEAD has the headers of GET and no body", async (t) => {
  const [mine, other] = [await ours(t), await theirs(t)];
  const told = await ask(mine, "/socket.io/socket.io.js.map", { method: "HEAD" });
  assert.equal(
    told.headers["content-length"],
    (await ask(mine, "/socket.io/socket.io.js.map")).headers["content-length"],
  );
  assert.deepEqual(essence(told), essence(await ask(other, "/socket.io/socket.io.js.map", { method: "HEAD" })));
});

test("pages of the origins in `cors` may load it, also when it is cached", async (t) => {
  const origin = "https://page.example";
  const [mine, other] = [await ours(t, { cors: cors({ origin }) }), await theirs(t, { cors: { origin } })];
  for (const method of ["GET", "OPTIONS"]) {
    const asked = { method, headers: { origin } };
    const told = await ask(mine, "/socket.io/socket.io.js", asked);
    assert.equal(told.headers["access-control-allow-origin"], origin);
    assert.deepEqual(essence(told), essence(await ask(other, "/socket.io/socket.io.js", asked)));
  }
  const { headers } = await ask(mine, "/socket.io/socket.io.js", { headers: { origin, "if-none-match": "*" } });
  assert.equal(headers["access-control-allow-origin"], origin);
  assert.equal(headers.vary, "Origin, Accept-Encoding");
});

test("another path moves them", async (t) => {
  const url = await ours(t, { path: "/rooms/live" });
  assert.equal((await ask(url, "/rooms/live/socket.io.js")).status, 200);
  assert.equal((await ask(url, "/socket.io/socket.io.js")).status, 404);
});

test("nothing else of the folder, or outside of it, can be read", async (t) => {
  const url = await ours(t);
  const paths = [
    "",
    "/",
    "LICENSE",
    "package.json",
    "socket.io.js/",
    "socket.io.JS",
    "socket.io.js%00",
    "socket.io.js%2f..%2fLICENSE",
    "./socket.io.js",
    "../package.json",
    "../client-dist/LICENSE",
    "..%2f..%2fpackage.json",
    "__proto__",
    "constructor",
  ];
  for (const path of paths) assert.equal((await ask(url, `/socket.io/${path}`)).body.toString(), "the program's", path);
});

test("without the folder all is left to the program; a file that is gone is not found, until it is there", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "client files "));
  t.after(() => rmSync(folder, { recursive: true }));
  const nowhere = await ours(t, { folder: join(folder, "nowhere") });
  assert.equal((await ask(nowhere, "/socket.io/socket.io.js")).body.toString(), "the program's");
  const url = await ours(t, { folder });
  assert.equal((await ask(url, "/socket.io/socket.io.js")).status, 404);
  writeFileSync(join(folder, "socket.io.js"), "io()");
  assert.equal((await ask(url, "/socket.io/socket.io.js")).body.toString(), "io()");
});

test("curl and fetch load it", async (t) => {
  const url = `${await ours(t)}/socket.io/socket.io.esm.min.js`;
  const source = bundle("socket.io.esm.min.js");
  const { stdout } = await promisify(execFile)("curl", ["--silent", "--fail", "--compressed", url]);
  assert.equal(stdout, source);
  assert.equal(await (await fetch(url)).text(), source);
});

interface Given {
  readonly path?: string;
  readonly serveClient?: boolean;
  readonly cors?: { readonly origin: string };
}

async function serverOf(t: TestContext, options: Given): Promise<string> {
  const server = createServer();
  const io = new OurServer(server, options);
  t.after(() => io.close());
  return listen(t, server);
}

const servers: [title: string, options: Given, path: string][] = [
  ["as it is", {}, "/socket.io/socket.io.js"],
  ["at another path", { path: "/live/" }, "/live/socket.io.min.js.map"],
  ["for pages of another origin", { cors: { origin: "https://page.example" } }, "/socket.io/socket.io.esm.min.js"],
];

for (const [title, options, path] of servers) {
  test(`a server ${title} serves them as socket.io does`, async (t) => {
    const asked = { headers: { origin: "https://page.example", "accept-encoding": "gzip" } };
    const told = await ask(await serverOf(t, options), path, asked);
    assert.equal(told.status, 200);
    assert.deepEqual(essence(told), essence(await ask(await theirs(t, options), path, asked)));
  });
}

test("a server without the client takes the path for a request to its wire", async (t) => {
  const mine = await ask(await serverOf(t, { serveClient: false }), "/socket.io/socket.io.js");
  const other = await ask(await theirs(t, { serveClient: false }), "/socket.io/socket.io.js");
  assert.deepEqual([mine.status, mine.body.toString()], [400, other.body.toString()]);
});
