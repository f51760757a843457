import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { test } from "node:test";
import { Messages } from "../../src/engine/messages.ts";
import type { Transport, TransportHandler } from "../../src/engine/transport.ts";
import { receiveWebTransport, type WebTransportHost } from "../../src/engine/webtransport-handshake.ts";
import { WebTransportClient } from "./webtransport-client.ts";

/** A server that records what its sessions hear. */
class Host extends EventEmitter implements WebTransportHost, TransportHandler {
  readonly upgradeTimeout = 10_000;
  readonly maxHttpBufferSize = 1_000_000;
  readonly heard: unknown[] = [];
  transport: Transport | undefined;

  open(transport: Transport): void {
    this.take(transport);
    transport.send([{ type: "open", data: "{}" }]);
  }

  upgrade(sid: string, transport: Transport): boolean {
    if (sid !== "known") return false;
    this.take(transport);
    return true;
  }

  packet(type: string, data: string | Buffer | undefined): void {
    this.hear([type, data]);
  }

  writable(): void {
    this.emit("writable");
  }

  closed(reason: string): void {
    this.hear(reason);
  }

  private take(transport: Transport): void {
    this.transport = transport;
    transport.handler = this;
  }

  private hear(what: unknown): void {
    this.heard.push(what);
    this.emit("heard");
  }
}

async function open(host = new Host()): Promise<{ host: Host; client: WebTransportClient; transport: Transport }> {
  const client = await WebTransportClient.open((end) => void receiveWebTransport(end, host));
  await client.send("0");
  assert.equal(await client.next(), "0{}");
  assert.ok(host.transport !== undefined);
  return { host, client, transport: host.transport };
}

test("packets go both ways, of every length", async () => {
  const { host, client, transport } = await open();
  for (const length of [0, 1, 124, 125, 126, 65_534, 65_535, 65_536, 200_000]) {
    const text = "x".repeat(length);
    transport.send([{ type: "message", data: text }]);
    assert.equal(await client.next(), `4${text}`);
    await client.send(`4${text}`);
    while (host.heard.length === 0) await once(host, "heard");
    assert.deepEqual(host.heard.splice(0), [["message", length === 0 ? undefined : text]]);
  }
  transport.send([new Messages(["51-[]", Buffer.from([1, 2])]), { type: "ping" }]);
  assert.deepEqual(
    [await client.next(), await client.next(), await client.next()],
    ["451-[]", Buffer.from([1, 2]), "2"],
  );
  await client.send(Buffer.from([3]), "3");
  while (host.heard.length < 2) await once(host, "heard");
  assert.deepEqual(host.heard, [
    ["message", Buffer.from([3])],
    ["pong", undefined],
  ]);
  assert.ok(transport.bytesRead > 396_000);
});

test("packets behind the handshake, in the same chunk, reach the session", async () => {
  const host = new Host();
  const client = await WebTransportClient.open((end) => void receiveWebTransport(end, host));
  await client.send('0{"sid":"known"}', "2probe", "5");
  while (host.heard.length < 2) await once(host, "heard");
  assert.deepEqual(host.heard, [
    ["ping", "probe"],
    ["upgrade", undefined],
  ]);
});

const refused: [name: string, packet: string | Uint8Array][] = [
  ["no handshake", "4a"],
  ["bytes", Buffer.from([1, 2])],
  ["a sid that nobody has", '0{"sid":"unknown"}'],
  ["GHSA-gr94-w7qr-f4j3: a sid that every object has", '0{"sid":"__proto__"}'],
  ["GHSA-gr94-w7qr-f4j3: another sid that every object has", '0{"sid":"constructor"}'],
  ["a sid that is no string", '0{"sid":1}'],
  ["no sid", "0{}"],
  ["no object", "0null"],
  ["no JSON", "0{"],
  ["an unknown type", "9"],
];

for (const [name, packet] of refused) {
  test(`is sent away: ${name}`, async () => {
    const host = new Host();
    const client = await WebTransportClient.open((end) => void receiveWebTransport(end, host));
    await client.send(packet);
    await client.transport.closed;
    assert.deepEqual([host.heard, host.transport], [[], undefined]);
  });
}

test("a client that says nothing is sent away in time, with a stream or without", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const host = new Host();
  const client = await WebTransportClient.open((end) => void receiveWebTransport(end, host));
  await new Promise(setImmediate);
  t.mock.timers.tick(10_000);
  await client.transport.closed;
});

test("who was let in is not sent away later", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { client, host } = await open();
  t.mock.timers.tick(60_000);
  await client.send("4a");
  while (host.heard.length < 1) await once(host, "heard");
  assert.deepEqual(host.heard, [["message", "a"]]);
});

const ends: [name: string, act: (client: WebTransportClient) => unknown, reason: string][] = [
  ["the client closes", (client) => client.transport.close(), "transport close"],
  ["the client says close", (client) => client.send("1"), "transport close"],
  ["junk comes", (client) => client.send("junk"), "parse error"],
  ["a frame is empty", (client) => client.write(Buffer.from([0])), "parse error"],
  [
    "a frame is longer than the limit",
    (client) => client.write(Buffer.from([127, 0, 0, 0, 0, 0, 15, 66, 65])),
    "parse error",
  ],
  ["a length is beyond all numbers", (client) => client.write(Buffer.alloc(9, 255)), "parse error"],
];

for (const [name, act, reason] of ends) {
  test(`ends once when ${name}`, async () => {
    const { host, client, transport } = await open();
    await act(client);
    await client.transport.closed;
    while (host.heard.length === 0) await once(host, "heard");
    assert.deepEqual(host.heard, [reason]);
    assert.equal(transport.writable, false);
    transport.send([{ type: "ping" }]);
    transport.close(() => {});
    transport.discard();
    await new Promise(setImmediate);
    assert.deepEqual(host.heard, [reason]);
  });
}

test("closing lets leave what was sent, and says nothing to the session", async () => {
  const { host, client, transport } = await open();
  transport.send([{ type: "message", data: "last" }]);
  let done = 0;
  transport.close(() => done++);
  assert.equal(await client.next(), "4last");
  assert.equal(await client.next(), undefined);
  await client.transport.closed;
  assert.deepEqual([done, host.heard], [1, []]);
});

test("a client that does not take the end is cut off", async (t) => {
  const { client, transport } = await open();
  client.transport.down?.hold();
  transport.send([{ type: "message", data: "never" }]);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  transport.close(() => {});
  t.mock.timers.tick(5_000);
  await client.transport.closed;
});

test("what waits is counted, and the session is told when it has left", async () => {
  const { host, client, transport } = await open();
  const release = client.transport.down?.hold();
  transport.send([{ type: "message", data: "x".repeat(1_000) }]);
  transport.send([{ type: "message", data: "y".repeat(1_000) }]);
  assert.ok(transport.bufferedBytes > 2_000);
  release?.();
  await once(host, "writable");
  assert.equal(transport.bufferedBytes, 0);
});

test("a provider that fails everywhere is survived", async () => {
  const fail = (): Promise<never> => Promise.reject(new Error("broken"));
  const reader = { read: fail, cancel: fail };
  const writer = { write: fail, close: fail, abort: fail };
  const stream = { readable: { getReader: () => reader }, writable: { getWriter: () => writer } };
  const streams = { getReader: () => ({ read: async () => ({ done: false, value: stream }), cancel: fail }) };
  let closes = 0;
  const session = {
    closed: fail(),
    incomingBidirectionalStreams: streams,
    close(): never {
      closes++;
      throw new Error("broken");
    },
  };
  await receiveWebTransport(session, new Host());
  await new Promise(setImmediate);
  assert.ok(closes > 0);
  const noStreams = { getReader: () => ({ read: fail, cancel: fail }) };
  await receiveWebTransport({ ...session, incomingBidirectionalStreams: noStreams }, new Host());
});
