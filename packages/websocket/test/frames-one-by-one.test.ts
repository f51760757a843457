/** The option `assembleFragments: false`: the frames of a message, one by one. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { WebSocket, WebSocketServer } from "@anywire/websocket";
import { openPeer, serve } from "./served.ts";

test("each frame is told with its kind and whether it is the last, and no message is", async (t) => {
  const served = await serve(t, { assembleFragments: false });
  const [peer, socket] = await openPeer(t, served);
  const seen: unknown[] = [];
  socket.on("frame", (data, isBinary, fin) => seen.push([String(data), isBinary, fin]));
  socket.on("message", () => seen.push("message"));
  socket.on("ping", (data) => seen.push(`ping ${data}`));
  peer.send("Hel", { fin: false });
  peer.ping("between");
  peer.send("", { fin: false });
  peer.send("lo", { fin: true });
  peer.send(Buffer.from("whole"));
  peer.close();
  await once(socket, "close");
  const expected = [
    ["Hel", false, false],
    "ping between",
    ["", false, false],
    ["lo", false, true],
    ["whole", true, true],
  ];
  assert.deepEqual(seen, expected);
});

test("a client has it too, and offers no compression then", async (t) => {
  const served = await serve(t, { perMessageDeflate: true });
  const ws = new WebSocket(`ws://127.0.0.1:${served.port}`, {
    assembleFragments: false,
    allowSynchronousEvents: false,
  });
  t.after(() => ws.terminate());
  const socket = await served.accepted();
  const frames: unknown[] = [];
  ws.on("frame", (data, _isBinary, fin) => frames.push([String(data), fin]));
  socket.send("a", { fin: false });
  socket.send("b");
  socket.close();
  await once(ws, "close");
  assert.equal(ws.extensions, "");
  assert.deepEqual(frames, [
    ["a", false],
    ["b", true],
  ]); // prettier-ignore
});

test("together with compression it is refused", () => {
  const options = { noServer: true, assembleFragments: false, perMessageDeflate: true };
  assert.throws(() => new WebSocketServer(options), { name: "TypeError", message: /"assembleFragments"/ });
});
