/** What an Engine.IO request asks for: its query, read once into an object without a prototype. */

import type { IncomingMessage } from "node:http";
import type { EngineProtocol } from "./transport.ts";

/** Has no prototype: its keys come from clients. Of a name that comes twice, the last value counts. */
export interface EngineQuery {
  readonly [name: string]: string | undefined;
}

/** A request whose query was read, as engine.io leaves it to programs. */
export interface EngineRequest extends IncomingMessage {
  _query: EngineQuery;
}

/** Reads the query, unless that was done before. Nothing that a client can send makes it throw. */
export function readEngineRequest(request: IncomingMessage): EngineRequest {
  const read: IncomingMessage & { _query?: EngineQuery } = request;
  read._query ??= parseQuery(request.url ?? "");
  return read as EngineRequest; // its query was set just now
}

function parseQuery(url: string): EngineQuery {
  const query: Record<string, string> = Object.setPrototypeOf({}, null); // of `Object.create(null)` V8 makes a dictionary, three times as large
  const start = url.indexOf("?");
  if (start === -1) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) query[name] = value;
  return query;
}

/** What is not said to be 4 is 3 (engine.io). */
export function protocolOf(query: EngineQuery): EngineProtocol {
  return query.EIO === "4" ? 4 : 3;
}

/** A client of ours says so: it may hear of our own extras. */
export function saysOurs(query: EngineQuery): boolean {
  return query.anywire === "1";
}
