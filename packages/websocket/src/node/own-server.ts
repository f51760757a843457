/** The HTTP server of a WebSocketServer on a port: it answers whatever is no upgrade (RFC 9110 §15.5.22). */

import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";

export function createOwnServer<U extends typeof IncomingMessage>(): Server<U> {
  return createServer<U>(demandUpgrade);
}

function demandUpgrade(_request: IncomingMessage, response: ServerResponse): void {
  const body = STATUS_CODES[426] ?? "";
  response.writeHead(426, {
    "Content-Length": body.length,
    "Content-Type": "text/plain",
    Connection: "Upgrade",
    Upgrade: "websocket",
  });
  response.end(body);
}
