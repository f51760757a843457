/** A server that says what a test tells it to, right or wrong, by polling and WebSocket. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";

export interface RawServer {
  readonly origin: string;
  /** The poll with this number, of those that were not answered by `first`. */
  poll(number: number): Promise<ServerResponse>;
  /** Bodies that were posted. */
  readonly posts: string[];
  /** The WebSocket with this number. */
  webSocket(number: number): Promise<WebSocket>;
  /** The next body. */
  posted(): Promise<void>;
}

export const handshake = {
  sid: "raw",
  upgrades: ["websocket"],
  pingInterval: 25_000,
  pingTimeout: 20_000,
  maxPayload: 1_000_000,
};

/** @param first what the first poll is answered; undefined: it waits, too */
export async function rawServer(t: TestContext, first?: string): Promise<RawServer> {
  const http = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ server: http });
  const polls: ServerResponse[] = [];
  const posts: string[] = [];
  const webSockets: WebSocket[] = [];
  let opening = first;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === "POST") {
      let body = "";
      for await (const chunk of request) body += chunk;
      posts.push(body);
      response.end("ok");
      http.emit("post");
    } else if (opening === undefined) {
      polls.push(response);
      http.emit("poll");
    } else {
      response.end(opening);
      opening = undefined;
    }
  };
  sockets.on("connection", (socket) => {
    webSockets.push(socket);
    http.emit("websocket");
  });
  const nth = async <Item>(list: readonly Item[], number: number, event: string): Promise<Item> => {
    for (;;) {
      const item = list[number];
      if (item !== undefined) return item;
      await once(http, event);
    }
  };
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => {
    for (const socket of webSockets) socket.terminate();
    http.close();
    http.closeAllConnections();
  });
  return {
    origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    posts,
    poll: (number) => nth(polls, number, "poll"),
    webSocket: (number) => nth(webSockets, number, "websocket"),
    posted: async () => {
      await once(http, "post");
    },
  };
}
