/** Requests to a server, and what of its answers is alike whoever gives them. */

import { once } from "node:events";
import { request } from "node:http";

export interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Headers to tell of, besides those that are always told. */
  readonly telling?: readonly string[];
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export const handshakePath = "/socket.io/?EIO=4&transport=polling";

/** What is always told, but `Vary: Accept-Encoding`, which ours says of the client's files, too. */
const always = /^(?:access-control-|vary$|set-cookie$|content-type$|cache-control$|allow$|x-|content-encoding$)/;
const upgrading = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

export async function ask(url: string, { path = handshakePath, method = "GET", headers = {}, ...rest }: Ask = {}) {
  const asking = request(url + path, { method, headers, agent: false });
  asking.end(rest.body);
  const [response] = await once(asking, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const { statusCode, headers: all } = response;
  return told(statusCode, pick(all, rest.telling), Buffer.concat(chunks).toString());
}

/**
 * Asks for a WebSocket, and ends the connection. Of a refusal only the reason is told: socket.io's is 400 with a bare text,
 * ours is what the same request would get over HTTP.
 */
export async function askUpgrade(url: string, { path, headers = {}, telling }: Ask = {}): Promise<Told> {
  const asking = request(url + (path ?? handshakePath.replace("polling", "websocket")), {
    headers: { ...upgrading, ...headers },
    agent: false,
  });
  asking.end();
  const [response, socket] = await Promise.race([once(asking, "upgrade"), once(asking, "response")]);
  if (socket === undefined) return { status: 400, headers: {}, body: await reasonOf(response) };
  socket.destroy();
  return told(response.statusCode, pick(response.headers, telling), "");
}

async function reasonOf(response: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text.startsWith("{") ? JSON.parse(text).message : text;
}

function pick(headers: Readonly<Record<string, unknown>>, telling: readonly string[] = []): Record<string, unknown> {
  const picked = Object.entries(headers).filter(([name]) => always.test(name) || telling.includes(name));
  return Object.fromEntries(picked.map(([name, value]) => [name, mask(value)]).filter(([, value]) => value !== ""));
}

function told(status: number, headers: Record<string, unknown>, body: string): Told {
  const { "cache-control": _, ...rest } = headers; // ours says no-store of refusals, too
  return { status, headers: status >= 400 ? rest : headers, body: String(mask(body)) };
}

/** Ids are not alike. */
function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask);
  return String(value)
    .replace(/(?:, )?Accept-Encoding$/, "")
    .replace(/"sid":"[^"]+"/, '"sid":"…"')
    .replace(/^(\w+)=[^;]{20,}/, "$1=…");
}
