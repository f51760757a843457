/** A network between client and server: TCP lines that a test may hold, delay and cut. */

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** One connection of a client, and the one to the server that belongs to it. */
export interface Line {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes that came from either end are on their way to the other. */
  forward(to: Socket, chunk: Buffer): void;
  cut(): void;
}

/** What the network does with bytes: by default it passes them on. */
export type Rule = (line: Line) => {
  /** From the client. */
  up?(chunk: Buffer): void;
  /** From the server. */
  down?(chunk: Buffer): void;
};

export class Relay {
  readonly lines = new Set<Line>();
  /** Connections that were opened. */
  opened = 0;
  readonly #server = createServer({ allowHalfOpen: false }, (client) => this.#join(client));
  readonly #upstream: number;
  readonly #rule: Rule;

  /** @param upstream port of the server */
  static async open(t: TestContext, upstream: number, rule: Rule = () => ({})): Promise<Relay> {
    const relay = new Relay(upstream, rule);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    t.after(() => relay.close());
    return relay;
  }

  private constructor(upstream: number, rule: Rule) {
    this.#upstream = upstream;
    this.#rule = rule;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  cut(): void {
    for (const line of this.lines) line.cut();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }

  #join(client: Socket): void {
    const server = connect(this.#upstream, "127.0.0.1");
    const line: Line = {
      client,
      server,
      forward: (to, chunk) => void (to.destroyed || to.write(chunk)),
      cut: () => {
        this.lines.delete(line);
        client.destroy();
        server.destroy();
      },
    };
    this.lines.add(line);
    this.opened += 1;
    const { up, down } = this.#rule(line);
    client.on("data", up ?? ((chunk) => line.forward(server, chunk)));
    server.on("data", down ?? ((chunk) => line.forward(client, chunk)));
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.setNoDelay(true).on("error", () => line.cut());
      end.on("end", () => other.end());
      end.on("close", () => line.cut());
    }
  }
}
