/** npm's Socket.IO, whose sockets behave as a test says. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { TestContext } from "node:test";
import { Server, type Socket } from "socket.io";
import type { Target } from "../../src/load/opening.ts";
import { socketIoPath, withoutPings } from "../../src/socket-io-roles.ts";

/** Runs until the test is over, and counts who is in. */
export async function startSocketIo(
  t: TestContext,
  connection: (socket: Socket, io: Server) => void,
): Promise<{ target: Target; io: Server }> {
  const http = createServer();
  const io = new Server(http, withoutPings);
  io.on("connection", (socket) => connection(socket, io));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => io.close());
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { target: { port: address.port, path: socketIoPath }, io };
}
