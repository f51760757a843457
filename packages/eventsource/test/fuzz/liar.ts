/** A TCP server that answers whatever a test likes, and a source that meets it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { type ErrorEvent, EventSource, type EventSourceInit } from "../../src/index.ts";

export interface Liar {
  readonly url: string;
  /** Resolves once every connection that has asked for something is closed: fetch may open a spare one, which is its own business. */
  left(): Promise<void>;
}

/** @param answer called with the head of each request. Ends with the test. */
export async function liar(t: TestContext, answer: (socket: Socket, request: string) => void): Promise<Liar> {
  const sockets = new Set<Socket>();
  const asking = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      asking.delete(socket);
    });
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    let request = "";
    socket.on("data", (bytes) => {
      request += bytes.toString("latin1");
      if (!request.endsWith("\r\n\r\n")) return;
      asking.add(socket);
      answer(socket, request);
      request = "";
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const left = async (): Promise<void> => {
    for (const socket of asking) await new Promise((resolve) => socket.on("close", resolve));
  };
  const { port } = server.address() as AddressInfo; // listens on a port, not on a pipe
  return { url: `http://127.0.0.1:${port}/`, left };
}

/** What a source made of an answer. */
export interface Meeting {
  readonly opened: boolean;
  readonly events: number;
  readonly message: string | undefined;
  readonly readyState: number;
  readonly error: ErrorEvent;
}

/** Of a source that tells of an error. */
const states: readonly number[] = [EventSource.CONNECTING, EventSource.CLOSED];

/** One source until its first error: what holds of every source, whatever it is answered, is looked at here. */
export async function meet(url: string, init: EventSourceInit = {}): Promise<Meeting> {
  const source = new EventSource(url, init);
  let opened = false;
  let events = 0;
  source.onopen = () => {
    assert.equal(source.readyState, EventSource.OPEN);
    opened = true;
  };
  source.onmessage = () => {
    assert.equal(source.readyState, EventSource.OPEN);
    events++;
  };
  const error = await new Promise<ErrorEvent>((resolve) => {
    source.addEventListener("error", (event) => {
      if (event instanceof MessageEvent) return; // the server named an event so
      assert.ok(states.includes(source.readyState));
      resolve(event);
    });
  });
  const { readyState } = source;
  const { message } = error;
  if (!opened) assert.ok(typeof message === "string" && message !== "", "an error says what went wrong");
  else assert.ok(message === undefined || message !== "");
  source.close();
  assert.equal(source.readyState, EventSource.CLOSED);
  return { opened, events, message, readyState, error };
}
