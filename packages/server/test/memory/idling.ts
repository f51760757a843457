/** A server whose clients say nothing once they are in: `idle-sockets.test.ts` starts it and asks for its heap. */

import { once } from "node:events";
import { createServer } from "node:http";
import { Session } from "node:inspector/promises";
import { Server } from "../../src/index.ts";

export interface Report {
  readonly port: number;
  readonly heapUsed: number;
}

const http = createServer();
new Server(http, { serveClient: false, pingInterval: 600_000 }); // no heartbeat comes between

/** All that can be collected is: what the engine would keep for a while too. */
async function report(): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.collectGarbage");
  session.disconnect();
  const address = http.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const told: Report = { port, heapUsed: process.memoryUsage().heapUsed };
  process.send?.(told);
}

http.listen(0, "127.0.0.1");
await once(http, "listening");
process.on("message", report);
await report();
