/** npm's `ws` as its README shows it: the reference, with bufferutil and without. */

import type { Server } from "node:http";
import { type ServerOptions, WebSocket, WebSocketServer } from "ws";
import { startIfAvailable } from "../answering.ts";
import { checkBufferUtil } from "../buffer-util.ts";
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

function broadcast(options: ServerOptions): Role {
  return (server: Server) => {
    const wss = new WebSocketServer({ server, ...options });
    wss.on("connection", (ws) => {
      ws.on("message", (data, binary) => {
        for (const client of wss.clients) if (client.readyState === WebSocket.OPEN) client.send(data, { binary });
      });
    });
    return "/";
  };
}

startIfAvailable(() => {
  checkBufferUtil();
  servePeer(new Map([["echo", echo({})], ["broadcast", broadcast({})], ...deflateRoles(echo, broadcast)]));
});
