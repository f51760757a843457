/** npm's `ws` as a client. */

import { once } from "node:events";
import { WebSocket } from "ws";
import { startIfAvailable } from "../answering.ts";
import { checkBufferUtil } from "../buffer-util.ts";
import { runClients } from "../peer-client.ts";

async function connect(address: string): Promise<void> {
  const ws = new WebSocket(address);
  ws.on("message", (data, binary) => ws.send(data, { binary }));
  await once(ws, "open");
}

startIfAvailable(() => {
  checkBufferUtil();
  runClients(connect);
});
