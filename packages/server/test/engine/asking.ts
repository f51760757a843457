/** Requests of polling clients, as bytes on a connection of their own. */

import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

export interface Told {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly text: string;
}

/** http.request, for fetch asks for compression and hides it. */
export async function ask(url: string, { method = "GET", headers = {}, body }: Ask = {}): Promise<Told> {
  const request = httpRequest(url, { method, headers, agent: false });
  request.on("error", () => {});
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { status: response.statusCode, headers: response.headers, body: bytes, text: bytes.toString() };
}

export const post = (url: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Told> =>
  ask(url, { method: "POST", body, headers: { "Content-Type": "text/plain;charset=UTF-8", ...headers } });
