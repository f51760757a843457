/** A port that stays while the server behind it is restarted: who connects meanwhile waits for the next one. */

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export class Relay {
  /** The head of each request, in the order in which they came. */
  readonly requests: string[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private target: Promise<number>;
  private aim: (port: number) => void = () => {};

  private constructor(server: Server) {
    this.server = server;
    this.target = this.wait();
    server.on("connection", (socket) => this.pass(socket));
  }

  static async open(): Promise<Relay> {
    const server = createServer({ pauseOnConnect: true });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new Relay(server);
  }

  get port(): number {
    const address = this.server.address();
    if (typeof address !== "object" || address === null) throw new Error("the relay is closed");
    return address.port;
  }

  /** From now on to that port. */
  to(port: number): void {
    this.aim(port);
  }

  /** The server is about to end: who comes now is for the next one. */
  hold(): void {
    this.target = this.wait();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private wait(): Promise<number> {
    return new Promise((resolve) => {
      this.aim = resolve;
    });
  }

  private async pass(socket: Socket): Promise<void> {
    this.track(socket);
    const behind = this.track(connect(await this.target, "127.0.0.1"));
    socket.on("data", (bytes) => this.requests.push(bytes.toString("latin1")));
    socket.pipe(behind).pipe(socket);
    for (const [one, other] of [
      [socket, behind],
      [behind, socket],
    ] as const)
      one.on("close", () => other.destroy());
  }

  private track(socket: Socket): Socket {
    this.sockets.add(socket);
    return socket.on("error", () => {}).on("close", () => this.sockets.delete(socket));
  }
}
