/** An endpoint on a port of its own, and clients that say exactly what they are told to. */

import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket as TcpSocket } from "node:net";
import type { TestContext } from "node:test";
import { Refusal } from "../../src/errors.ts";
import { PlainEndpoint } from "../../src/plain/endpoint.ts";
import { type EndpointOptions, resolvePlainOptions } from "../../src/plain/options.ts";
import { refuseRequest, refuseUpgrade } from "../../src/plain/problem.ts";
import { FakeGate } from "./fake-gate.ts";

export interface House {
  readonly gate: FakeGate;
  readonly port: number;
  /** `http://127.0.0.1:port/anywire` */
  readonly url: string;
  /** The program's own errors. */
  readonly errors: unknown[];
  readonly endpoint: PlainEndpoint;
}

/** Opens an endpoint for one test, and closes it, with all its connections, at the end of the test. */
export async function openHouse(t: TestContext, options: EndpointOptions = {}): Promise<House> {
  const gate = new FakeGate();
  const errors: unknown[] = [];
  const endpoint = new PlainEndpoint(gate, resolvePlainOptions(options), (error) => errors.push(error));
  const server = createServer((request, response) => {
    if (endpoint.handles(request)) endpoint.handleRequest(request, response);
    else refuseRequest(response, new Refusal("not-found"));
  });
  server.on("upgrade", (request, socket, head) => {
    if (endpoint.handles(request)) endpoint.handleUpgrade(request, socket, head);
    else refuseUpgrade(socket, new Refusal("not-found"));
  });
  const sockets = new Set<TcpSocket>();
  server.on("connection", (socket) => sockets.add(socket.once("close", () => sockets.delete(socket))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    for (const { link } of gate.sockets) link?.close("shutting-down");
    const closed = endpoint.close();
    server.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all([closed, once(server, "close")]);
  });
  const { port } = server.address() as AddressInfo;
  return { gate, port, url: `http://127.0.0.1:${port}/anywire`, errors, endpoint };
}

/** Sends the bytes on a connection of their own. @returns all that comes back until the server closes it */
export function rawExchange(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  return exchange(connect(port, "127.0.0.1"), parts);
}

/** The same, by a client that leaves once it has an answer. */
export function shortExchange(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.once("data", () => socket.end());
  return exchange(socket, parts);
}

async function exchange(socket: TcpSocket, parts: readonly (string | Buffer)[]): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("error", () => {});
  for (const part of parts) socket.write(part);
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}

/** An upgrade request with these headers besides, or instead of, the right ones. */
export function upgradeRequest(
  headers: Record<string, string | undefined> = {},
  line = "GET /anywire HTTP/1.1",
): string {
  const fields: Record<string, string | undefined> = {
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  };
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  );
  return `${line}\r\n${lines.join("")}\r\n`;
}

/** A client's frame, masked with zeros (RFC 6455 §5.2). */
export function clientFrame(opcode: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload);
  if (bytes.length > 125) throw new RangeError("a short payload, please");
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}
