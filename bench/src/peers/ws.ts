/** npm's `ws` as its README shows it: the reference. */

import type { Server } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import { type Role, servePeer } from "../peer-server.ts";

function echo(server: Server): string {
  new WebSocketServer({ server }).on("connection", (ws) => {
    ws.on("message", (data, binary) => ws.send(data, { binary }));
  });
  return "/";
}

function broadcast(server: Server): string {
  const wss = new WebSocketServer({ server });
  wss.on("connection", (ws) => {
    ws.on("message", (data, binary) => {
      for (const client of wss.clients) if (client.readyState === WebSocket.OPEN) client.send(data, { binary });
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
