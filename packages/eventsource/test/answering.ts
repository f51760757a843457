/** A server of node:http whose answers are given one by one, by the test. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Answering {
  readonly url: string;
  /** The next request that came, or will come. */
  next(): Promise<Exchange>;
  /** The next request is answered with a stream that begins with `text`, and is left open. */
  stream(text?: string): Promise<Exchange>;
}

const streamHead = { "Content-Type": "text/event-stream", "Access-Control-Allow-Origin": "*" };

/** Ends with the test. */
export async function answering(context: TestContext): Promise<Answering> {
  const waiting: Exchange[] = [];
  const takers: ((exchange: Exchange) => void)[] = [];
  const server = createServer((request, response) => {
    const taker = takers.shift();
    if (taker === undefined) waiting.push({ request, response });
    else taker({ request, response });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  });
  const next = (): Promise<Exchange> => {
    const exchange = waiting.shift();
    return exchange === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(exchange);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    next,
    stream: async (text) => {
      const exchange = await next();
      exchange.response.writeHead(200, streamHead);
      exchange.response.flushHeaders();
      if (text !== undefined) exchange.response.write(text);
      return exchange;
    },
  };
}
