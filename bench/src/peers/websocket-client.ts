/** `@anywire/websocket` as a client. */

import { once } from "node:events";
import WebSocket from "@anywire/websocket";
import { runClients } from "../peer-client.ts";

runClients(async (address) => {
  const ws = new WebSocket(address);
  ws.on("message", (data, binary) => ws.send(data, { binary }));
  await once(ws, "open");
});
