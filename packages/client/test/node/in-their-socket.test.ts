/** Our transports of Node.js in a Socket of engine.io-client, cookies and upgrade included. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Socket } from "engine.io-client";
import { NodeXHR } from "../../src/engine/node-polling.ts";
import { NodeWebSocket } from "../../src/engine/node-websocket.ts";
import { serve } from "./engine-server.ts";

test("engine.io-client opens with our polling, moves to our WebSocket, and keeps cookies for both", async (t) => {
  const served = await serve(t);
  served.engine.on("initial_headers", (headers) => {
    headers["set-cookie"] = "a=1";
  });
  const cookies: unknown[] = [];
  served.http.prependListener("upgrade", (request) => cookies.push(request.headers.cookie));
  const accepted = served.accepted();
  const options = { transports: [NodeXHR, NodeWebSocket] as unknown as string[], withCredentials: true };
  const socket = new Socket(`http://127.0.0.1:${served.port}`, options);
  t.after(() => socket.close());
  const moved = new Promise((resolve) => socket.once("upgrade", ({ name }) => resolve(name)));
  const peer = await accepted;
  peer.on("message", (data: string) => peer.send(data));
  assert.equal(await moved, "websocket");
  for (const data of ["text", Buffer.from([1, 2])]) {
    const echoed = new Promise((resolve) => socket.once("message", resolve));
    socket.send(data);
    assert.deepEqual(await echoed, data);
  }
  assert.deepEqual(cookies, ["a=1"]);
  const gone = once(peer, "close");
  socket.close();
  assert.equal((await gone)[0], "transport close");
});
