/** A connection of the protocol with nothing around it: what it tells, and what it would send. */

import { platform } from "../../src/node/platform.ts";
import { Connection, type ConnectionRules, type FrameForm } from "../../src/protocol/connection.ts";
import { MemoryBudget } from "../../src/protocol/memory-budget.ts";
import { Parts } from "../../src/protocol/parts.ts";

export const rules: ConnectionRules = {
  masked: true,
  compression: false,
  maxPayload: 0x10_0000,
  maxBufferedChunks: Infinity,
  maxFragments: Infinity,
  validateUtf8: true,
  assembled: true,
  budget: new MemoryBudget(Infinity),
  nextKey: () => 0x3d21fa37,
  autoPong: true,
  maxPendingPings: Infinity,
  closeTimeout: 1000,
  heartbeat: undefined,
};

export interface World {
  readonly connection: Connection<Buffer>;
  readonly events: unknown[];
  readonly sent: () => Buffer;
}

/** What is taken, as a list. */
export function piecesOf(from: { take(): Buffer | readonly Buffer[] }): readonly Buffer[] {
  const taken = from.take();
  return taken instanceof Uint8Array ? [taken] : taken;
}

export function world(changes: Partial<ConnectionRules> = {}): World {
  const events: unknown[] = [];
  const connection = new Connection({ ...rules, ...changes }, new Parts(platform), {
    message: (data, isBinary) => events.push([isBinary ? "binary" : "text", data.toString()]),
    ping: (data) => events.push(["ping", data.toString()]),
    pong: (data) => events.push(["pong", data.toString()]),
    compressed: (data, isBinary) => events.push(["compressed", isBinary ? "binary" : "text", data.toString("latin1")]),
  });
  const sent = (): Buffer => {
    const bytes = Buffer.concat(piecesOf(connection));
    connection.written(false);
    return bytes;
  };
  return { connection, events, sent };
}

/** How a server sends a message. */
export function form(binary: boolean, fin: boolean): FrameForm {
  return { binary, fin, masked: false };
}
