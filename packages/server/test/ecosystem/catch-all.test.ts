/** Catch-all listeners and middlewares of events, as loggers and validators use them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "socket.io";
import { socketIo } from "./guests.ts";
import { alike, type Node, type Stage } from "./servers.ts";

/** A client, and its socket on the server. */
async function meet(stage: Stage, { io, url }: Node) {
  const connected = once(io, "connection");
  const guest = socketIo()(url, { name: "me" });
  stage.defer(() => guest.close());
  const [socket] = (await connected) as [Socket];
  return { guest, socket };
}

const plain = (args: readonly unknown[]): unknown[] =>
  args.map((each) => (typeof each === "function" ? "an ack" : each));

alike("a logger hears all that comes in and goes out, before the handlers", async (stage, server) => {
  const node = await stage.node(server);
  const log: unknown[] = [];
  const { guest, socket } = await meet(stage, node);
  void socket.join("a");
  socket.onAny((...args) => log.push(["in", ...plain(args)]));
  socket.prependAny((...args) => log.push(["first in", ...plain(args)]));
  socket.onAnyOutgoing((...args) => log.push(["out", ...plain(args)]));
  socket.prependAnyOutgoing((...args) => log.push(["first out", ...plain(args)]));
  socket.on("news", (...args) => log.push(["news", ...plain(args)]));
  socket.on("question", (text: string, done: (text: string) => void) => done(text));
  guest.socket.emit("news", 1, Buffer.from([1]), { two: [2] });
  await once(socket, "news");
  await new Promise((resolve) => guest.socket.emit("question", "why", resolve));
  socket.emit("odd", 1, Buffer.from([2]));
  node.io.to("a").emit("hi", 2);
  socket.volatile.emit("local", 3);
  socket.send("text");
  node.io.emit("done");
  await guest.before("done");
  await socket.timeout(5_000).emitWithAck("question", 4);
  socket.offAny();
  guest.socket.emit("news", 5);
  await once(socket, "news");
  await new Promise((resolve) => guest.socket.emit("question", "still", resolve));
  return { log, counts: [socket.listenersAny().length, socket.listenersAnyOutgoing().length] };
});

alike("a validator of events lets pass, changes, and refuses", async (stage, server) => {
  const node = await stage.node(server);
  const { guest, socket } = await meet(stage, node);
  const log: unknown[] = [];
  socket.use((event, next) => {
    log.push(plain(event));
    if (event[0] === "odd") return next(new Error("not allowed"));
    if (event[0] === "news") event[1] = "changed";
    next();
  });
  socket.use((_event, next) => setImmediate(next));
  const failed = once(socket, "error");
  socket.on("odd", () => log.push("never"));
  socket.on("news", (...args) => log.push(["news", ...args]));
  socket.on("question", (done: (text: string) => void) => done("because"));
  guest.socket.emit("odd", 1);
  guest.socket.emit("news", 2, "more");
  log.push(await new Promise((resolve) => guest.socket.emit("question", resolve)));
  const [error] = await failed;
  assert.ok(error instanceof Error);
  return { log, message: error.message };
});

alike("a socket tells what it is, and why it goes", async (stage, server) => {
  const node = await stage.node(server);
  const { guest, socket } = await meet(stage, node);
  const log: unknown[] = [];
  socket.on("disconnecting", (reason) => log.push(["disconnecting", reason, socket.rooms.size]));
  const gone = once(socket, "disconnect");
  const { handshake } = socket;
  log.push(Object.keys(handshake).sort(), handshake.query.name, handshake.auth, handshake.secure, handshake.xdomain);
  log.push([socket.connected, socket.disconnected, socket.recovered, socket.nsp.name, socket.conn.protocol]);
  log.push([
    typeof Reflect.get(socket.conn, "id"),
    socket.conn.remoteAddress,
    socket.conn.readyState,
    socket.request.method,
  ]);
  guest.socket.close();
  const [reason] = await gone;
  return [...log, reason, socket.connected, socket.rooms.size, node.io.of("/").sockets.size];
});
