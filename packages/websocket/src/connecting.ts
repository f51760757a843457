/** A client's WebSocket until it is open: the opening handshake, told by the events of ws. */

import type { ClientRequest, IncomingMessage } from "node:http";
import { type ClientArguments, type ResolvedClientOptions, resolveClientOptions } from "./client-options.ts";
import { Deflate } from "./node/deflate.ts";
import { type Opened, Opening, type OpeningEvents } from "./node/opening.ts";
import type { WebSocket } from "./websocket.ts";

const noReason = Buffer.alloc(0);

export class Connecting implements OpeningEvents {
  /** Where it stands: redirects change it. */
  url = "";
  private state: 0 | 2 | 3 = 0;
  /** How many it has followed, or should have. */
  redirects = 0;
  private readonly socket: WebSocket;
  private readonly protocols: readonly string[];
  private readonly options: ResolvedClientOptions;
  /** None before `begin`, and none once it is over: then there is nothing to give up, and nothing to keep. */
  private opening: Opening | undefined = undefined;

  /** @throws {RangeError | TypeError} for options that make no sense */
  constructor(socket: WebSocket, { protocols, options }: ClientArguments) {
    this.socket = socket;
    this.protocols = protocols;
    this.options = resolveClientOptions(options);
  }

  /** As long as there is no connection. A handshake that has failed is closing until its stream has closed. */
  get readyState(): 0 | 2 | 3 {
    return this.state === 0 && this.opening?.over ? 2 : this.state;
  }

  /** The request that is under way. */
  get request(): ClientRequest | null {
    return this.opening?.request ?? null;
  }

  /** @throws {SyntaxError} for an address or a subprotocol that cannot be */
  begin(address: string | URL): void {
    const { protocols, options } = this;
    const { finishRequest } = options;
    const finish = (request: ClientRequest, opening: Opening): void => {
      this.follow(opening);
      finishRequest?.(request, this.socket);
    };
    this.follow(new Opening(address, { protocols, options, finishRequest: finishRequest && finish }, this));
  }

  giveUp(): void {
    if (this.readyState !== 0) return;
    this.state = 2;
    this.opening?.abort("WebSocket was closed before the connection was established");
  }

  watchesRedirects(): boolean {
    return this.socket.listenerCount("redirect") > 0;
  }

  redirected(url: string, request: ClientRequest): void {
    this.url = url;
    this.count();
    this.socket.emit("redirect", url, request);
  }

  upgraded(response: IncomingMessage): void {
    this.socket.emit("upgrade", response);
  }

  unexpected(request: ClientRequest, response: IncomingMessage): boolean {
    return this.socket.emit("unexpected-response", request, response);
  }

  opened({ stream, head, protocol, deflate: agreed }: Opened): void {
    const { connection, deflatePolicy } = this.options;
    this.count();
    this.opening = undefined;
    const deflate = agreed && new Deflate(agreed, deflatePolicy ?? {}, false);
    this.socket.setSocket(stream, head, { connection, protocol, deflate });
  }

  /** The world failed: without a listener the error is thrown, as any EventEmitter does it. */
  failed(error: Error): void {
    this.count();
    this.opening = undefined;
    this.state = 2;
    try {
      this.socket.emit("error", error);
    } finally {
      this.state = 3;
      this.socket.emit("close", 1006, noReason);
    }
  }

  private follow(opening: Opening): void {
    this.url = opening.url;
    this.opening = opening;
  }

  private count(): void {
    this.redirects = this.opening?.redirects ?? this.redirects;
  }
}
