/** A client's WebSocket: what of it is there before it is open, and what is kept once it is. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { WebSocket } from "@anywire/websocket";
import { messages } from "./messages.ts";
import { listen, openPeer, serve } from "./served.ts";

test("finishRequest sees the socket as it is, and may give it up", async (t) => {
  const { port } = await serve(t);
  const seen: unknown[] = [];
  const ws = new WebSocket(`ws://127.0.0.1:${port}/a`, {
    finishRequest(request, socket) {
      seen.push(socket.url, socket._req === request, socket.readyState);
      socket.close();
    },
  });
  const errors: unknown[] = [];
  ws.on("error", (error) => errors.push(error.message));
  await new Promise((resolve) => ws.on("close", resolve));
  assert.deepEqual(seen, [`ws://127.0.0.1:${port}/a`, true, WebSocket.CONNECTING]);
  assert.deepEqual(errors, ["WebSocket was closed before the connection was established"]);
});

test("a prepared message is masked anew for each server, and its callback comes once", async (t) => {
  const served = await serve(t);
  const ws = new WebSocket(`ws://127.0.0.1:${served.port}`);
  t.after(() => ws.terminate());
  const socket = await served.accepted();
  await once(ws, "open");
  const prepared = WebSocket.prepare("shared");
  const calls: unknown[] = [];
  for (let n = 0; n < 3; n++) ws.send(prepared, (error) => calls.push(error));
  for (let n = 0; n < 3; n++) {
    const [data] = n === 0 ? await once(socket, "message") : [Buffer.from("shared")];
    assert.equal(String(data), "shared");
  }
  await new Promise((resolve) => ws.send("", resolve));
  assert.deepEqual(calls, [null, null, null]);
});

test("a client compresses a prepared message only if that was asked for", async (t) => {
  const served = await serve(t, { perMessageDeflate: true });
  const accepted = served.accepted();
  const ws = new WebSocket(`ws://127.0.0.1:${served.port}`);
  t.after(() => ws.terminate());
  const socket = await accepted;
  await once(ws, "open");
  const lengths: number[] = [];
  socket._socket?.on("data", (chunk: Buffer) => lengths.push(chunk.length));
  for (const compress of [false, true]) {
    ws.send(WebSocket.prepare("a".repeat(5000), { compress }));
    await once(socket, "message");
  }
  assert.equal(lengths[0], 5008);
  assert.ok(Number(lengths[1]) < 100);
});

test("a client looks after its server by heartbeat, and is given up by one that is gone", async (t) => {
  const served = await serve(t, { autoPong: false });
  const ws = new WebSocket(`ws://127.0.0.1:${served.port}`, { heartbeat: { interval: 20, timeout: 20 } });
  const socket = await served.accepted();
  const pinged = once(socket, "ping");
  const [code] = await new Promise<unknown[]>((resolve) => ws.on("close", (...given) => resolve(given)));
  await pinged;
  assert.equal(code, 1006);
});

test("a prepared message that was refused between fragments leaves no trace in the compression", async (t) => {
  const served = await serve(t, { perMessageDeflate: true });
  const { WebSocket: Peer } = await import("ws");
  const peer = new Peer(`ws://127.0.0.1:${served.port}`);
  t.after(() => peer.terminate());
  const socket = await served.accepted();
  await once(peer, "open");
  const text = Array.from({ length: 2000 }, (_, n) => n * n).join();
  const got = messages(peer, 2);
  socket.send("a", { fin: false });
  assert.throws(() => socket.send(WebSocket.prepare(text)), /in fragments/);
  socket.send("b");
  socket.send(text);
  assert.deepEqual(await got, ["ab", text]);
});

test("compression is agreed on with ws at the other end, and prepared messages use it", async (t) => {
  const served = await serve(t, { perMessageDeflate: true });
  const plain = (await openPeer(t, served))[0];
  const { WebSocket: Peer } = await import("ws");
  const peer = new Peer(`ws://127.0.0.1:${served.port}`);
  t.after(() => peer.terminate());
  await once(peer, "open");
  assert.equal(peer.extensions, "permessage-deflate");
  const text = "the same words again and again ".repeat(200);
  const prepared = WebSocket.prepare(text);
  const both = [once(plain, "message"), once(peer, "message")];
  for (const socket of served.wss.clients) socket.send(prepared);
  for (const [data] of await Promise.all(both)) assert.equal(String(data), text);
  const mixed: string[] = [];
  const done = new Promise<void>((resolve) => {
    peer.on("message", (data) => {
      mixed.push(String(data));
      if (mixed.length === 4) resolve();
    });
  });
  for (const socket of served.wss.clients) {
    socket.send(text);
    socket.send(prepared);
    socket.send("short", { compress: false });
    socket.send(text.slice(10));
  }
  await done;
  assert.deepEqual(mixed, [text, text, "short", text.slice(10)]);
});

test("limits that come as text, out of the environment, are numbers; what is none is refused", async (t) => {
  const served = await serve(t, { maxPayload: "5" as unknown as number });
  const [peer, socket] = await openPeer(t, served);
  const failed = new Promise((resolve) => socket.on("error", resolve));
  peer.send("too long");
  assert.match(String(await failed), /Max payload size exceeded/);
  for (const maxPayload of ["five", -1, Number.NaN]) {
    const options = { maxPayload: maxPayload as number };
    assert.throws(() => new WebSocket("ws://127.0.0.1", options), { name: "TypeError", message: /"maxPayload"/ });
  }
});

test("the number of redirects is there while they are followed and afterwards", async (t) => {
  const served = await serve(t);
  const redirecting = createServer((_request, response) => {
    response.writeHead(302, { Location: `ws://127.0.0.1:${served.port}` }).end();
  });
  const port = await listen(t, redirecting);
  const ws = new WebSocket(`ws://127.0.0.1:${port}`, { followRedirects: true });
  t.after(() => ws.terminate());
  const seen: unknown[] = [];
  ws.on("redirect", (url) => seen.push(ws._redirects, url === ws.url));
  await once(ws, "open");
  assert.deepEqual([...seen, ws._redirects], [1, true, 1]);
});
