/** The Engine.IO server to which WebTransport sessions come: without HTTP requests, so with none of what judges requests. */

import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { randomId } from "../random-id.ts";
import type { EngineServer } from "./engine-server.ts";
import type { Transport } from "./transport.ts";
import type { WebTransportHost } from "./webtransport-handshake.ts";

export class EngineWebTransportHost implements WebTransportHost {
  readonly upgradeTimeout: number;
  readonly maxHttpBufferSize: number;
  private readonly server: EngineServer;

  constructor(server: EngineServer) {
    this.server = server;
    this.upgradeTimeout = server.opts.upgradeTimeout;
    this.maxHttpBufferSize = server.opts.maxHttpBufferSize;
  }

  open(transport: Transport): void {
    const session = this.server.openSession({ id: randomId(15), request: standIn(), transport });
    if (session.readyState === "open") this.server.emit("connection", session);
  }

  upgrade(sid: string, transport: Transport): boolean {
    const session = this.server.store.get(sid);
    return session?.protocol === 4 && session.transport.name === "polling" && session.beginUpgrade(transport);
  }
}

/** Programs read the request of a session: of what there was none, it says nothing. */
function standIn(): IncomingMessage {
  const request = new IncomingMessage(Object.assign(new Socket(), { encrypted: true }));
  request.method = "GET";
  request.url = "/?EIO=4&transport=webtransport";
  return request;
}
