/** A process that closes what it opened, and then has no reason to live: `exits.test.ts` starts it. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EventSource } from "../../src/index.ts";
import { createChannel, createSession } from "../../src/server.ts";

const on = (source: EventSource, type: string): Promise<unknown> =>
  new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));

/** Each is given the URL of a server that is another process's, and lives on. */
const lives: Readonly<Record<string, (url: string) => Promise<unknown> | undefined>> = {
  "a source that is closed at once": async (url) => new EventSource(url).close(),
  "a source that is closed in open": async (url) => {
    const source = new EventSource(url, { heartbeatTimeout: 600_000 });
    await on(source, "open");
    source.close();
  },
  "a source that is closed in a message": async (url) => {
    const source = new EventSource(url);
    await on(source, "message");
    source.close();
  },
  "a source that is closed while it waits to come back": async (url) => {
    const source = new EventSource(`${url}ends`);
    await on(source, "error");
    source.close();
  },
  "a source that has failed": async (url) => {
    const source = new EventSource(`${url}refused`);
    await on(source, "error");
  },
  "a source whose refusal is being read": async (url) => {
    const source = new EventSource(`${url}refused`);
    setImmediate(() => source.close());
  },
  "a loop that is left": async (url) => {
    for await (const _event of new EventSource(url)) break;
  },
  "an iterator that is forgotten, of a source that is closed": async (url) => {
    const source = new EventSource(url);
    void source[Symbol.asyncIterator]().next();
    await on(source, "open");
    source.close();
  },
  "a signal that is aborted": async (url) => {
    const controller = new AbortController();
    const source = new EventSource(url, { signal: controller.signal });
    await on(source, "open");
    controller.abort();
  },
  "a server that is closed with its sessions": async () => {
    const channel = createChannel({ history: true });
    const server = createServer((request, response) => channel.register(createSession(request, response)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo; // listens on a port, not on a pipe
    const source = new EventSource(`http://127.0.0.1:${port}/`);
    await on(source, "open");
    source.close();
    channel.close();
    server.close();
    server.closeAllConnections();
  },
};

const [, , url = "", life = ""] = process.argv;
void lives[life]?.(url)?.then(() => process.send?.("over", () => process.disconnect()));
