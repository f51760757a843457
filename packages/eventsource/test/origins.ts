/** Origins on 127.0.0.1 that write down what they are asked, for tests of redirects. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";

/** A request as it came: header names in lower case, one that came twice has both values. */
export interface Asked {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
}

export type Answer = (asked: Asked, response: ServerResponse) => void;

/** Ends with the test. What it is asked goes to the end of `log`. */
export async function serveOrigin(context: TestContext, log: Asked[], answer: Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    const asked: Asked = {
      origin: `http://${request.headers.host}`,
      method: request.method ?? "",
      path: request.url ?? "",
      headers: rawHeadersOf(request),
      body: await text(request),
    };
    log.push(asked);
    answer(asked, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo; // listens on a port, not on a pipe
  return `http://127.0.0.1:${port}`;
}

export function redirectTo(location: string, status = 302): Answer {
  return (_asked, response) => response.writeHead(status, { Location: location }).end("elsewhere");
}

export const answerStream: Answer = (_asked, response) => {
  response.writeHead(200, { "Content-Type": "text/event-stream" }).end("data: here\n\n");
};

function rawHeadersOf({ rawHeaders }: IncomingMessage): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    headers[name.toLowerCase()] = [...(headers[name.toLowerCase()] ?? []), value];
  }
  return headers;
}
