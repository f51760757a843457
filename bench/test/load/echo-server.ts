/** An echo server for tests that may be told to lie: it answers the bytes that a table of frames says. */

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { serverFrame } from "../../src/load/frame.ts";
import type { Target } from "../../src/load/opening.ts";

export interface EchoServer {
  readonly target: Target;
  close(): Promise<void>;
}

/** What is written for the `count`th message of a connection. */
export type Conduct = (payload: Buffer, count: number, socket: Socket) => Uint8Array;

const accept = "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
export const honest: Conduct = (payload) => serverFrame(2, payload);

/** Reads binary messages of less than 126 bytes. */
export async function startEchoServer(conduct: Conduct, opening: string = accept): Promise<EchoServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(opening, "latin1");
      serve(socket, conduct);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { target: { port: address.port, path: "/" }, close };
}

function serve(socket: Socket, conduct: Conduct): void {
  let pending = Buffer.alloc(0);
  let count = 0;
  socket.on("data", (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2) {
      const end = 6 + (pending[1]! & 0x7f);
      if (pending.length < end) return;
      const payload = Buffer.from(pending.subarray(6, end)).map((byte, n) => byte ^ pending[2 + (n & 3)]!);
      pending = pending.subarray(end);
      socket.write(conduct(Buffer.from(payload), count++, socket));
    }
  });
}
