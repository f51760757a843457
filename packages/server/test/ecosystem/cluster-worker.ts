/** A worker of node:cluster for cluster-adapter.test.ts: a server with the official cluster adapter, told by its clients what to do. */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdapter } from "@socket.io/cluster-adapter";
import { type ServerName, servers } from "./servers.ts";

const name = process.env.SERVER === "socket.io" ? "socket.io" : "@anywire/server";
const httpServer = createServer();
const io = new servers[name satisfies ServerName](httpServer, {
  adapter: createAdapter(),
  plain: { path: "/anywire" },
} as object);

io.on("question", (done: (name: string) => void) => done(name));
io.on("connection", (socket) => {
  socket.data.name = socket.handshake.query.name;
  void socket.join(String(socket.data.name).startsWith("v4") ? ["a", "can answer"] : "a");
  socket.emit("welcome");
  socket.on("ask", async (what: string, done: (answer: unknown) => void) => {
    if (what === "count") done(await io.of("/").adapter.serverCount());
    if (what === "emit") done(io.to("a").emit("news", Buffer.from([1]).toString("hex"), { from: name }));
    if (what === "names") done((await io.fetchSockets()).map(({ data }) => data.name).sort());
    if (what === "acks") done((await io.to("can answer").timeout(10_000).emitWithAck("question")).sort());
    if (what === "servers") done(await io.serverSideEmitWithAck("question"));
    if (what === "put out") done(io.in("a").disconnectSockets());
  });
});

httpServer.listen({ port: 0, host: "127.0.0.1", exclusive: true }, () =>
  process.send?.({ url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}` }),
);
