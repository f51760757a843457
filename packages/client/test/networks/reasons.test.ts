/** Who comes back, and when, by what the server has said: 401, 403, 500, Retry-After, a planned end. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { type LookupOptions, io as lookup, type Socket } from "../../src/node.ts";
import { House } from "../contract/house.ts";
import { heard } from "../contract/library.ts";
import { anywire } from "../contract/server-kind.ts";

const patience = { timeout: 20_000 };
const transports = ["polling", "websocket"];

interface Answer {
  readonly status: number;
  readonly fields?: string;
}

/** A server that answers everything alike, upgrades too. */
async function refuse(t: TestContext, { status, fields = "" }: Answer): Promise<{ url: string; asked(): string[] }> {
  const asked: string[] = [];
  const said = `HTTP/1.1 ${status} No\r\n${fields}Content-Length: 0\r\nConnection: close\r\n\r\n`;
  const note = ({ url = "" }: IncomingMessage): unknown => asked.push(url);
  const server: Server = createServer((request, response) => {
    note(request);
    response.socket?.end(said);
  });
  server.on("upgrade", (request, line) => {
    note(request);
    line.end(said);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

function call(t: TestContext, url: string, options: LookupOptions): { socket: Socket; lines: string[] } {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const socket = lookup(url, { forceNew: true, randomizationFactor: 0, reconnectionDelay: 1_000, ...options });
  t.after(() => socket.io._close());
  const lines: string[] = [];
  for (const event of ["reconnect_attempt", "reconnect_failed", "connect_error"] as const)
    socket.on(event, () => lines.push(event));
  return { socket, lines };
}

for (const transport of transports) {
  test(`${transport}: after 401 nobody dials with what was refused`, patience, async (t) => {
    const { url, asked } = await refuse(t, { status: 401 });
    const { socket, lines } = call(t, url, { transports: [transport], query: { token: "old" } });
    await heard(socket, "connect_error");
    t.mock.timers.tick(10_000);
    await new Promise(setImmediate);
    assert.deepEqual(lines, ["connect_error", "reconnect_failed"]);
    assert.equal(asked().length, 1);
    assert.equal(socket.active, true);
  });

  for (const [what, change] of [
    ["the query", { query: { token: "new" } }],
    ["a header", { extraHeaders: { authorization: "new" } }],
  ] as const) {
    test(`${transport}: after 401 it dials again once ${what} has changed`, patience, async (t) => {
      const { url, asked } = await refuse(t, { status: 401 });
      const { socket, lines } = call(t, url, { transports: [transport], query: { token: "old" } });
      socket.once("connect_error", () => Object.assign(socket.io.opts, change));
      await heard(socket, "connect_error");
      const again = heard(socket, "connect_error");
      t.mock.timers.tick(1_000);
      await again;
      assert.deepEqual(lines.slice(0, 3), ["connect_error", "reconnect_attempt", "connect_error"]);
      assert.equal(asked().length, 2);
      if ("query" in change) assert.match(asked()[1] ?? "", /token=new/);
    });
  }

  for (const status of [403, 404, 500]) {
    test(`${transport}: ${status} is no reason to give up`, patience, async (t) => {
      const { url, asked } = await refuse(t, { status });
      const { socket, lines } = call(t, url, { transports: [transport] });
      await heard(socket, "connect_error");
      for (const delay of [1_000, 2_000]) {
        const again = heard(socket, "connect_error");
        t.mock.timers.tick(delay - 1);
        assert.equal(lines.at(-1), "connect_error");
        t.mock.timers.tick(1);
        await again;
      }
      assert.equal(asked().length, 3);
    });
  }

  for (const status of [429, 503]) {
    test(`${transport}: ${status} with Retry-After is obeyed`, patience, async (t) => {
      const { url, asked } = await refuse(t, { status, fields: "Retry-After: 7\r\n" });
      const { socket, lines } = call(t, url, { transports: [transport] });
      await heard(socket, "connect_error");
      const again = heard(socket, "connect_error");
      t.mock.timers.tick(6_999);
      await new Promise(setImmediate);
      assert.deepEqual(lines, ["connect_error"]);
      t.mock.timers.tick(1);
      await again;
      assert.equal(asked().length, 2);
    });
  }

  test(`${transport}: it comes back when a server that ends has told it to`, patience, async (t) => {
    const house = new House(anywire);
    await house.open();
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const socket = lookup(house.url, { forceNew: true, randomizationFactor: 0, transports: [transport] });
    t.after(() => socket.io._close());
    await heard(socket, "connect");
    const gone = heard(socket, "disconnect");
    const closing: unknown = Reflect.apply(house.io.close, house.io, [{ drain: 60_000 }]);
    assert.deepEqual((await gone)[0], "transport close");
    const wait = socket.io.engine.retryAfter ?? 0;
    assert.ok(wait >= 1_000 && wait <= 61_000, `${wait} ms`);
    const attempts: unknown[] = [];
    socket.io.on("reconnect_attempt", (attempt) => attempts.push(attempt));
    t.mock.timers.tick(wait - 1);
    assert.deepEqual(attempts, []);
    t.mock.timers.tick(1);
    assert.deepEqual(attempts, [1]);
    t.mock.timers.tick(120_000);
    house.cut();
    await closing;
  });
}
