/** What the notes list without a program: the names of the API, the close codes, the types of data. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { WebSocket, WebSocketServer } from "ws";
import { App } from "../install/app.ts";
import { samples } from "./sample.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

/** The ways in of the notes, and the built file behind each. */
const ways = { ws: "index.cjs", "a browser's WebSocket": "web.cjs" } as const;
type Way = keyof typeof ways;

/** What a client is on both ways. */
interface Client {
  binaryType: "blob" | "arraybuffer";
  send(data: unknown): void;
  close(): void;
  addEventListener(type: string, listener: (event: Heard) => void, options: { readonly once: true }): void;
}

/** What events have, each some of it. */
interface Heard {
  readonly data: unknown;
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

const require = createRequire(import.meta.url);
let app: App;
let server: WebSocketServer;
before(async () => {
  app = new App(tarballs);
  server = new (require(built("ws")).WebSocketServer)({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
});
after(() => {
  server.close();
  app.remove();
});

/** By its path: the tests run with a condition that takes the sources. */
function built(way: Way): string {
  return join(app.folder, "node_modules/@anywire/websocket/dist", ways[way]);
}

function load(way: Way): { new (url: string): Client; readonly prototype: Client } {
  return require(built(way)).WebSocket;
}

function read(file: string): string {
  return readFileSync(join(samples, file), "utf8");
}

/** The names that stand behind a dot in a list of the notes. */
function names(text: string): Set<string> {
  return new Set([...text.matchAll(/\b(?:ws|socket)\.(\w+)/g)].map(([, name = ""]) => name));
}

/** A client, and its connection on the server. */
async function connect(way: Way): Promise<[Client, WebSocket]> {
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const connected = once(server, "connection");
  const client = new (load(way))(`ws://127.0.0.1:${address.port}`);
  const [[peer]] = await Promise.all([connected, heard(client, "open")]);
  return [client, peer];
}

function heard(client: Client, type: string): Promise<Heard> {
  return new Promise((resolve) => client.addEventListener(type, resolve, { once: true }));
}

for (const way of ["ws", "a browser's WebSocket"] as const) {
  test(`${way} has the properties, methods, events and states of the lists`, () => {
    const WebSocket = load(way);
    const [members = "", events = ""] = read("api.js").split("// 事件");
    assert.ok(names(members).size >= 8 && names(events).size === 4);
    for (const name of names(members + read("native-api.js"))) assert.ok(name in WebSocket.prototype, name);
    for (const name of names(events)) assert.ok(`on${name}` in WebSocket.prototype, name);
    for (const [, state, name = ""] of members.matchAll(/^\/\/ (\d): .* ([A-Z]+)$/gm))
      assert.equal(Reflect.get(WebSocket, name), Number(state), name);
  });

  test(`${way} sends and receives every type of data of the notes`, async () => {
    const [client, peer] = await connect(way);
    peer.on("message", (data, isBinary) => peer.send(data, { binary: isBinary }));
    const bytes = new Uint8Array([1, 2, 3]);
    for (const data of ["text", bytes.buffer, new Blob([bytes]), bytes, new DataView(bytes.buffer)]) {
      for (const binaryType of ["blob", "arraybuffer"] as const) {
        client.binaryType = binaryType;
        client.send(data);
        const { data: answer } = await heard(client, "message");
        if (typeof data === "string") assert.equal(answer, data);
        else if (answer instanceof Blob) assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), bytes);
        else assert.ok(answer instanceof ArrayBuffer && Buffer.from(answer).equals(bytes));
        if (typeof data !== "string") assert.equal(answer instanceof Blob, binaryType === "blob");
      }
    }
    Reflect.set(client, "binaryType", "text"); // a slip of the notes: no such type
    assert.equal(client.binaryType, "arraybuffer");
    client.close();
    assert.equal((await heard(client, "close")).wasClean, true);
  });

  for (const { first, last } of rows()) {
    const codes = first === last ? [first] : [first, last];
    test(`${way} and the close code ${codes.join(" to ")}`, async () => {
      for (const code of codes) {
        const [client, peer] = await connect(way);
        const closed = heard(client, "close");
        if (mayBeSent(code)) peer.close(code, "why");
        else {
          assert.throws(() => peer.close(code, "why"), TypeError);
          if (code === 1006) peer.terminate();
          else peer.close();
        }
        const event = await closed;
        const seen = mayBeSent(code) ? [code, "why"] : [code === 1006 ? 1006 : 1005, ""];
        assert.deepEqual([event.code, event.reason], seen);
        assert.equal(event.wasClean, code !== 1006);
      }
    });
  }
}

/** The rows of the list of close codes. */
function rows(): { first: number; last: number }[] {
  const found = [...read("close-codes.md").matchAll(/^\| (\d+)(?:-(\d+))? /gm)];
  return found.map(([, first, last = first]) => ({ first: Number(first), last: Number(last) }));
}

/** RFC 6455 §7.4: 1004 to 1006 and 1015 are never in a frame, and nothing else below 3000 that is not registered. */
function mayBeSent(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999);
}
