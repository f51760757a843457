/** Polling and WebSocket of Node.js at npm's engine.io: what goes in comes out. */

import assert from "node:assert/strict";
import { Agent, type IncomingMessage } from "node:http";
import { test } from "node:test";
import { connect, names, serve } from "./engine-server.ts";

for (const name of names) {
  test(`${name}: text and binary go both ways, in order`, async (t) => {
    const served = await serve(t);
    const accepted = served.accepted();
    const { transport, message, host, next } = await connect(t, name, { port: served.port });
    const socket = await accepted;
    assert.equal(Reflect.get(socket, "id"), host.id);
    socket.on("message", (data: unknown) => socket.send(data as string));
    const messages = ["hi", "", "é \u{1f44b}", Buffer.from([0, 1, 255]), "x".repeat(100_000), Buffer.alloc(100_000, 7)];
    for (const data of messages) {
      const echoed = Promise.all([message(), next("drain")]);
      transport.send([{ type: "message", data }]);
      assert.deepEqual((await echoed)[0], data === "" ? undefined : data);
    }
  });

  test(`${name}: several packets of one send arrive in order`, async (t) => {
    const served = await serve(t);
    const accepted = served.accepted();
    const { transport, next } = await connect(t, name, { port: served.port });
    const socket = await accepted;
    const received: unknown[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on("message", (data: unknown) => {
        received.push(data);
        if (received.length === 4) resolve();
      });
    });
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const drained = next("drain");
    transport.send([
      { type: "message", data: "a" },
      { type: "message", data: bytes.subarray(1, 3) },
      { type: "message", data: bytes.buffer },
      { type: "message", data: "b", options: { compress: false } },
    ]);
    assert.equal(transport.writable, false);
    await Promise.all([all, drained]);
    assert.equal(transport.writable, true);
    assert.deepEqual(received, ["a", Buffer.from([2, 3]), Buffer.from([1, 2, 3, 4]), "b"]);
  });

  test(`${name}: binary as base64 if it is asked for`, async (t) => {
    const served = await serve(t);
    const accepted = served.accepted();
    const { transport, message } = await connect(t, name, { port: served.port, forceBase64: true });
    const socket = await accepted;
    socket.on("message", (data: unknown) => socket.send(data as string));
    const echoed = message();
    transport.send([{ type: "message", data: new Blob([new Uint8Array([0, 255])]) }]);
    assert.deepEqual(await echoed, Buffer.from([0, 255]));
  });

  test(`${name}: the server learns that the client closes, and lets go of it`, async (t) => {
    const served = await serve(t);
    const accepted = served.accepted();
    const { transport, next } = await connect(t, name, { port: served.port });
    const socket = await accepted;
    const gone = new Promise((resolve) => socket.on("close", resolve));
    const closed = next("close");
    transport.close();
    await closed;
    assert.equal(await gone, "transport close");
  });

  test(`${name}: the client learns that the server closes`, async (t) => {
    const served = await serve(t);
    const accepted = served.accepted();
    const { next } = await connect(t, name, { port: served.port });
    const closed = next("close");
    (await accepted).close();
    assert.match(JSON.stringify(await closed), /closed/);
  });

  test(`${name}: headers, and an agent of the program's`, async (t) => {
    let made = 0;
    class Counting extends Agent {
      override createConnection(...args: Parameters<Agent["createConnection"]>): ReturnType<Agent["createConnection"]> {
        made++;
        return super.createConnection(...args);
      }
    }
    const agent = new Counting({ keepAlive: true });
    t.after(() => agent.destroy());
    const served = await serve(t);
    const accepted = served.accepted();
    await connect(t, name, { port: served.port, agent, extraHeaders: { "X-Token": "abc", Cookie: "own=1" } });
    const { headers } = (await accepted).request as IncomingMessage;
    assert.deepEqual([headers["x-token"], headers.cookie], ["abc", "own=1"]);
    assert.ok(made > 0);
  });

  test(`${name}: cookies are kept with withCredentials alone, and sent with all that follows`, async (t) => {
    const served = await serve(t);
    const seen: unknown[] = [];
    served.engine.on("initial_headers", (headers) => {
      headers["set-cookie"] = "a=1; Path=/";
    });
    served.http.prependListener("request", (request: IncomingMessage) => seen.push(request.headers.cookie));
    const accepted = served.accepted();
    const options = { port: served.port, withCredentials: true, extraHeaders: { cookie: "own=1" } };
    const { host, message } = await connect(t, name, options);
    const received = message();
    (await accepted).send("so that a poll has come");
    await received;
    assert.deepEqual(
      [...(host._cookieJar?.cookies ?? [])].map(([key, { value }]) => `${key}=${value}`),
      ["a=1"],
    );
    if (name === "polling") assert.deepEqual(seen.slice(0, 2), ["own=1", "own=1; a=1"]);
  });
}
