import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryWebTransport } from "../../../../scripts/test/memory-webtransport.ts";
import type { Transport } from "../../src/engine/transport.ts";
import { receiveWebTransport, type WebTransportHost } from "../../src/engine/webtransport-handshake.ts";
import { WebTransportClient } from "./webtransport-client.ts";

/** A server that takes what comes, and upgrades the session "known". */
class Host implements WebTransportHost {
  readonly upgradeTimeout = 1_000;
  readonly maxHttpBufferSize = 100;
  readonly told: string[] = [];

  open(transport: Transport): void {
    this.take("opened", transport);
  }

  upgrade(sid: string, transport: Transport): boolean {
    if (sid === "known") this.take("upgraded", transport);
    return sid === "known";
  }

  private take(what: string, transport: Transport): void {
    this.told.push(what);
    transport.handler = {
      packet: (type, data) => this.told.push(`${type} ${data}`),
      writable() {},
      closed() {},
    };
  }
}

const accepted: readonly [name: string, packets: string[], told: string[]][] = [
  ["an empty open packet opens a session", ["0"], ["opened"]],
  ["one that names a session moves it", ['0{"sid":"known"}'], ["upgraded"]],
];

for (const [name, packets, told] of accepted) {
  test(`${name}, and the rest is its own`, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const host = new Host();
    const client = await WebTransportClient.open((end) => void receiveWebTransport(end, host));
    await client.send(...packets, "4a");
    while (host.told.length < 2) await new Promise(setImmediate);
    assert.deepEqual(host.told, [...told, "message a"]);
    t.mock.timers.tick(60_000);
    assert.equal(client.transport.session.info, undefined, "in time is in time");
    client.transport.close();
  });
}

const refused: readonly [name: string, packet: string | Uint8Array][] = [
  ["another packet", "4a"],
  ["an unknown session", '0{"sid":"unknown"}'],
  ["no JSON", "0known"],
  ["no object", "0null"],
  ["no sid", "0{}"],
  ["a sid that is no text", '0{"sid":{"a":1}}'],
  ["bytes", Uint8Array.of(1)],
];

for (const [name, packet] of refused) {
  test(`${name} first: it is sent away`, async () => {
    const host = new Host();
    const client = await WebTransportClient.open((end) => void receiveWebTransport(end, host));
    await client.send(packet);
    await client.transport.closed;
    assert.deepEqual(host.told, []);
  });
}

test("who opens no stream, or says nothing, is sent away in time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const host = new Host();
  const mute = new MemoryWebTransport("", (end) => void receiveWebTransport(end, host));
  const silent = await WebTransportClient.open((end) => void receiveWebTransport(end, host));
  await new Promise(setImmediate);
  t.mock.timers.tick(1_000);
  await Promise.all([mute.closed, silent.transport.closed]);
  assert.deepEqual(host.told, []);
});
