/** The WebSockets of an Engine.IO server: opening handshakes, with the headers that the program adds (RFC 6455 §4.2). */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "@anywire/websocket";
import type { ResolvedEngineOptions } from "./engine-options.ts";
import type { EngineRequest } from "./handshake-request.ts";
import type { ResponseHeaders } from "./transport.ts";

export interface UpgradeRequest {
  readonly request: EngineRequest;
  readonly socket: Duplex;
  readonly head: Buffer;
}

interface UpgradeHandler {
  /** Headers for the 101, asked for when it is written. */
  headers(): ResponseHeaders;
  /** Not called for what is no handshake, or was left meanwhile: that is answered already. */
  opened(ws: WebSocket): void;
}

export class WebSocketUpgrades {
  private readonly server: WebSocketServer;
  /** Those that are being opened. */
  private readonly handlers = new WeakMap<IncomingMessage, UpgradeHandler>();

  constructor({ perMessageDeflate, maxHttpBufferSize }: ResolvedEngineOptions) {
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate,
      maxPayload: maxHttpBufferSize,
    });
    this.server.on("headers", (lines, request) => {
      const handler = this.handlers.get(request);
      if (handler !== undefined) lines.push(...headerLines(handler.headers()));
    });
  }

  open({ request, socket, head }: UpgradeRequest, handler: UpgradeHandler): void {
    this.handlers.set(request, handler);
    socket.cork(); // the 101 and what the session greets with leave as one write
    this.server.handleUpgrade(request, socket, head, (ws) => {
      this.handlers.delete(request); // the session keeps its request: what was needed to open it is not to be kept with it
      handler.opened(ws);
      ws.flush();
    });
    socket.uncork();
  }
}

/** One line for each value. */
function headerLines(headers: ResponseHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
}
