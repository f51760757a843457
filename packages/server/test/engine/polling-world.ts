/** A polling session on a host of its own, and what names it. */

import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { PollingTransport } from "../../src/engine/polling-transport.ts";
import { ask } from "./asking.ts";
import { type HostedSession, type HostOptions, TransportHost } from "./transport-host.ts";

export interface World {
  readonly host: TransportHost;
  readonly session: HostedSession;
  /** Names the session. */
  readonly url: string;
}

export async function openWorld(t: TestContext, options: Partial<HostOptions> = {}, query = "EIO=4"): Promise<World> {
  const host = await TransportHost.open(t, { factory: (setup) => new PollingTransport(setup), ...options });
  await ask(`${host.url}?transport=polling&${query}`);
  const session = host.last;
  return { host, session, url: `${host.url}?transport=polling&${query}&sid=${session.id}` };
}

/** Asks for the session on a connection of its own, whose other end is the test's. @param rest what follows the request's first lines */
export function connectTo({ host, url }: World, method: string, rest = "\r\n"): Socket {
  const { pathname, search } = new URL(url);
  const socket = connect(host.port, "127.0.0.1");
  socket.write(`${method} ${pathname}${search} HTTP/1.1\r\nHost: a\r\n${rest}`);
  return socket;
}
