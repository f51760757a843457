/** A session of another Engine.IO server (`io.bind`, `io.onconnection`): engine.io's `Socket`, or what has its API. */

import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { ClientConnection } from "../socket-client.ts";
import type { Carrier } from "./carrier.ts";
import type { SessionHandler } from "./engine-session.ts";
import type { Messages } from "./messages.ts";
import type { EngineProtocol } from "./transport.ts";

/** What is used of engine.io's `Socket`. */
export interface ForeignConnection extends EventEmitter {
  readonly id: string;
  readonly protocol: number;
  readonly readyState: string;
  readonly remoteAddress: string;
  readonly request: IncomingMessage;
  readonly upgraded: boolean;
  readonly transport: { readonly name: string; readonly writable: boolean };
  write(data: string | Uint8Array, options?: { compress?: boolean }): unknown;
  close(discard?: boolean): void;
}

/** What is used of engine.io's `Server`. */
export interface ForeignEngine extends EventEmitter {
  close(): unknown;
}

export class ForeignSession implements Carrier {
  readonly isOurs = false;
  readonly copies = false;
  /** It tells nothing of what waits in it. */
  readonly bufferedBytes = 0;
  readonly maxBufferedBytes: number;
  retry: number | undefined;
  handler: SessionHandler | undefined;
  private readonly foreign: ForeignConnection;

  constructor(foreign: ForeignConnection, maxBufferedBytes: number) {
    this.maxBufferedBytes = maxBufferedBytes;
    this.retry = undefined;
    this.handler = undefined;
    this.foreign = foreign;
    foreign.on("data", (data: string | Buffer) => this.handler?.message(data));
    foreign.on("drain", () => this.handler?.drained());
    foreign.on("close", (reason: string, description?: unknown) => this.handler?.closed(reason, description));
  }

  get id(): string {
    return this.foreign.id;
  }

  get protocol(): EngineProtocol {
    return this.foreign.protocol === 3 ? 3 : 4;
  }

  get readyState(): string {
    return this.foreign.readyState;
  }

  get remoteAddress(): string {
    return this.foreign.remoteAddress;
  }

  get request(): IncomingMessage {
    return this.foreign.request;
  }

  get isCongested(): boolean {
    return !this.foreign.transport.writable;
  }

  get connection(): ClientConnection {
    return this.foreign;
  }

  sendText(text: string): void {
    this.foreign.write(text);
  }

  sendMessages({ messages, compress }: Messages): void {
    for (const message of messages) this.foreign.write(message, { compress });
  }

  close(discard?: boolean): void {
    this.foreign.close(discard);
  }
}
