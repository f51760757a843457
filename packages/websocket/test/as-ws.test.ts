/** Connections, to and fro: the same on npm's ws and on this package. */

import { once } from "node:events";
import { connect } from "node:net";
import type * as ws from "ws";
import { clientFrame, close, closePayload, text } from "./frames.ts";
import { requestOf } from "./served.ts";
import { attempt, both, closed, compare, type Scene } from "./stage.ts";

/** Newer than the types of ws. */
const impatient: ws.ServerOptions & { closeTimeout: number } = { closeTimeout: 50 };

const deflating: ws.ServerOptions = { perMessageDeflate: { threshold: 0 } };

interface Limited {
  _maxPayload: number;
}

/** Programs do it so: nothing that ws documents changes the limit of a socket. */
async function changeLimit({ join, note }: Scene): Promise<void> {
  const [client, socket] = await join();
  const receiver: Limited & { _extensions: Record<string, Limited> } = Reflect.get(socket, "_receiver");
  const limited = [receiver, ...Object.values(receiver._extensions)];
  for (const limit of [20, 50]) {
    note("server limits", ...limited.map((each) => each._maxPayload));
    for (const each of limited) each._maxPayload = limit;
    client.send("x".repeat(limit));
    await once(socket, "message");
  }
  client.send("x".repeat(51));
  await both(client, socket);
}

compare({
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
      const given: [data: unknown, options?: object | null][] = [
        ["text"],
        [""],
        [42],
        [0],
        [null],
        [undefined],
        [false],
        ["with null for options", null],
        [Buffer.from("with binary undefined"), { binary: undefined, compress: undefined }],
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
      for (const [data, ...options] of given) client.send(data as string, ...(options as [object]));
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
      client.send("e", {}, null as never);
      client.close(1000);
      client.send("late", (error) => note("callback late", error));
      client.send("late", {}, null as never);
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
        for (const sent of [`as ${type}`, ""]) {
          socket.send(Buffer.from(sent));
          const [data] = await once(client, "message");
          note("type", client.binaryType, data instanceof Blob ? await data.text() : data);
        }
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
  "a limit that changes once the peer is known": { run: changeLimit },
  "a limit that changes once the peer is known, compressed": {
    server: deflating,
    client: { perMessageDeflate: { threshold: 0 } },
    run: changeLimit,
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
  "a connection that is cut while Blobs are read": {
    async run({ join, note }) {
      const [client, socket] = await join();
      let fail: () => void = () => {};
      const unread = new Promise<ArrayBuffer>((_resolve, reject) => {
        fail = () => reject(new Error("unreadable"));
      });
      const slow = Object.assign(new Blob(["slow"]), { arrayBuffer: () => unread });
      const told = (name: string) => (error?: Error) => note("callback", name, client.readyState, error);
      client.send(new Blob(["quick"]), told("quick"));
      client.send("behind it", told("behind it"));
      socket.send(slow, told("slow"));
      socket.ping("behind it", false, told("ping behind it"));
      client.terminate();
      await both(client, socket);
      fail();
      await new Promise(setImmediate);
    },
  },
  "a Blob that cannot be read, and then a bad frame": {
    async run({ wss, url }) {
      const raw = connect({ port: Number(new URL(url).port), host: "127.0.0.1", allowHalfOpen: true });
      raw.on("end", () => raw.end(clientFrame(3, "bad"))).on("error", () => {});
      raw.write(requestOf());
      raw.resume();
      const [socket] = await once(wss, "connection");
      socket.send(Object.assign(new Blob(["x"]), { arrayBuffer: () => Promise.reject(new Error("unreadable")) }));
      await closed(socket);
    },
  },
  "a peer that ends right behind its messages": {
    server: { allowSynchronousEvents: false },
    async run({ wss, url }) {
      for (const last of [clientFrame(text, "last"), clientFrame(close, closePayload(4000))]) {
        const raw = connect(Number(new URL(url).port), "127.0.0.1");
        raw.write(requestOf());
        raw.resume();
        const [socket] = await once(wss, "connection");
        raw.end(Buffer.concat([...["a", "b", "c"].map((letter) => clientFrame(text, letter)), last]));
        await closed(socket);
      }
    },
  },
  "a pause that outlasts the connection": {
    async run({ join, note }) {
      const [client, socket] = await join();
      note("paused", client.isPaused);
      client.pause();
      client.terminate();
      await both(client, socket);
      client.resume();
      socket.pause();
      note("paused", client.isPaused, socket.isPaused);
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
});
