/** What programs and adapters find as `socket.client` of a socket on a plain wire, whose connection carries nothing else. */

import { EventEmitter } from "node:events";
import { IncomingMessage } from "node:http";
import { Socket as NetSocket } from "node:net";
import type { WriteOptions } from "./engine/messages.ts";
import type { AnySocket } from "./socket.ts";
import type { ClientConnection, EncodedPacket, SocketClient } from "./socket-client.ts";

export class PlainClient implements SocketClient {
  private readonly socket: AnySocket;
  private shownRequest: IncomingMessage | undefined;
  private shownConnection: ClientConnection | undefined;

  constructor(socket: AnySocket) {
    this.socket = socket;
    this.shownRequest = undefined;
    this.shownConnection = undefined;
  }

  get id(): string {
    return this.socket.id;
  }

  /** The first request has gone, to spare memory: what the handshake knows of it, for middlewares that look at requests. */
  get request(): IncomingMessage {
    this.shownRequest ??= this.requestOfHandshake();
    return this.shownRequest;
  }

  /** In the words of an Engine.IO session, for programs that look at the transport. */
  get conn(): ClientConnection {
    this.shownConnection ??= new PlainConnection(this.socket, this.request);
    return this.shownConnection;
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

/** It stays on its transport: its one event is `close`. */
class PlainConnection extends EventEmitter implements ClientConnection {
  readonly request: IncomingMessage;
  readonly protocol = 4;
  readonly upgraded = false;
  private readonly socket: AnySocket;

  constructor(socket: AnySocket, request: IncomingMessage) {
    super();
    this.socket = socket;
    this.request = request;
    socket.once("disconnect", (reason: string) => this.emit("close", reason));
  }

  get id(): string {
    return this.socket.id;
  }

  get readyState(): string {
    return this.socket.connected ? "open" : "closed";
  }

  get remoteAddress(): string {
    return this.socket.handshake.address;
  }

  get transport(): { readonly name: string } {
    return { name: this.socket.wire };
  }

  close(): void {
    this.socket.disconnect();
  }
}
