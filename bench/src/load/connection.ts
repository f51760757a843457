/** One raw TCP connection of the load: opens, then hands over bytes as they come. Knows no frames. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Opening, Target } from "./opening.ts";
import { Disqualified } from "./reply-checker.ts";

/** Reads are synchronous and finished before the next one: all connections share the memory that they read into. */
const shared = Buffer.allocUnsafeSlow(256 * 1024);
const longestHead = 16 * 1024;

export interface ConnectionHandler {
  /** `bytes` are only good during the call. */
  received(bytes: Uint8Array): void;
  /** The connection ended, or `received` threw. */
  lost(error: unknown): void;
}

/** What a load needs of a connection that is open. */
export interface Channel {
  handler: ConnectionHandler | undefined;
  send(bytes: Uint8Array): void;
  close(): void;
}

export class Connection implements Channel {
  handler: ConnectionHandler | undefined;
  private readonly socket: Socket;
  /** Undefined when there is none, or when it was answered. */
  private opening: Opening | undefined;
  /** What has come of the answer. */
  private head = Buffer.alloc(0);
  private opened: () => void = () => {};
  private refused: (error: unknown) => void = () => {};

  private constructor(target: Target, opening?: Opening, handler?: ConnectionHandler) {
    this.opening = opening;
    this.handler = handler;
    const onread = {
      buffer: shared,
      callback: (length: number, buffer: Uint8Array) => this.read(buffer.subarray(0, length)),
    };
    this.socket = connect({ host: "127.0.0.1", port: target.port, noDelay: true, onread });
    this.socket.on("error", (error) => this.lost(error));
    this.socket.on("close", () => this.lost(new Disqualified("the server hung up")));
    if (opening === undefined) this.socket.on("connect", () => this.opened());
    else this.socket.write(opening.request);
  }

  /** For a client that speaks HTTP: all that comes is the handler's. */
  static connect(target: Target): Promise<Connection> {
    return Connection.settled(new Connection(target));
  }

  /**
   * @param handler given if the server may speak right behind its answer
   * @throws {Disqualified} if that answer is not the one that opens
   */
  static open(target: Target, opening: Opening, handler?: ConnectionHandler): Promise<Connection> {
    return Connection.settled(new Connection(target, opening, handler));
  }

  private static settled(connection: Connection): Promise<Connection> {
    return new Promise((resolve, reject) => {
      connection.opened = () => resolve(connection);
      connection.refused = reject;
    });
  }

  send(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.handler = undefined;
    this.socket.destroy();
  }

  /** Ends it in order: returns when the server has ended its side too. */
  async end(): Promise<void> {
    this.handler = undefined;
    this.socket.end();
    if (!this.socket.closed) await once(this.socket, "close");
  }

  private read(bytes: Uint8Array): boolean {
    try {
      if (this.opening === undefined) this.handler?.received(bytes);
      else this.readHead(this.opening, bytes);
    } catch (error) {
      this.lost(error);
    }
    return true;
  }

  private readHead(opening: Opening, bytes: Uint8Array): void {
    const head = Buffer.concat([this.head, bytes]);
    const end = head.indexOf("\r\n\r\n");
    if (end === -1 && head.length <= longestHead) {
      this.head = head;
      return;
    }
    const text = head.toString("latin1", 0, Math.max(end, 0));
    if (!opening.accepts(text))
      throw new Disqualified(`answered the opening with ${JSON.stringify(text.slice(0, 80))}`);
    const behind = head.subarray(end + 4);
    if (behind.length > 0 && this.handler === undefined) throw new Disqualified(`${behind.length} bytes came unasked`);
    this.opening = undefined;
    this.opened();
    if (behind.length > 0) this.handler?.received(behind);
  }

  private lost(error: unknown): void {
    if (this.opening !== undefined) this.socket.destroy(); // nobody was given it
    this.refused(error);
    this.handler?.lost(error);
  }
}

/** Opens `count` connections, or what is made of them, a bounded number at a time. */
export async function openConnections<Opened>(count: number, open: () => Promise<Opened>): Promise<Opened[]> {
  const connections: Opened[] = [];
  let left = count;
  const lane = async () => {
    while (left-- > 0) connections.push(await open());
  };
  await Promise.all(Array.from({ length: Math.min(count, 100) }, lane));
  return connections;
}
