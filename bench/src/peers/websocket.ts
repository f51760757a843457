/** `@anywire/websocket` alone: frames, no rooms. */

import type { Server } from "node:http";
import WebSocket, { WebSocketServer } from "@anywire/websocket";
import { type Role, servePeer } from "../peer-server.ts";

function echo(server: Server): string {
  new WebSocketServer({ server }).on("connection", (ws) => {
    ws.on("message", (data, binary) => ws.send(data, { binary }));
  });
  return "/";
}

/** A message is framed once and sent to all: what the package has for this. */
function broadcast(server: Server): string {
  const wss = new WebSocketServer({ server });
  wss.on("connection", (ws) => {
    ws.on("message", (data, binary) => {
      const prepared = WebSocket.prepare(data, { binary });
      for (const client of wss.clients) if (client.readyState === WebSocket.OPEN) client.send(prepared);
    });
  });
  return "/";
}

servePeer(
  new Map<string, Role>([
    ["echo", echo],
    ["broadcast", broadcast],
  ]),
);
