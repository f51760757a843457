/** Clients that we did not write, each reading one stream event by event: node:http, Node's fetch, curl, npm's eventsource. */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { createGunzip } from "node:zlib";
import { EventSource } from "eventsource";
import { Inbox } from "./inbox.ts";
import { type ParsedEvent, ReferenceParser } from "./reference-parser.ts";

export interface Visitor {
  /** The next event of the stream. */
  next(): Promise<ParsedEvent>;
  /** Goes away without a word; what the server has for it is to end. */
  leave(): void;
}

/** Resolves with the head of the answer, or as soon as the client can say anything of it. */
export type Visit = (t: TestContext, url: string, headers?: Readonly<Record<string, string>>) => Promise<Visitor>;

/** The events of a body as its bytes come. */
export class StreamReader {
  private readonly parser = new ReferenceParser();
  private readonly inbox = new Inbox<ParsedEvent>();
  private readonly waiting = new Set<() => void>();

  constructor(body: Readable) {
    body.setEncoding("utf8");
    body.on("error", () => {});
    body.on("data", (text: string) => {
      this.parser.feed(text);
      this.parser.events.splice(0).forEach(this.inbox.add);
      for (const look of this.waiting) look();
    });
  }

  next(): Promise<ParsedEvent> {
    return this.inbox.next();
  }

  /** Resolves once there were so many comments. */
  comments(count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.parser.comments.length >= count) resolve();
      };
      this.waiting.add(look);
      look();
    });
  }
}

export interface HttpVisitor extends Visitor {
  readonly response: IncomingMessage;
  readonly reader: StreamReader;
}

export async function visitByHttp(
  t: TestContext,
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpVisitor> {
  const outgoing = request(url, { agent: false, headers });
  t.after(() => outgoing.destroy());
  outgoing.end();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage]; // the event's one parameter
  outgoing.on("error", () => {});
  response.on("error", () => {});
  const isZipped = response.headers["content-encoding"] === "gzip";
  const reader = new StreamReader(isZipped ? response.pipe(createGunzip()) : response);
  return { response, reader, next: () => reader.next(), leave: () => outgoing.destroy() };
}

const visitByFetch: Visit = async (t, url, headers = {}) => {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const { body } = await fetch(url, { headers, signal: abort.signal });
  assert.ok(body);
  const parser = new ReferenceParser();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<ParsedEvent> => {
    for (;;) {
      const event = parser.events.shift();
      if (event !== undefined) return event;
      const { done, value } = await reader.read();
      assert.ok(!done, "the stream has ended");
      parser.feed(value);
    }
  };
  return { next, leave: () => abort.abort() };
};

export const noCurl: string | false =
  spawnSync("curl", ["--version"]).error === undefined ? false : "curl is not installed";

export function visitByCurl(...parameters: readonly string[]): Visit {
  return async (t, url, headers = {}) => {
    const fields = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const curl = spawn("curl", ["-sN", ...parameters, ...fields, url], { stdio: ["ignore", "pipe", "ignore"] });
    t.after(() => curl.kill());
    const reader = new StreamReader(curl.stdout);
    return { next: () => reader.next(), leave: () => curl.kill() };
  };
}

export const visitByEventSource: Visit = async (t, url, headers = {}) => {
  const source = new EventSource(url, {
    fetch: (at, init) => fetch(at, { ...init, headers: { ...headers, ...init.headers } }),
  });
  t.after(() => source.close());
  const inbox = new Inbox<ParsedEvent>();
  for (const type of ["message", "price", "end"]) {
    source.addEventListener(type, ({ data, lastEventId }) => inbox.add({ type, data, lastEventId }));
  }
  return { next: () => inbox.next(), leave: () => source.close() };
};

/** What is read by it, and why not, if that cannot be tried here. */
export const visits: readonly [name: string, visit: Visit, skip: string | false][] = [
  ["node:http", visitByHttp, false],
  [
    "node:http that takes gzip",
    (t, url, headers) => visitByHttp(t, url, { ...headers, "Accept-Encoding": "gzip" }),
    false,
  ],
  ["Node's fetch", visitByFetch, false],
  ["curl -N", visitByCurl(), noCurl],
  ["npm's eventsource", visitByEventSource, false],
];
