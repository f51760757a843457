/** `@anywire/websocket` alone: frames, no rooms. */

import type { Server } from "node:http";
import WebSocket, { type ServerOptions, WebSocketServer } from "@anywire/websocket";
import { deflateRoles } from "../deflate-roles.ts";
import { type Role, servePeer } from "../peer-server.ts";

function echo(options: ServerOptions): Role {
  return (server: Server) => {
    new WebSocketServer({ server, ...options }).on("connection", (ws) => {
      ws.on("message", (data, binary) => ws.send(data, { binary }));
    });
    return "/";
  };
}

/** A message is framed once and sent to all: what the package has for this. */
function broadcast(options: ServerOptions): Role {
  return (server: Server) => {
    const wss = new WebSocketServer({ server, ...options });
    wss.on("connection", (ws) => {
      ws.on("message", (data, binary) => {
        const prepared = WebSocket.prepare(data, { binary });
        for (const client of wss.clients) if (client.readyState === WebSocket.OPEN) client.send(prepared);
      });
    });
    return "/";
  };
}

servePeer(new Map([["echo", echo({})], ["broadcast", broadcast({})], ...deflateRoles(echo, broadcast)]));
