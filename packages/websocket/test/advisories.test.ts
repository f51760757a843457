/** What went wrong in other WebSocket servers, as tests of ours, against a server that must live on. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import { WebSocketServer } from "@anywire/websocket";
import Peer from "ws";
import { binary, clientFrame, close, closePayload, continuation, type FrameForm, serverFrame, text } from "./frames.ts";
import { messages } from "./messages.ts";
import { Random } from "./random.ts";
import { openPeer, portOf, RawPeer, requestLines, requestOf, type Served, serve } from "./served.ts";

const mebibyte = 0x10_0000;

/** Sends `bytes` and returns what the server says to them before it ends the stream. */
async function lastWords(t: TestContext, { port }: Served, bytes: Uint8Array): Promise<Buffer> {
  const peer = await RawPeer.open(t, port);
  peer.socket.write(bytes);
  return peer.all();
}

/** Whatever happened to other clients, a new one gets in and hears something. */
async function lives(t: TestContext, { wss, port }: Served): Promise<void> {
  wss.on("connection", (socket) => socket.send("alive"));
  const peer = new Peer(`ws://127.0.0.1:${port}/`);
  t.after(() => peer.terminate());
  assert.deepEqual(await messages(peer, 1), ["alive"]);
}

/** Nobody listens for errors: each of these must not end the process (CVE-2022-39386). */
const malformed: [name: string, bytes: Buffer, code: number][] = [
  ["no mask", serverFrame(text, "x"), 1002],
  ["RSV1 without an extension", clientFrame(text, "x", { reserved: 0x40 }), 1002],
  ["RSV2", clientFrame(text, "x", { reserved: 0x20 }), 1002],
  ["RSV3", clientFrame(text, "x", { reserved: 0x10 }), 1002],
  ["opcode 3", clientFrame(3, "x"), 1002],
  ["opcode 11", clientFrame(11, "x"), 1002],
  ["a fragmented close", clientFrame(close, "", { fin: false }), 1002],
  ["a ping of 126 bytes", clientFrame(9, Buffer.alloc(126)), 1002],
  ["a close of one byte", clientFrame(close, "x"), 1002],
  ["close code 1005", clientFrame(close, closePayload(1005)), 1002],
  ["close code 0", clientFrame(close, closePayload(0)), 1002],
  ["close code 65,535", clientFrame(close, closePayload(65_535)), 1002],
  ["a close reason of bad UTF-8", clientFrame(close, closePayload(1000, Buffer.of(0xc3))), 1007],
  ["a continuation without a start", clientFrame(continuation, "x"), 1002],
  ["a text in a text", Buffer.concat([clientFrame(text, "x", { fin: false }), clientFrame(text, "y")]), 1002],
  ["bad UTF-8", clientFrame(text, Buffer.of(0x61, 0xed, 0xa0, 0x80)), 1007],
  ["an overlong length", Buffer.from([0x82, 0xfe, 0, 5, 0, 0, 0, 0]), 1002],
];

for (const [name, bytes, code] of malformed) {
  test(`${name}: closed with ${code}, and the server lives`, async (t) => {
    const served = await serve(t);
    assert.deepEqual(await lastWords(t, served, bytes), serverFrame(close, closePayload(code)));
    await lives(t, served);
  });
}

/** GHSA-6663-c963-2gqg, CVE-2026-1528: announced lengths, of which nothing is stored. */
const announced: [name: string, length: string][] = [
  ["one more than maxPayload", "0000000006400001"],
  ["2^53 bytes", "0020000000000000"],
  ["2^63 bytes", "8000000000000000"],
  ["2^64 - 1 bytes", "ffffffffffffffff"],
];

for (const [name, length] of announced) {
  test(`${name} announced: 1009 before any payload comes`, async (t) => {
    const served = await serve(t);
    const bytes = Buffer.from(`82ff${length}00000000`, "hex");
    assert.deepEqual(await lastWords(t, served, bytes), serverFrame(close, closePayload(1009)));
    await lives(t, served);
  });
}

test("the limit holds for the sum of the fragments (CVE-2026-12151)", async (t) => {
  const served = await serve(t, { maxPayload: 1000 });
  const fragments = [
    clientFrame(binary, Buffer.alloc(600), { fin: false }),
    clientFrame(continuation, Buffer.alloc(401)),
  ];
  assert.deepEqual(await lastWords(t, served, Buffer.concat(fragments)), serverFrame(close, closePayload(1009)));
});

test("bad UTF-8 is closed with 1007 at the bad byte, in a frame that has not ended", async (t) => {
  const served = await serve(t);
  const frame = clientFrame(text, "", { length: 1000, fin: false });
  const start = Buffer.from([0x61, 0xf4, 0x90]).map((byte, at) => byte ^ [0x37, 0xfa, 0x21][at]!);
  assert.deepEqual(await lastWords(t, served, Buffer.concat([frame, start])), serverFrame(close, closePayload(1007)));
});

/** GHSA-96hv-2xvq-fx4p and what followed: tiny and empty fragments that never end. */
const fragmentFloods: [name: string, payload: string][] = [
  ["one byte", "x"],
  ["no bytes", ""],
];

for (const [name, payload] of fragmentFloods) {
  test(`400,000 fragments of ${name} hold no more memory than their bytes`, async (t) => {
    const served = await serve(t);
    const accepted = served.accepted();
    const peer = await RawPeer.open(t, served.port);
    const socket = await accepted;
    const fragment = clientFrame(continuation, payload, { fin: false });
    const flood = Buffer.concat(Array.from({ length: 4000 }, () => fragment));
    peer.socket.write(clientFrame(binary, "", { fin: false }));
    const before = process.memoryUsage();
    for (let n = 0; n < 100; n++) peer.socket.write(flood);
    const sign = once(socket, "ping"); // a control frame between the fragments: all before it was read
    peer.socket.write(clientFrame(9, "read"));
    await sign;
    const after = process.memoryUsage();
    assert.ok(after.external - before.external < 24 * mebibyte);
    const got = once(socket, "message");
    peer.socket.write(clientFrame(continuation, "end"));
    const [data] = await got;
    assert.equal(data.length, 400_000 * payload.length + 3);
  });
}

test("an honest 4 MiB in fragments of 64 bytes passes under the default limits", async (t) => {
  const served = await serve(t);
  const accepted = served.accepted();
  const peer = await RawPeer.open(t, served.port);
  const got = once(await accepted, "message");
  const form = (at: number): FrameForm => ({ fin: at === 65_535 });
  const fragments = Array.from({ length: 65_536 }, (_, at) =>
    clientFrame(at === 0 ? binary : continuation, Buffer.alloc(64, at), form(at)),
  );
  peer.socket.write(Buffer.concat(fragments));
  const [data] = await got;
  assert.equal(data.length, 4 * mebibyte);
});

test("300 clients that announce 100 MiB each reserve next to nothing", async (t) => {
  const served = await serve(t);
  const before = process.memoryUsage();
  const start = Buffer.concat([clientFrame(binary, "", { length: 100 * mebibyte }), Buffer.of(1)]);
  const peers = await Promise.all(Array.from({ length: 300 }, () => RawPeer.open(t, served.port, start)));
  assert.equal(peers.length, 300);
  assert.ok(process.memoryUsage().external - before.external < 64 * mebibyte);
  for (const { socket } of peers) socket.destroy();
});

test("more headers than Node keeps are a bad request, not a crash (CVE-2024-37890)", async (t) => {
  const served = await serve(t);
  const many = Array.from({ length: 2100 }, (_, at) => `a${at}:`);
  const [start = "", ...headers] = requestLines;
  const peer = await RawPeer.connect(t, served.port);
  peer.socket.write(requestOf([start, ...many, ...headers]));
  assert.match((await peer.all()).toString("latin1"), /^HTTP\/1\.1 4\d\d /);
  await lives(t, served);
});

const prototypeNames = ["constructor", "__proto__", "toString", "hasOwnProperty"];

test("extensions and subprotocols named like members of Object.prototype are only names (GHSA-5v72-xg48-5rpm)", async (t) => {
  const served = await serve(t, { handleProtocols: (offered) => [...offered].at(-1) ?? false });
  const peer = await RawPeer.connect(t, served.port);
  const names = prototypeNames.join(", ");
  peer.socket.write(
    requestOf([...requestLines, `Sec-WebSocket-Extensions: ${names}`, `Sec-WebSocket-Protocol: ${names}`]),
  );
  const answer = (await peer.until((bytes) => bytes.includes("\r\n\r\n"))).toString("latin1");
  assert.match(answer, /^HTTP\/1\.1 101 [\s\S]*Sec-WebSocket-Protocol: hasOwnProperty\r\n/);
  assert.doesNotMatch(answer, /Extensions/);
});

test("blanks in headers cost linear time (CVE-2021-32640, CVE-2020-7662)", async (t) => {
  const served = await serve(t, {});
  const started = performance.now();
  for (const header of [
    `Sec-WebSocket-Protocol: a${" ".repeat(14_000)}b`,
    `Sec-WebSocket-Extensions: b="${"\\c".repeat(7000)}`,
  ]) {
    const peer = await RawPeer.connect(t, served.port);
    peer.socket.write(requestOf([...requestLines, header]));
    await peer.until((bytes) => bytes.includes("\r\n\r\n"));
  }
  assert.ok(performance.now() - started < 2000);
});

test("junk in Host, Origin and the path is nobody's crash (CVE-2026-14631, sockjs CVE-2020-7693)", async (t) => {
  const served = await serve(t);
  for (const [path, host, origin] of [
    ["/%", "a b", "::"],
    ["*", "[", "null"],
    ["//x\\y", "\\", "https://[::1"],
  ]) {
    const peer = await RawPeer.connect(t, served.port);
    const lines = requestLines.filter((line) => !/^(GET|Host)/.test(line));
    peer.socket.write(requestOf([`GET ${path} HTTP/1.1`, `Host: ${host}`, `Origin: ${origin}`, ...lines]));
    await peer.until((bytes) => bytes.includes("HTTP/1.1 "));
  }
  await lives(t, served);
});

test("a client that resets while its upgrade is answered ends nothing (CVE-2022-41940)", async (t) => {
  const served = await serve(t);
  for (let n = 0; n < 20; n++) {
    const peer = await RawPeer.connect(t, served.port);
    peer.socket.write(Buffer.concat([Buffer.from(requestOf()), clientFrame(text, "x")]));
    peer.socket.resetAndDestroy();
  }
  await lives(t, served);
});

test("a program's close reason of wide elements leaks no memory (GHSA-58qx-3vcg-4xpx)", async (t) => {
  const [, socket] = await openPeer(t, await serve(t));
  assert.throws(() => Reflect.apply(socket.close, socket, [1000, new Float64Array(8)]), TypeError);
});

test("an upgrade on a server that no longer takes any is refused, on every path", async (t) => {
  const http = createServer();
  const wss = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => wss.handleUpgrade(request, socket, head, assert.fail));
  t.after(() => http.close());
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  wss.close();
  for (const path of ["/", "/any/where", "/?x"]) {
    const peer = await RawPeer.connect(t, portOf(http));
    peer.socket.write(requestOf([`GET ${path} HTTP/1.1`, ...requestLines.slice(1)]));
    assert.match((await peer.all()).toString("latin1"), /^HTTP\/1\.1 503 /);
  }
});

test("random frames from many clients: each is answered or closed by the rules, and the server lives", async (t) => {
  const served = await serve(t, { maxPayload: 5000 });
  served.wss.on("connection", (socket) =>
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  const random = new Random(2026);
  for (let n = 0; n < 60; n++) {
    const frames = Array.from({ length: 20 }, () =>
      clientFrame(random.pick([0, 1, 2, 9, 10, random.below(16)]), random.bytes(random.below(300)), {
        fin: random.below(4) > 0,
      }),
    );
    const peer = await RawPeer.open(t, served.port);
    peer.socket.end(Buffer.concat([...frames, random.bytes(20), serverFrame(text, "no mask")]));
    await peer.all();
  }
  await lives(t, served);
});
