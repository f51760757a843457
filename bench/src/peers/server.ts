/** `@anywire/server`: a room that bare WebSockets and event streams joined over the plain wire, and Socket.IO. */

import type { Server as HttpServer } from "node:http";
import { Server } from "@anywire/server";
import { answerPublisher } from "../event-stream-peer.ts";
import { type Role, servePeer } from "../peer-server.ts";
import { type SocketIoRole, socketIoPath, socketIoRoles, withoutPings } from "../socket-io-roles.ts";

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

function eventStreams(http: HttpServer): string {
  answerPublisher(http, (text) => io.to("room").emit("message", text)); // before the server, which hands on what is not for it
  const io = new Server(http, { plain: { path } });
  io.on("connection", (socket) => void socket.join("room"));
  return path;
}

function socketIo(role: SocketIoRole): Role {
  return (http) => {
    role(new Server(http, withoutPings));
    return socketIoPath;
  };
}

servePeer(
  new Map<string, Role>([
    ["echo", echo],
    ["broadcast", broadcast],
    ["event streams", eventStreams],
    ...[...socketIoRoles].map(([name, role]): [string, Role] => [name, socketIo(role)]),
  ]),
);
