/** `@anywire/server`: a room that bare WebSockets joined over the plain wire. */

import type { Server as HttpServer } from "node:http";
import { Server } from "@anywire/server";
import { type Role, servePeer } from "../peer-server.ts";

const path = "/anywire";

function echo(http: HttpServer): string {
  new Server(http, { plain: { path } }).on("connection", (socket) => {
    socket.on("message", (data: unknown) => socket.send(data));
  });
  return path;
}

function broadcast(http: HttpServer): string {
  const io = new Server(http, { plain: { path } });
  io.on("connection", (socket) => {
    socket.join("room");
    socket.on("message", (text: unknown) => io.to("room").emit("message", text));
  });
  return path;
}

servePeer(
  new Map<string, Role>([
    ["echo", echo],
    ["broadcast", broadcast],
  ]),
);
