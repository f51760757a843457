/** What programs and adapters find as `socket.client` of a socket on a plain wire, whose connection carries nothing else. */

import { IncomingMessage } from "node:http";
import { Socket as NetSocket } from "node:net";
import type { WriteOptions } from "./engine/messages.ts";
import type { AnySocket } from "./socket.ts";
import type { ClientConnection, EncodedPacket, SocketClient } from "./socket-client.ts";

export class PlainClient implements SocketClient {
  private readonly socket: AnySocket;
  private shownRequest: IncomingMessage | undefined;

  constructor(socket: AnySocket) {
    this.socket = socket;
    this.shownRequest = undefined;
  }

  get id(): string {
    return this.socket.id;
  }

  /** The first request has gone, to spare memory: what the handshake knows of it, for middlewares that look at requests. */
  get request(): IncomingMessage {
    this.shownRequest ??= this.requestOfHandshake();
    return this.shownRequest;
  }

  /** There is no Engine.IO session. */
  get conn(): ClientConnection {
    throw new TypeError(`a socket of the wire "${this.socket.wire}" has no Engine.IO connection`);
  }

  writeToEngine(encoded: EncodedPacket, options: WriteOptions = {}): void {
    const event = this.socket.server.encoder.eventOf(encoded, options);
    if (event !== undefined) this.socket.deliver(event.run);
  }

  disconnect(): void {
    this.socket.disconnect();
  }

  private requestOfHandshake(): IncomingMessage {
    const { headers, url, secure } = this.socket.handshake;
    const request = new IncomingMessage(Object.assign(new NetSocket(), { encrypted: secure }));
    return Object.assign(request, { headers, url, method: "GET" });
  }
}
