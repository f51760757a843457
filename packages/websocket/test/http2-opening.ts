/** Servers of HTTP/2 written by hand, and our client that opens a WebSocket on them. All end with their test. */

import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from "node:http2";
import type { TestContext } from "node:test";
import { type ClientOptions, WebSocket } from "@anywire/websocket";
import { selfSigned } from "../../../scripts/test/self-signed.ts";
import type { Client } from "./clients.ts";
import { type AnyHttp2Server, listenHttp2, plain } from "./http2-peers.ts";

export const offering = { settings: { enableConnectProtocol: true } };

export type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

export const accept: Answer = (stream) => stream.respond({ ":status": 200 });

export interface Answering {
  readonly port: number;
  readonly server: AnyHttp2Server;
  readonly sessions: ServerHttp2Session[];
  readonly streams: ServerHttp2Stream[];
}

export async function answering(
  t: TestContext,
  answer: Answer,
  server: AnyHttp2Server = plain(offering),
): Promise<Answering> {
  const sessions: ServerHttp2Session[] = [];
  const streams: ServerHttp2Stream[] = [];
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    streams.push(stream.on("error", () => {}));
    answer(stream, headers);
  });
  return { port: await listenHttp2(t, server), server, sessions, streams };
}

export function open(address: string, protocols: string[] = [], options: ClientOptions = {}): Client & WebSocket {
  return new WebSocket(address, protocols, { http2: true, ca: selfSigned.cert, ...options });
}
