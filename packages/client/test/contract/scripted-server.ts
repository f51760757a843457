/** A server that says over WebSocket what a test tells it to, right or wrong. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";

export interface ScriptedServer {
  readonly url: string;
  /** The next client, which has been told that its session is open. */
  next(): Promise<WebSocket>;
}

const handshake = { sid: "s", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };

/** @param answer what is said to each message; by default the root namespace is let in */
export async function scriptedServer(
  t: TestContext,
  answer: (message: string) => string | undefined = (message) =>
    message.startsWith("40") ? '40{"sid":"x"}' : undefined,
  changes: Partial<typeof handshake> = {},
): Promise<ScriptedServer> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on("connection", (line) => {
    line.send(`0${JSON.stringify({ ...handshake, ...changes })}`);
    line.on("message", (message) => {
      const said = answer(String(message));
      if (said !== undefined) line.send(said);
    });
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    next: () => new Promise((resolve) => server.once("connection", (line) => resolve(line))),
  };
}
