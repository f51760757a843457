/** Connections of HTTP/1.1 as they are, byte for byte, to a server of the test's own. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { listen } from "./listen.ts";

export type WireHandler = (request: IncomingMessage, response: ServerResponse) => void;

export const get = (path = "/", version = "1.1", connection = "keep-alive"): string =>
  `GET ${path} HTTP/${version}\r\nHost: localhost\r\nConnection: ${connection}\r\n\r\n`;

/** What comes over one connection. */
export class Wire {
  readonly socket: Socket;
  received: Buffer = Buffer.alloc(0);

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.on("data", (bytes) => {
      this.received = Buffer.concat([this.received, bytes]);
    });
    this.socket.on("error", () => {});
  }

  get head(): string {
    return this.received.toString("latin1", 0, this.received.indexOf("\r\n\r\n") + 4);
  }

  get body(): Buffer {
    return this.received.subarray(this.head.length);
  }

  async until(isEnough: () => boolean): Promise<void> {
    while (!isEnough()) await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
  }
}

/** @returns what makes a connection. They end with the test */
export async function serveWires(
  context: TestContext,
  handler: WireHandler,
  options: ServerOptions = {},
): Promise<() => Wire> {
  const { port } = new URL(await listen(context, createServer(options, handler)));
  return () => {
    const wire = new Wire(Number(port));
    context.after(() => wire.socket.destroy());
    return wire;
  };
}
