/** A client that speaks the bytes of Engine.IO and Socket.IO itself, over npm's `ws`: tests see the very packets. */

import { once } from "node:events";
import { WebSocket } from "ws";

export class RawClient {
  readonly socket: WebSocket;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  private readonly arrived: (string | Buffer)[] = [];
  private wake: () => void = () => {};
  private isOver = false;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on("close", (code) => {
        this.isOver = true;
        this.wake();
        resolve(code);
      });
    });
    socket.on("message", (data: Buffer, isBinary) => this.take(isBinary ? data : data.toString()));
    socket.on("error", () => {});
  }

  /** Open, with the handshake read. */
  static async open(url: string): Promise<RawClient> {
    const socket = new WebSocket(url);
    const client = new RawClient(socket);
    await once(socket, "open");
    await client.next();
    return client;
  }

  send(...packets: (string | Uint8Array)[]): this {
    for (const packet of packets) this.socket.send(packet);
    return this;
  }

  /** The next packet; pings are answered unseen. @returns "closed" at the end */
  async next(): Promise<string | Buffer> {
    for (;;) {
      const packet = this.arrived.shift();
      if (packet === "2") this.send("3");
      else if (packet !== undefined) return packet;
      else if (this.isOver) return "closed";
      else await this.news();
    }
  }

  /** The next so many. */
  async several(count: number): Promise<(string | Buffer)[]> {
    const packets: (string | Buffer)[] = [];
    while (packets.length < count) packets.push(await this.next());
    return packets;
  }

  /** Asks for the namespace. @returns the answer */
  enter(namespace = "/", auth?: object): Promise<string | Buffer> {
    const data = auth === undefined ? "" : JSON.stringify(auth);
    return this.send(namespace === "/" ? `40${data}` : `40${namespace},${data}`).next();
  }

  private take(packet: string | Buffer): void {
    this.arrived.push(packet);
    this.wake();
  }

  private news(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
