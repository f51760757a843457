/** Clients of every wire, none of them ours, each of which keeps the events that it hears. */

import { createRequire } from "node:module";
import { EventSource } from "eventsource";
import WebSocket from "ws";

const require = createRequire(import.meta.url);

/** An event as it was heard: its name, then its arguments. */
export type Event = readonly unknown[];

/** What the clients of socket.io-client 2, 3 and 4 have alike. */
export interface SocketIoClient {
  readonly id: string;
  readonly connected: boolean;
  readonly io: { readonly engine: { readonly transport: { readonly name: string } } };
  onevent(packet: { readonly data: Event }): void;
  on(event: string, listener: (...args: never[]) => void): this;
  emit(event: string, ...args: unknown[]): this;
  close(): void;
}

export class Guest {
  private readonly events: Event[] = [];
  private closed = false;
  private changed: () => void = () => {};
  private closer: () => void = () => {};

  /** Called by the wire. */
  hear(event: Event): void {
    this.events.push(event);
    this.changed();
  }

  /** Called by the wire. */
  left(): void {
    this.closed = true;
    this.changed();
  }

  closeBy(closer: () => void): void {
    this.closer = closer;
  }

  /** @returns the events before the next one of that name, which is taken too */
  async before(name: string): Promise<Event[]> {
    const find = (): number => this.events.findIndex(([heard]) => heard === name);
    await this.until(() => find() !== -1);
    return this.events.splice(0, find() + 1).slice(0, -1);
  }

  /** @returns the arguments of the next event of that name */
  async next(name: string): Promise<Event> {
    const find = (): number => this.events.findIndex(([heard]) => heard === name);
    await this.until(() => find() !== -1);
    const [event = []] = this.events.splice(find(), 1);
    return event.slice(1);
  }

  /** @returns all that was heard until the server ended it */
  async end(): Promise<Event[]> {
    await this.until(() => this.closed);
    return this.events;
  }

  close(): void {
    this.closer();
  }

  private async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }
}

/** How a guest comes: the URL of the node, and the query that it brings. */
export type Way = (url: string, query: Readonly<Record<string, string>>) => Guest;

interface SocketIoWay {
  readonly version?: "" | "-2" | "-3";
  readonly options?: object;
}

export class SocketIoGuest extends Guest {
  readonly socket: SocketIoClient;

  constructor(socket: SocketIoClient) {
    super();
    this.socket = socket;
    this.closeBy(() => socket.close());
  }
}

/** A client of socket.io, which answers its name to whoever wants an ack, unless it is called `silent`. */
export function socketIo({ version = "", options = {} }: SocketIoWay = {}) {
  return (url: string, query: Readonly<Record<string, string>> = {}): SocketIoGuest => {
    const { io = require(`socket.io-client${version}`) } = require(`socket.io-client${version}`);
    const socket: SocketIoClient = io(url, { forceNew: true, reconnection: false, query, ...options });
    const guest = new SocketIoGuest(socket);
    const onevent = socket.onevent;
    socket.onevent = (packet: { readonly data: Event }) => {
      onevent.call(socket, packet);
      guest.hear(packet.data);
      const reply = packet.data.findLast((each) => typeof each === "function"); // which onevent has added
      if (reply !== undefined && query.name !== "silent") Reflect.apply(reply, undefined, [query.name]);
    };
    socket.on("disconnect", () => guest.left());
    return guest;
  };
}

/** A bare WebSocket: texts are envelopes, or messages. It cannot answer. */
const bareWebSocket: Way = (url, query) => {
  const socket = new WebSocket(plainUrl(url, query).replace("http", "ws"));
  const guest = new Guest();
  socket.on("error", () => {});
  socket.on("message", (data: Buffer, isBinary) =>
    guest.hear(isBinary ? ["message", data] : eventOf(data.toString(), "message")),
  );
  socket.on("close", () => guest.left());
  guest.closeBy(() => socket.terminate());
  return guest;
};

/** An EventSource, which hears the names that it listens for. */
const eventSource: Way = (url, query) => {
  const guest = new Guest();
  const source = new EventSource(plainUrl(url, query));
  for (const name of ["message", ...names])
    source.addEventListener(name, ({ data }) =>
      guest.hear(name === "message" ? [name, data] : [name, ...argumentsOf(data)]),
    );
  source.onerror = () => {
    source.close();
    guest.left();
  };
  guest.closeBy(() => source.close());
  return guest;
};

/** The names that the tests use, for clients that hear no others. */
export const names: readonly string[] = ["welcome", "news", "bytes", "odd", "question", "done", "hi", "local"];

interface Batch {
  readonly session: string;
  readonly next: string;
  readonly events: readonly Envelope[];
}

/** A long poll by fetch. */
const longPoll: Way = (url, query) => {
  const guest = new Guest();
  const leaving = new AbortController();
  const poll = async (since: Record<string, string>): Promise<void> => {
    const response = await fetch(plainUrl(url, { ...query, ...since }), {
      headers: { Accept: "application/json" },
      signal: leaving.signal,
    });
    if (!response.ok) return guest.left();
    const { session, next, events }: Batch = JSON.parse(await response.text());
    for (const { event, data, args } of events)
      if (!event.startsWith("anywire:")) guest.hear([event, ...(args ?? [data]).map(revive)]);
    return poll({ session, since: next });
  };
  poll({}).catch(() => guest.left());
  guest.closeBy(() => leaving.abort());
  return guest;
};

function plainUrl(url: string, query: Readonly<Record<string, string>>): string {
  return `${url}/anywire?${new URLSearchParams(query)}`;
}

/** An event in the envelope of the plain wire. */
interface Envelope {
  readonly event: string;
  readonly data?: unknown;
  readonly args?: readonly unknown[];
}

function eventOf(text: string, otherwise: string): Event {
  if (!text.startsWith('{"event"')) return [otherwise, text];
  const { event, data, args }: Envelope = JSON.parse(text);
  return [event, ...(args ?? [data]).map(revive)];
}

function argumentsOf(text: string): readonly unknown[] {
  const data: unknown = JSON.parse(text);
  if (typeof data !== "object" || data === null || !("args" in data) || !Array.isArray(data.args))
    return [revive(data)];
  return data.args.map(revive);
}

/** Bytes of the plain wire. */
function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("$bytes" in value)) return value;
  return Buffer.from(String(value.$bytes), "base64");
}

/** Clients that every server of Socket.IO has. */
export const socketIoWays: Readonly<Record<string, Way>> = {
  "v4 over WebSocket": socketIo({ version: "", options: { transports: ["websocket"] } }),
  "v4 over polling": socketIo({ version: "", options: { transports: ["polling"] } }),
  "v4 that upgrades": socketIo({ version: "" }),
  "v3 that upgrades": socketIo({ version: "-3" }),
  "v2 over WebSocket": socketIo({ version: "-2", options: { transports: ["websocket"] } }),
  "v2 over polling": socketIo({ version: "-2", options: { transports: ["polling"] } }),
};

/** Clients that only ours has: the plain wire. */
export const plainWays: Readonly<Record<string, Way>> = {
  "bare WebSocket": bareWebSocket,
  EventSource: eventSource,
  "long poll": longPoll,
};
