/** When it does not try again, and when it waits as long as the server says. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { patience } from "../contract/house.ts";
import { diary, heard } from "../contract/library.ts";
import { call } from "./visits.ts";

const ways = [["polling"], ["websocket"]];

/** A server that refuses everybody. @returns its URL, and the requests that came */
async function refusal(
  t: TestContext,
  status: number,
  headers = {},
): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(status, headers).end();
  });
  server.on("upgrade", (request, line) => {
    requests.push(request);
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    line.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n${lines.join("")}\r\n`);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}

for (const transports of ways) {
  test(`401 over ${transports}: it does not ask again with the same words`, patience, async (t) => {
    const { url, requests } = await refusal(t, 401);
    const socket = call(t, url, { transports, query: { token: "old" } });
    const events = diary({ manager: [socket.io, ["reconnect_attempt"]] });
    await heard(socket.io, "reconnect_failed");
    assert.deepEqual([events, requests.length], [[], 1]);
  });

  test(`401 over ${transports}: it asks again with other words`, patience, async (t) => {
    const { url, requests } = await refusal(t, 401);
    const socket = call(t, url, { transports, query: { token: "0" } });
    let tries = 0;
    socket.on("connect_error", () => {
      if (++tries < 3) socket.io.opts.query = { token: String(tries) };
    });
    await heard(socket.io, "reconnect_failed");
    const tokens = requests.map(({ url = "" }) => new URL(url, "http://a.test").searchParams.get("token"));
    assert.deepEqual(tokens, ["0", "1", "2"]);
  });

  for (const status of [400, 403, 500]) {
    test(`${status} over ${transports}: it tries again`, patience, async (t) => {
      const { url, requests } = await refusal(t, status);
      const socket = call(t, url, { transports, reconnectionAttempts: 2 });
      await heard(socket.io, "reconnect_failed");
      assert.equal(requests.length, 3);
    });
  }

  test(`429 with "Retry-After: 0" over ${transports}: it waits as it does without`, patience, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const { url } = await refusal(t, 429, { "Retry-After": "0" });
    const socket = call(t, url, { transports, reconnectionDelay: 1_000, reconnectionDelayMax: 1_000 });
    const events = diary({ manager: [socket.io, ["reconnect_attempt"]] });
    await heard(socket.io, "error");
    t.mock.timers.tick(999);
    assert.deepEqual(events, []);
    t.mock.timers.tick(1);
    assert.equal(events.length, 1);
  });

  for (const status of [429, 503]) {
    test(`${status} with Retry-After over ${transports}: it waits as long`, patience, async (t) => {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      const { url } = await refusal(t, status, { "Retry-After": "7" });
      const socket = call(t, url, { transports });
      const events = diary({ manager: [socket.io, ["reconnect_attempt"]] });
      await heard(socket.io, "error");
      t.mock.timers.tick(6_999);
      assert.deepEqual(events, []);
      t.mock.timers.tick(7_000);
      assert.equal(events.length, 1);
    });
  }
}
