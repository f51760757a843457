/** What is no Engine.IO server answers, or pretends to be one: the client says why, tries again, and its process lives. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { after, before, type TestContext, test } from "node:test";
import { Guest } from "./guest.ts";

const patience = { timeout: 30_000 };
let guest: Guest;

before(() => {
  guest = new Guest();
});
after(() => guest.close());

/** A server that says these bytes to everybody. @param more goes on as long as it is listened to */
async function serve(t: TestContext, bytes: Buffer, more?: Buffer): Promise<{ url: string; opened(): number }> {
  let opened = 0;
  const lines = new Set<Socket>();
  const server = createServer((line) => {
    opened += 1;
    lines.add(line);
    line.on("error", () => {}).on("close", () => lines.delete(line));
    const go = (): void => {
      while (more !== undefined && !line.destroyed && line.write(more));
    };
    line.once("data", () => {
      line.write(bytes);
      if (more === undefined) line.end();
      else line.on("drain", go);
      go();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const line of lines) line.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, opened: () => opened };
}

const answer = (body: string | Buffer, fields = "Content-Type: text/plain", status = "200 OK"): Buffer =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 ${status}\r\n${fields}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`,
    ),
    Buffer.from(body),
  ]);

const opening = (changes: object): string =>
  `0${JSON.stringify({ sid: "s", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000, ...changes })}`;

const portal = "<!doctype html><html><title>Welcome to our hotel</title><form action=/login></form></html>";

const server = /^connect_error server error$/;
const poll = /^connect_error xhr poll error$/;
const close = /^connect_error transport close$/;

const polls: readonly [name: string, bytes: Buffer, reason: RegExp][] = [
  ["the page of a captive portal", answer(portal, "Content-Type: text/html"), server],
  ["a redirect", answer("", "Location: http://127.0.0.1:9/login", "302 Found"), poll],
  ["204", answer("", "X-Nothing: 1", "204 No Content"), poll],
  ["an empty answer", answer(""), server],
  ["no HTTP", Buffer.from("SSH-2.0-OpenSSH_9.6\r\n"), poll],
  ["no answer at all", Buffer.alloc(0), poll],
  ["bytes", Buffer.from(Array.from({ length: 256 }, (_, n) => n)), poll],
  ["half an answer", answer("0{").subarray(0, -1), poll],
  ["a body that is no gzip", answer("0{}", "Content-Encoding: gzip"), poll],
  ["a coding of its own", answer("0{}", "Content-Encoding: pigeon"), poll],
  ["bytes in the body", answer(Buffer.from([0xff, 0xfe, 0x00, 0x1e, 0x80])), server],
  ["separators alone", answer("\x1e\x1e\x1e"), server],
  ["a close packet", answer("1"), close],
  ["bad JSON", answer("0{"), server],
  ["no JSON", answer("0"), server],
  ...["null", "true", "7", '"s"', "[]", "{}", "[{}]"].map((json): [string, Buffer, RegExp] => [
    `the handshake ${json}`,
    answer(`0${json}`),
    server,
  ]),
  ["no sid", answer(opening({ sid: undefined })), server],
  ["a sid that is a number", answer(opening({ sid: 7 })), server],
  ["no upgrades", answer(opening({ upgrades: null })), server],
  ["upgrades that are text", answer(opening({ upgrades: "websocket" })), server],
  ["a pingInterval that is text", answer(opening({ pingInterval: "25000" })), server],
  ["a pingInterval below 0", answer(opening({ pingInterval: -1 })), server],
  ["a pingTimeout that is missing", answer(opening({ pingTimeout: undefined })), server],
  [
    "the prototype of all",
    answer('0{"__proto__":{"sid":"s","upgrades":[],"pingInterval":1000,"pingTimeout":1000}}'),
    server,
  ],
];

for (const [name, bytes, reason] of polls) {
  test(`polling: ${name}`, patience, async (t) => {
    const { url, opened } = await serve(t, bytes);
    const { diary } = await guest.visit({ url, options: { transports: ["polling"] }, ends: 3 });
    for (const line of diary) assert.match(line, reason);
    assert.ok(opened() >= 3);
  });
}

for (const [name, bytes] of polls) {
  test(`websocket: ${name}`, patience, async (t) => {
    const { url, opened } = await serve(t, bytes);
    const { diary } = await guest.visit({ url, options: { transports: ["websocket"] }, ends: 3 });
    for (const line of diary) assert.equal(line, "connect_error websocket error");
    assert.ok(opened() >= 3);
  });
}

const chunked = Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
const endless: readonly [name: string, first: Buffer, more: Buffer][] = [
  ["body", chunked, Buffer.from(`10000\r\n${"0".repeat(0x10000)}\r\n`)],
  ["header", Buffer.from("HTTP/1.1 200 OK\r\nX-Long: "), Buffer.alloc(65_536, "x")],
  ["list of headers", Buffer.from("HTTP/1.1 200 OK\r\n"), Buffer.from("X: y\r\n".repeat(1_000))],
];

for (const [name, first, more] of endless) {
  for (const [transport, ends] of [
    ["polling", 2],
    ["websocket", 2],
  ] as const) {
    test(`${transport}: a ${name} without end`, patience, async (t) => {
      const { url } = await serve(t, first, more);
      const { diary, heap } = await guest.visit({ url, options: { transports: [transport] }, ends });
      for (const line of diary) assert.match(line, /^connect_error (xhr poll|websocket) error$/);
      assert.ok(heap < 400e6, `${heap} bytes`);
    });
  }
}
