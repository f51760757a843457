/** A stage for programs that run on npm's ws and on this package: they see the same, in the same order. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import * as ours from "@anywire/websocket";
import * as ws from "ws";
import { portOf } from "./served.ts";

/** What both have. The types of ours take the place of ws's, so they fit. */
type Library = Pick<typeof ws, "WebSocket" | "WebSocketServer">;

export interface Scene {
  readonly WebSocket: Library["WebSocket"];
  readonly wss: ws.WebSocketServer;
  readonly url: string;
  /** Writes down what happens. */
  readonly note: (...what: unknown[]) => void;
  /** A client that is being connected, with its events written down, and the server's socket for it. */
  join(options?: ws.ClientOptions): Promise<[client: ws.WebSocket, socket: ws.WebSocket]>;
}

export interface Play {
  readonly server?: ws.ServerOptions;
  readonly client?: ws.ClientOptions;
  run(scene: Scene): Promise<void>;
}

export const events = ["open", "message", "ping", "pong", "error", "close"] as const;

async function perform(library: Library, play: Play): Promise<string[]> {
  const log: string[] = [];
  const wss = new library.WebSocketServer({ port: 0, host: "127.0.0.1", ...play.server });
  await once(wss, "listening");
  const port = String(portOf(wss));
  const url = `ws://127.0.0.1:${port}`;
  const note = (...what: unknown[]): void => {
    log.push(what.map(show).join(" ").replaceAll(port, "PORT"));
  };
  const ends: Promise<void>[] = [];
  const follow = (name: string, socket: ws.WebSocket): void => {
    ends.push(closed(socket));
    for (const event of events) socket.on(event, (...given) => note(name, event, ...given));
  };
  wss.on("connection", (socket) => follow("server", socket));
  const join = async (options?: ws.ClientOptions): Promise<[ws.WebSocket, ws.WebSocket]> => {
    const accepted = once(wss, "connection");
    const client = new library.WebSocket(url, { ...play.client, ...options });
    follow("client", client);
    const [[socket]] = await Promise.all([accepted, once(client, "open")]);
    return [client, socket];
  };
  await play.run({ WebSocket: library.WebSocket, wss, url, note, join });
  for (const socket of wss.clients) socket.terminate();
  await Promise.all(ends);
  await new Promise((resolve) => wss.close(resolve));
  return log;
}

export function show(value: unknown): string {
  if (value instanceof Error) {
    const { name, message } = value;
    return `${name}(${"code" in value ? value.code : ""}): ${message}`;
  }
  if (Buffer.isBuffer(value)) return value.length > 100 ? `<${value.length} bytes>` : JSON.stringify(value.toString());
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.byteLength})`;
  if (Array.isArray(value)) return `[${value.map(show)}]`;
  return String(value ?? "nothing");
}

/** An error before it is none of this promise's business. */
export function closed(socket: ws.WebSocket): Promise<void> {
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

export function both(client: ws.WebSocket, socket: ws.WebSocket): Promise<unknown> {
  return Promise.all([closed(client), closed(socket)]);
}

/** What each throws, by its text. */
export function attempt(note: Scene["note"], calls: readonly (() => unknown)[]): void {
  for (const call of calls) {
    try {
      note("returned", call());
    } catch (error) {
      note("threw", error);
    }
  }
}

/** One side's events have an order; which side's come first is up to the system. */
function bySide(log: readonly string[]): Record<string, string[]> {
  const sides: Record<string, string[]> = {};
  for (const line of log) {
    const side = line.split(" ", 1)[0] ?? "";
    sides[side] = [...(sides[side] ?? []), line];
  }
  return sides;
}

/** Each play is a test: its log is the same on both. */
export function compare(plays: Readonly<Record<string, Play>>): void {
  for (const [name, play] of Object.entries(plays)) {
    test(name, async () => {
      const expected = await perform(ws, play);
      const seen = await perform(ours as unknown as Library, play);
      assert.deepEqual(bySide(seen), bySide(expected));
    });
  }
}
