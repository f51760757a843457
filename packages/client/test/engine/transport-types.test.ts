/** The types of transports take engine.io-client's classes, and programs' own. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as theirs from "engine.io-client";
import { Fetch, NodeWebSocket, NodeXHR, WebSocket } from "../../src/node.ts";
import { Transport, type TransportConstructor } from "../../src/transport.ts";

class Own extends Transport {
  override get name(): string {
    return "own";
  }
}

test("engine.io-client's transports, ours and a program's own are transports", () => {
  const all: TransportConstructor[] = [
    theirs.Fetch,
    theirs.NodeXHR,
    theirs.NodeWebSocket,
    theirs.WebSocket,
    Fetch,
    NodeXHR,
    NodeWebSocket,
    WebSocket,
    Own,
  ];
  const names = ["polling", "polling", "websocket", "websocket", "polling", "polling", "websocket", "websocket", "own"];
  assert.deepEqual(
    all.map(({ prototype }) => Reflect.get(prototype, "name", { query: {} })),
    names,
  );
});
