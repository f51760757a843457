/** Where no Socket.IO server is: ports where nobody listens, and servers that never answer. */

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** A port of 127.0.0.1 where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export async function refusingUrl(): Promise<string> {
  return `http://127.0.0.1:${await closedPort()}`;
}

/** A server that takes connections, and says nothing. */
export async function silentUrl(t: TestContext): Promise<string> {
  const lines: Socket[] = [];
  const server = createServer((line) => lines.push(line.on("error", () => {}).resume())).listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    for (const line of lines) line.destroy();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** In place of a house, for clients that are given URLs. */
export const nobody = { url: "http://127.0.0.1:1", namespace: (): string => "/" };
