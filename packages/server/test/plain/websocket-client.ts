/** npm's `ws` as a client that keeps what it gets. */

import { once } from "node:events";
import type { TestContext } from "node:test";
import WebSocket, { type ClientOptions } from "ws";
import type { House } from "./house.ts";

/** A client that keeps what it gets. */
export class Client {
  readonly ws: WebSocket;
  /** Texts as they are, binary messages as Buffers. */
  readonly got: (string | Buffer)[] = [];
  readonly closed: Promise<[code: number, reason: string]>;

  constructor(
    t: TestContext,
    url: string,
    { protocols = [], ...options }: ClientOptions & { protocols?: string[] } = {},
  ) {
    this.ws = new WebSocket(url.replace("http", "ws"), protocols, options);
    t.after(() => this.ws.terminate());
    this.closed = new Promise((resolve) => this.ws.on("close", (code, reason) => resolve([code, reason.toString()])));
    this.ws.on("message", (data: Buffer, isBinary) => {
      this.got.push(isBinary ? data : data.toString());
      this.ws.emit("got");
    });
    this.ws.on("error", () => {});
  }

  async messages(count: number): Promise<(string | Buffer)[]> {
    while (this.got.length < count) await once(this.ws, "got");
    return this.got.splice(0, count);
  }
}

export async function connected(t: TestContext, house: House, ...protocols: string[]): Promise<Client> {
  const client = new Client(t, house.url, { protocols });
  const opened = once(house.gate, "opened");
  await once(client.ws, "open");
  await opened;
  return client;
}
