/** engine.io-client's `Socket` and our `Session`, each on its own transports and on those of the other. */

import "./websocket-global.ts";
import { Socket, Fetch as TheirFetch, WebSocket as TheirWebSocket } from "engine.io-client";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { NodeFetch as Fetch } from "../../src/engine/node-fetch.ts";
import { Session, type SessionPlatform } from "../../src/engine/session.ts";
import type { RawData, Transport, TransportConstructor } from "../../src/engine/transport.ts";
import { WebSocket } from "../../src/engine/websocket.ts";
import { webBase64 } from "../../src/web-base64.ts";

/** What both have. */
export interface Client {
  id?: string | null | undefined;
  readyState: string;
  readonly transport: Transport;
  readonly writeBuffer: readonly unknown[];
  binaryType: string;
  write(data: RawData, options?: object, callback?: () => void): unknown;
  send(data: RawData, options?: object, callback?: () => void): unknown;
  close(): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each event has its own
  on(event: string, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each event has its own
  once(event: string, listener: (...args: any[]) => void): unknown;
}

export interface Library {
  open(origin: string, options?: EngineOptions): Client;
  /** Whether the last WebSocket worked. */
  remembers: boolean;
}

export const web: SessionPlatform = {
  transports: { polling: Fetch, websocket: WebSocket },
  binaryType: "arraybuffer",
  base64: webBase64,
  location: undefined,
};

function ourSession(origin: string, options: EngineOptions, platform = web): Client {
  const session: unknown = new Session(origin, { path: "/engine.io", ...options }, platform);
  return session as Client; // it has all of that
}

function theirSession(origin: string, options: EngineOptions): Client {
  const socket: unknown = new Socket(origin, { ...options } as object);
  const client = socket as Client; // it has all of that
  client.binaryType = "arraybuffer";
  return client;
}

/** Names become classes, which both take. */
function withClasses(classes: Readonly<Record<string, TransportConstructor>>, options: EngineOptions): EngineOptions {
  const names = options.transports ?? Object.keys(classes);
  return { ...options, transports: names.map((name) => classes[String(name)] ?? name) };
}

const ours: Readonly<Record<string, TransportConstructor>> = { polling: Fetch, websocket: WebSocket };
const theirClasses: unknown = { polling: TheirFetch, websocket: TheirWebSocket };
const theirs = theirClasses as Readonly<Record<string, TransportConstructor>>; // they have that face

const theirMemory = {
  get remembers(): boolean {
    return Socket.priorWebsocketSuccess;
  },
  set remembers(value) {
    Socket.priorWebsocketSuccess = value;
  },
};
const ourMemory = {
  get remembers(): boolean {
    return Session.priorWebsocketSuccess;
  },
  set remembers(value) {
    Session.priorWebsocketSuccess = value;
  },
};

function library(open: Library["open"], memory: { remembers: boolean }): Library {
  return Object.defineProperties({ open }, Object.getOwnPropertyDescriptors(memory)) as Library;
}

export const libraries: Readonly<Record<"theirs" | "ours" | "ours on theirs" | "theirs on ours", Library>> = {
  theirs: library((origin, options = {}) => theirSession(origin, withClasses(theirs, options)), theirMemory),
  ours: library((origin, options = {}) => ourSession(origin, options), ourMemory),
  "ours on theirs": library((origin, options = {}) => ourSession(origin, withClasses(theirs, options)), ourMemory),
  "theirs on ours": library((origin, options = {}) => theirSession(origin, withClasses(ours, options)), theirMemory),
};
