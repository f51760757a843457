/** npm's `faye-websocket`, as its README shows it. */

import type { Server } from "node:http";
import WebSocket from "faye-websocket";
import { type Role, servePeer } from "../peer-server.ts";

function echo(server: Server): string {
  server.on("upgrade", (request, socket, head) => {
    const ws = new WebSocket(request, socket, head);
    ws.on("message", ({ data }) => ws.send(data));
  });
  return "/";
}

servePeer(new Map<string, Role>([["echo", echo]]));
