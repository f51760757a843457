/** npm's Socket.IO, whose sockets behave as a test says. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { Server, type Socket } from "socket.io";
import type { Target } from "../../src/load/opening.ts";
import { socketIoPath, withoutPings } from "../../src/socket-io-roles.ts";

/** Runs until the test is over. */
export async function startSocketIo(
  t: TestContext,
  connection: (socket: Socket, io: Server) => void,
): Promise<{ target: Target; io: Server }> {
  const http = createServer();
  const connections = new Set<Duplex>();
  http.on("connection", (connection) => connections.add(connection));
  const io = new Server(http, withoutPings);
  io.on("connection", (socket) => connection(socket, io));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(async () => {
    for (const connection of connections) connection.destroy(); // the load answers no close frame
    await io.close();
  });
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { target: { port: address.port, path: socketIoPath }, io };
}
