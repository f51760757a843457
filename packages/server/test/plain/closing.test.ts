/** An endpoint that closes: nobody who is silent, slow or still on the way in can hold it up. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { ask, poll } from "./asking.ts";
import { outgoing } from "./fake-gate.ts";
import { type House, openHouse, upgradeRequest } from "./house.ts";

function pollRequest(query = ""): string {
  return `GET /anywire${query} HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n`;
}

function postRequest(query: string, length: number, body: string): string {
  const headers = `Host: a\r\nContent-Type: application/json\r\nContent-Length: ${length}`;
  return `POST /anywire${query} HTTP/1.1\r\n${headers}\r\n\r\n${body}`;
}

/** A client on a connection of its own that says this and nothing else. */
class Silent {
  readonly socket: Socket;
  got = "";
  readonly closed: Promise<unknown>;

  constructor(t: TestContext, { port }: House, text: string) {
    this.socket = connect(port, "127.0.0.1");
    t.after(() => this.socket.destroy());
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk: Buffer) => {
      this.got += chunk.toString("latin1");
    });
    this.closed = once(this.socket, "close");
    this.socket.write(text);
  }
}

/** An endpoint for whose timers no time passes. */
function openTimeless(t: TestContext): Promise<House> {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return openHouse(t);
}

/** Closes as the server does, the links first, and lets the grace pass. */
async function close(t: TestContext, { gate, endpoint }: House): Promise<void> {
  for (const { link } of gate.sockets) link?.close("shutting-down");
  const closed = endpoint.close();
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(500);
  await closed;
}

test("a WebSocket that never answers the close frame is cut", async (t) => {
  const house = await openTimeless(t);
  const opened = once(house.gate, "opened");
  const client = new Silent(t, house, upgradeRequest());
  await opened;
  await close(t, house);
  await client.closed;
  assert.match(client.got, /^HTTP\/1.1 101 /);
  assert.ok(client.got.endsWith("\x03\xf4shutting-down"), "1012 was said");
});

test("a WebSocket that does not read is cut", async (t) => {
  const house = await openTimeless(t);
  const opened = once(house.gate, "opened");
  const client = new Silent(t, house, upgradeRequest());
  await opened;
  client.socket.pause();
  while (house.gate.socket.link?.bufferedBytes === 0) {
    house.gate.socket.send(outgoing("chunk", "x".repeat(500_000)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await close(t, house);
  client.socket.resume();
  await client.closed;
});

const waiting: [says: string, request: string, answer: RegExp][] = [
  ["an upgrade", upgradeRequest(), /^HTTP\/1.1 503 .*\r\nConnection: close\r\n.*"code":"shutting-down"/s],
  ["a poll", pollRequest(), /^HTTP\/1.1 503 .*\r\nConnection: close\r\n.*"code":"shutting-down"/s],
];

for (const [says, request, answer] of waiting) {
  test(`${says} that nobody decides about is refused`, async (t) => {
    const house = await openTimeless(t);
    house.gate.before = () => new Promise(() => {});
    const asked = once(house.gate, "asked");
    const client = new Silent(t, house, request);
    await asked;
    await close(t, house);
    await client.closed;
    assert.match(client.got, answer);
    assert.deepEqual(house.errors, []);
  });

  test(`${says} that is let in too late is refused`, async (t) => {
    const house = await openTimeless(t);
    let letIn = (): void => {};
    house.gate.before = () =>
      new Promise((resolve) => {
        letIn = resolve;
      });
    const asked = once(house.gate, "asked");
    const client = new Silent(t, house, request);
    await asked;
    const abandoned = once(house.gate, "abandoned");
    await close(t, house);
    await client.closed;
    letIn();
    await abandoned;
    assert.equal(house.gate.sockets.length, 0);
  });
}

async function session(t: TestContext, house: House): Promise<string> {
  const opened = once(house.gate, "opened");
  new Silent(t, house, pollRequest());
  await opened;
  return `?session=${house.gate.socket.session}`;
}

test("a POST whose body does not come is refused", async (t) => {
  const house = await openTimeless(t);
  const client = new Silent(t, house, postRequest(await session(t, house), 100, "{"));
  await once(client.socket, "connect");
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve)); // the server reads the head
  await close(t, house);
  await client.closed;
  assert.match(client.got, /^HTTP\/1.1 503 /);
});

test("a POST whose answer does not come is refused", async (t) => {
  const house = await openTimeless(t);
  const body = '{"event":"a","ack":1}';
  const query = await session(t, house);
  house.gate.socket.onEvent = () => {};
  const client = new Silent(t, house, postRequest(query, body.length, body));
  await house.gate.socket.until(({ received }) => received.length === 1);
  await close(t, house);
  await client.closed;
  assert.match(client.got, /^HTTP\/1.1 503 /);
});

test("a held poll and a stream get their last word, and then their connections end", async (t) => {
  const house = await openTimeless(t);
  const { session: mine, next } = JSON.parse((await ask(house, { headers: poll })).body);
  const held = new Silent(t, house, pollRequest(`?session=${mine}&since=${next}`));
  const opened = once(house.gate, "opened");
  const stream = new Silent(t, house, "GET /anywire HTTP/1.1\r\nHost: a\r\n\r\n");
  await opened;
  while (!stream.got.includes("anywire:open")) await once(stream.socket, "data");
  for (const { link } of house.gate.sockets) link?.close("shutting-down");
  await house.endpoint.close();
  await Promise.all([held.closed, stream.closed]);
  assert.match(held.got, /anywire:close/);
  assert.match(stream.got, /anywire:close.*\r\n0\r\n\r\n$/s);
});

test("a stream whose client does not read is cut", async (t) => {
  const house = await openTimeless(t);
  const opened = once(house.gate, "opened");
  const client = new Silent(t, house, "GET /anywire HTTP/1.1\r\nHost: a\r\n\r\n");
  await opened;
  client.socket.pause();
  while (house.gate.socket.link?.bufferedBytes === 0) {
    house.gate.socket.send(outgoing("chunk", "x".repeat(500_000)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await close(t, house);
  client.socket.resume();
  await client.closed;
});

test("who asks once it closes is refused", async (t) => {
  const house = await openTimeless(t);
  await house.endpoint.close();
  for (const request of [pollRequest(), upgradeRequest()]) {
    const client = new Silent(t, house, request);
    await client.closed;
    assert.match(client.got, /^HTTP\/1.1 503 .*\r\nRetry-After: 1\r\n/s);
  }
  assert.deepEqual(house.gate.requests, []);
});

test("an upgrade behind an open stream on the same connection ends both", async (t) => {
  const house = await openTimeless(t);
  const opened = once(house.gate, "opened");
  const client = new Silent(t, house, "GET /anywire HTTP/1.1\r\nHost: a\r\n\r\n");
  await opened;
  client.socket.write(upgradeRequest());
  await house.gate.socket.until(({ closings }) => closings.length === 1);
  await client.closed;
  assert.doesNotMatch(client.got, / 101 /);
  assert.equal(house.gate.requests.length, 1);
});

test("an upgrade behind an answer on the same connection is fine", async (t) => {
  const house = await openTimeless(t);
  const client = new Silent(t, house, "GET /anywire HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n");
  await once(client.socket, "data");
  const opened = once(house.gate, "opened");
  client.socket.write(upgradeRequest());
  await opened;
  while (!client.got.includes(" 101 ")) await once(client.socket, "data");
});
