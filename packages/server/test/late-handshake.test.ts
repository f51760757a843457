import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { TLSSocket } from "node:tls";
import { LateHandshake } from "../src/late-handshake.ts";

function read(socket: Socket, headers: Record<string, string> = {}): ReturnType<LateHandshake["read"]> {
  const request = new IncomingMessage(socket);
  request.url = "/socket.io/?EIO=4&transport=polling&token=a";
  Object.assign(request.headers, headers);
  return new LateHandshake({ request, address: "::1" }, { key: "b" }).read();
}

test("a handshake tells where a client comes from, what it asked, and what it says of itself", () => {
  const { url, query, address, auth, xdomain, headers } = read(new Socket(), { origin: "https://a.example" });
  assert.equal(url, "/socket.io/?EIO=4&transport=polling&token=a");
  assert.deepEqual({ ...query }, { EIO: "4", transport: "polling", token: "a" });
  assert.deepEqual({ address, auth, xdomain }, { address: "::1", auth: { key: "b" }, xdomain: true });
  assert.deepEqual(headers, { origin: "https://a.example" });
});

const sockets: readonly [name: string, socket: () => Socket, secure: boolean][] = [
  ["TCP", () => new Socket(), false],
  ["TLS", () => new TLSSocket(new Socket()), true],
  ["a carrier that says so itself", () => Object.assign(new Socket(), { encrypted: true }), true],
];
for (const [name, socket, secure] of sockets) {
  test(`over ${name} it is ${secure ? "" : "not "}secure`, () => assert.equal(read(socket()).secure, secure));
}
