/** The same programs on npm's ws and on this package: they see the same, in the same order. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import * as ours from "@anywire/websocket";
import * as ws from "ws";
import { clientFrame, text } from "./frames.ts";
import { portOf, requestOf } from "./served.ts";

/** What both have. The types of ours take the place of ws's, so they fit. */
type Library = Pick<typeof ws, "WebSocket" | "WebSocketServer">;

interface Scene {
  readonly WebSocket: Library["WebSocket"];
  readonly wss: ws.WebSocketServer;
  readonly url: string;
  /** Writes down what happens. */
  readonly note: (...what: unknown[]) => void;
  /** A client that is being connected, with its events written down, and the server's socket for it. */
  join(options?: ws.ClientOptions): Promise<[client: ws.WebSocket, socket: ws.WebSocket]>;
}

interface Play {
  readonly server?: ws.ServerOptions;
  readonly client?: ws.ClientOptions;
  run(scene: Scene): Promise<void>;
}

const events = ["open", "message", "ping", "pong", "error", "close"] as const;

async function perform(library: Library, play: Play): Promise<string[]> {
  const log: string[] = [];
  const wss = new library.WebSocketServer({ port: 0, host: "127.0.0.1", ...play.server });
  await once(wss, "listening");
  const port = String(portOf(wss));
  const url = `ws://127.0.0.1:${port}`;
  const note = (...what: unknown[]): void => {
    log.push(what.map(show).join(" ").replaceAll(port, "PORT"));
  };
  const ends: Promise<void>[] = [];
  const follow = (name: string, socket: ws.WebSocket): void => {
    ends.push(closed(socket));
    for (const event of events) socket.on(event, (...given) => note(name, event, ...given));
  };
  wss.on("connection", (socket) => follow("server", socket));
  const join = async (options?: ws.ClientOptions): Promise<[ws.WebSocket, ws.WebSocket]> => {
    const accepted = once(wss, "connection");
    const client = new library.WebSocket(url, { ...play.client, ...options });
    follow("client", client);
    const [[socket]] = await Promise.all([accepted, once(client, "open")]);
    return [client, socket];
  };
  await play.run({ WebSocket: library.WebSocket, wss, url, note, join });
  for (const socket of wss.clients) socket.terminate();
  await Promise.all(ends);
  await new Promise((resolve) => wss.close(resolve));
  return log;
}

function show(value: unknown): string {
  if (value instanceof Error) {
    const { name, message } = value;
    return `${name}(${"code" in value ? value.code : ""}): ${message}`;
  }
  if (Buffer.isBuffer(value)) return value.length > 100 ? `<${value.length} bytes>` : JSON.stringify(value.toString());
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.byteLength})`;
  if (Array.isArray(value)) return `[${value.map(show)}]`;
  return String(value ?? "nothing");
}

/** An error before it is none of this promise's business. */
function closed(socket: ws.WebSocket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

function both(client: ws.WebSocket, socket: ws.WebSocket): Promise<unknown> {
  return Promise.all([closed(client), closed(socket)]);
}

/** What each throws, by its text. */
function attempt(note: Scene["note"], calls: readonly (() => unknown)[]): void {
  for (const call of calls) {
    try {
      note("returned", call());
    } catch (error) {
      note("threw", error);
    }
  }
}

/** One side's events have an order; which side's come first is up to the system. */
function bySide(log: readonly string[]): Record<string, string[]> {
  const sides: Record<string, string[]> = {};
  for (const line of log) {
    const side = line.split(" ", 1)[0] ?? "";
    sides[side] = [...(sides[side] ?? []), line];
  }
  return sides;
}

/** Newer than the types of ws. */
const impatient: ws.ServerOptions & { closeTimeout: number } = { closeTimeout: 50 };

const deflating: ws.ServerOptions = { perMessageDeflate: { threshold: 0 } };

const plays: Record<string, Play> = {
  "a client closes with code and reason": {
    async run({ join, note }) {
      const [client, socket] = await join();
      client.close(4001, "bye");
      note("client state", client.readyState);
      await both(client, socket);
      note("client state", client.readyState);
    },
  },
  "a server closes without a code": {
    async run({ join }) {
      const [client, socket] = await join();
      socket.close();
      await both(client, socket);
    },
  },
  "either side terminates": {
    async run({ join, note }) {
      const [client, socket] = await join();
      client.terminate();
      note("client state", client.readyState);
      await both(client, socket);
    },
  },
  "a client that gives up before it is open": {
    async run({ WebSocket, url, note }) {
      for (const end of ["close", "terminate"] as const) {
        const client = new WebSocket(url);
        for (const event of events) client.on(event, (...given) => note("client", event, client.readyState, ...given));
        client[end]();
        note("client state", client.readyState);
        await closed(client);
        note("client state", client.readyState);
      }
    },
  },
  "a port where nobody listens, and an answer that is none": {
    async run({ WebSocket, note }) {
      const http = createServer((_request, response) => response.writeHead(404).end()).listen(0, "127.0.0.1");
      await once(http, "listening");
      const port = portOf(http);
      for (const free of [false, true]) {
        if (free) await new Promise((resolve) => http.close(resolve));
        const client = new WebSocket(`ws://127.0.0.1:${port}/`);
        for (const event of events) {
          client.on(event, (...given) =>
            note("client", event, ...given.map((each) => show(each).replace(/\d{4,5}$/, "N"))),
          );
        }
        await closed(client);
      }
    },
  },
  "misuse of the constructor": {
    async run({ WebSocket, url, note }) {
      attempt(note, [
        () => new WebSocket("not an url"),
        () => new WebSocket("ftp://127.0.0.1"),
        () => new WebSocket(`${url}/#x`),
        () => new WebSocket(url, ["a", "a"]),
        () => new WebSocket(url, ["a b"]),
        () => new WebSocket(url, { protocolVersion: 1000 }),
        () => new WebSocket("ws+unix:"),
      ]);
    },
  },
  "misuse of the methods": {
    async run({ join, note, WebSocket, url }) {
      const early = new WebSocket(url);
      attempt(note, [() => early.send("x"), () => early.ping(), () => early.pong()]);
      await once(early, "open");
      early.terminate();
      await closed(early);
      const [client] = await join();
      attempt(note, [
        () => client.close(1005),
        () => client.close(999),
        () => client.close(1000, "x".repeat(124)),
        () => client.ping("x".repeat(126)),
        () => client.pong(Buffer.alloc(126)),
        () => client.send(true as never),
        () => client.send({} as never),
      ]);
      note("state", client.readyState, client.bufferedAmount);
    },
  },
  "kinds of data": {
    async run({ join }) {
      const [client, socket] = await join();
      const given: [data: unknown, options?: object][] = [
        ["text"],
        [""],
        [42],
        [0],
        [null],
        [undefined],
        [Buffer.from("buffer")],
        [new Uint8Array([1, 2, 3])],
        [new Uint16Array([1, 2, 3]).subarray(1)],
        [new DataView(new ArrayBuffer(3), 1)],
        [new ArrayBuffer(4)],
        [[1, 2, 3]],
        [{ valueOf: () => "value" }],
        [new Blob(["a", "blob"])],
        ["as binary", { binary: true }],
        [Buffer.from("as text"), { binary: false }],
        ["é".repeat(20_000)],
        [Buffer.alloc(70_000)],
      ];
      for (const [data, options] of given) client.send(data as string, options ?? {});
      client.send("frag", { fin: false });
      client.send("ment", { fin: true });
      client.ping("p");
      client.ping(7);
      client.pong();
      client.close(1000);
      await both(client, socket);
    },
  },
  "callbacks, in order, and after the end": {
    async run({ join, note }) {
      const [client, socket] = await join();
      client.send("a", (error) => note("callback a", error));
      client.send("b", {}, (error) => note("callback b", error));
      client.ping("c", true, (error) => note("callback c", error));
      client.ping((error: unknown) => note("callback d", error));
      client.close(1000);
      client.send("late", (error) => note("callback late", error));
      client.ping("late", undefined, (error) => note("callback late ping", error));
      await both(client, socket);
      client.send("later", (error) => note("callback later", error));
      attempt(note, [() => client.send("x"), () => client.close(), () => client.terminate(), () => client.pause()]);
      note("buffered", client.bufferedAmount);
    },
  },
  "handlers and attributes": {
    async run({ join, note }) {
      const [client, socket] = await join();
      client.onmessage = (event) => note("handler 1", event.type, event.data, event.target === client);
      client.addEventListener("message", (event) => note("handler 2", event.data), { once: true });
      client.onmessage = (event) => note("handler 3", event.data);
      client.onclose = ({ code, reason, wasClean }) => note("handler", code, reason, wasClean);
      note("handler is", typeof client.onmessage, client.onerror);
      socket.send("one");
      socket.send(Buffer.from("two"));
      socket.close(1001, "away");
      await both(client, socket);
    },
  },
  "binary types": {
    async run({ join, note }) {
      const [client, socket] = await join();
      for (const type of ["arraybuffer", "fragments", "nodebuffer", "blob", "nothing"]) {
        client.binaryType = type as "nodebuffer";
        socket.send(Buffer.from(`as ${type}`));
        const [data] = await once(client, "message");
        note("type", client.binaryType, data instanceof Blob ? await data.text() : data);
      }
    },
  },
  "a bad frame from a client": {
    async run({ wss, url }) {
      const raw = connect(Number(new URL(url).port), "127.0.0.1");
      raw.on("error", () => {});
      raw.write(requestOf());
      const [socket] = await once(wss, "connection");
      raw.write(Buffer.concat([clientFrame(text, "fine"), clientFrame(3, "bad"), clientFrame(text, "never")]));
      raw.resume();
      await closed(socket);
    },
  },
  "a message that is too long": {
    server: { maxPayload: 10 },
    async run({ join }) {
      const [client, socket] = await join();
      client.send("fine");
      client.send("too long for you");
      await both(client, socket);
    },
  },
  "a compressed message that is too long": {
    server: { ...deflating, maxPayload: 1000 },
    client: { perMessageDeflate: { threshold: 0 } },
    async run({ join, note }) {
      const [client, socket] = await join();
      note("client extensions", client.extensions, socket.extensions);
      client.send("fine");
      client.send("x".repeat(1001));
      await both(client, socket);
    },
  },
  "compressed traffic": {
    server: deflating,
    client: { perMessageDeflate: { threshold: 0 } },
    async run({ join, note }) {
      const [client, socket] = await join();
      socket.on("message", (data, binary) => socket.send(data, { binary }));
      const sizes = [0, 1, 100, 5_000, 20_000, 300_000];
      for (const size of sizes) client.send("é".repeat(size), (error) => note("callback", size, error));
      client.send(Buffer.alloc(100_000), { compress: false });
      client.send("frag".repeat(10), { fin: false });
      client.send("ment".repeat(10));
      client.ping("between");
      client.send("last");
      await new Promise<void>((resolve) => {
        client.on("message", (data) => String(data) === "last" && resolve());
      });
      client.close(1000);
      await both(client, socket);
    },
  },
  "the peer closes while messages are compressed": {
    server: deflating,
    async run({ join }) {
      const [client, socket] = await join();
      for (let n = 0; n < 5; n++) client.send(`${n}`.repeat(200_000));
      client.close(1000, "done");
      await both(client, socket);
    },
  },
  "a closing handshake that nobody answers": {
    server: impatient,
    async run({ wss, url, note }) {
      const raw = connect(Number(new URL(url).port), "127.0.0.1");
      raw.on("error", () => {});
      raw.write(requestOf());
      const [socket] = await once(wss, "connection");
      socket.close(1000);
      note("state", socket.readyState);
      raw.resume();
      await closed(socket);
    },
  },
  "a server with subprotocols": {
    server: { handleProtocols: (offered) => [...offered].at(-1) ?? false },
    async run({ WebSocket, url, note }) {
      const client = new WebSocket(url, ["first", "second"]);
      await once(client, "open");
      note("protocol", client.protocol, client.url);
      client.terminate();
      await closed(client);
    },
  },
  "a server that refuses": {
    server: {
      verifyClient: (info, answer) => answer(false, 403, `not ${info.req.headers["user-agent"]}`, { "X-Why": "no" }),
    },
    async run({ WebSocket, url, note }) {
      const client = new WebSocket(url, { headers: { "User-Agent": "you" } });
      client.on("unexpected-response", (request, response) => {
        note("answer", response.statusCode, response.headers["x-why"], response.headers["content-type"]);
        response.on("data", (data) => note("body", data)).on("end", () => client.terminate());
        note("request", request.path);
      });
      client.on("error", (error) => note("client", error));
      await closed(client);
    },
  },
  "the server's close": {
    async run({ join, wss, note }) {
      const [client, socket] = await join();
      wss.close((error) => note("callback", error));
      note("clients", wss.clients.size);
      client.close();
      await both(client, socket);
      note("clients", wss.clients.size);
    },
  },
};

for (const [name, play] of Object.entries(plays)) {
  test(name, async () => {
    const expected = await perform(ws, play);
    const seen = await perform(ours as unknown as Library, play);
    assert.deepEqual(bySide(seen), bySide(expected));
  });
}
