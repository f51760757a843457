/** The transports that HTTP requests carry, by the names that clients ask for; and which of them may be left for which. */

import { PollingTransport } from "./polling-transport.ts";
import { StreamingTransport } from "./streaming-transport.ts";
import type { TransportFactory, TransportName } from "./transport.ts";

const factories: Readonly<Partial<Record<TransportName, TransportFactory>>> = {
  polling: (setup) => new PollingTransport(setup),
  eventsource: (setup) => new StreamingTransport("eventsource", setup),
  iframe: (setup) => new StreamingTransport("iframe", setup),
};

/** @returns undefined for a transport that is not made of HTTP requests */
export function httpTransportOf(name: TransportName): TransportFactory | undefined {
  return factories[name];
}

/** A stream cannot be let go as a poll can: what it still carries would be overtaken. */
const upgrades: Readonly<Record<TransportName, readonly TransportName[]>> = {
  polling: ["websocket", "webtransport", "eventsource", "iframe"],
  websocket: [],
  eventsource: [],
  iframe: [],
  webtransport: [],
};

export function upgradesOf(transport: TransportName): readonly TransportName[] {
  return upgrades[transport];
}
