/** WebSocket-Node (npm's `websocket`), which brings bufferutil with it. */

import type { Server } from "node:http";
import { type Message, server as WebSocketServer } from "websocket";
import { type Role, servePeer } from "../peer-server.ts";

function echo(httpServer: Server): string {
  serverOf(httpServer).on("connect", (connection) => {
    connection.on("message", (message: Message) => {
      if (message.type === "utf8") connection.sendUTF(message.utf8Data);
      else connection.sendBytes(message.binaryData);
    });
  });
  return "/";
}

/** No pings and no fragments, which a client has to take but the load does not; messages as long as the cases have. */
function serverOf(httpServer: Server): WebSocketServer {
  return new WebSocketServer({
    httpServer,
    autoAcceptConnections: true,
    keepalive: false,
    fragmentOutgoingMessages: false,
    maxReceivedFrameSize: 0x20_0000,
    maxReceivedMessageSize: 0x20_0000,
  });
}

servePeer(new Map<string, Role>([["echo", echo]]));
