/** npm's ws at the door of a server: what became of its request. It leaves with the test. */

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import Peer from "ws";

/** What became of an upgrade request. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Of a refusal. */
  readonly body: string;
  readonly peer: Peer;
  /** The next message, as text. */
  next(): Promise<string>;
  /** Its code, once it is closed. */
  readonly closed: Promise<number>;
}

/** The status is 0 if there was no answer. */
export async function ask(t: TestContext, url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const peer = new Peer(url, { headers, rejectUnauthorized: false });
  t.after(() => peer.terminate());
  const messages = new PassThrough({ objectMode: true });
  peer.on("message", (data) => messages.write(String(data)));
  const closed = new Promise<number>((resolve) => peer.once("close", resolve));
  const { response, refused } = await answerTo(peer);
  return {
    status: response?.statusCode ?? 0,
    headers: response?.headers ?? {},
    body: response !== undefined && refused ? await text(response) : "",
    peer,
    next: async () => String((await messages[Symbol.asyncIterator]().next()).value),
    closed,
  };
}

function answerTo(peer: Peer): Promise<{ response: IncomingMessage | undefined; refused: boolean }> {
  return new Promise((resolve) => {
    peer.once("upgrade", (response) => resolve({ response, refused: false }));
    peer.once("unexpected-response", (_request, response) => resolve({ response, refused: true }));
    peer.on("error", () => resolve({ response: undefined, refused: true }));
  });
}
