/** What servers of Socket.IO under test do, the same code for all of them. */

import type { IncomingMessage } from "node:http";

/** The little of Socket.IO's API that is used here. */
export interface SocketIo {
  on(event: "connection", listener: (socket: SocketIoSocket) => void): unknown;
  to(room: string): { emit(event: string, ...args: unknown[]): unknown };
}
interface SocketIoSocket {
  readonly request: IncomingMessage;
  join(room: string): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: a listener says itself what its event carries
  on(event: string, listener: (...args: any[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
}
export type SocketIoRole = (io: SocketIo) => void;

/** Nothing that a clock sends comes between the replies. */
export const withoutPings = { pingInterval: 600_000 };
export const socketIoPath = "/socket.io/";

const echo: SocketIoRole = (io) => {
  io.on("connection", (socket) => {
    socket.on("echo", (data: unknown) => socket.emit("echo", data));
  });
};

const acknowledge: SocketIoRole = (io) => {
  io.on("connection", (socket) => {
    socket.on("echo", (data: unknown, answer: (data: unknown) => void) => answer(data));
  });
};

const broadcast: SocketIoRole = (io) => {
  io.on("connection", (socket) => {
    socket.join("room");
    socket.on("message", (text: unknown) => io.to("room").emit("message", text));
  });
};

/** A socket has its request as long as it lives: it is asked for it when its memory was measured. */
const idle: SocketIoRole = (io) => {
  io.on("connection", (socket) => {
    socket.on("echo", (data: unknown) => {
      if (socket.request.headers.upgrade === "websocket") socket.emit("echo", data);
    });
  });
};

export const socketIoRoles: ReadonlyMap<string, SocketIoRole> = new Map([
  ["Socket.IO echo", echo],
  ["Socket.IO acknowledgement", acknowledge],
  ["Socket.IO broadcast", broadcast],
  ["idle Socket.IO", idle],
]);
