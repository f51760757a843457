/** Engine.IO's own clients of both protocols over polling, in Node, against our server. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { type AnyClient, type AnySession, clients } from "./peers.ts";
import { ServedEngine } from "./served-engine.ts";

const protocols = [3, 4] as const;

interface Meeting {
  readonly client: AnyClient;
  readonly session: AnySession;
  readonly served: ServedEngine;
}

async function meet(t: TestContext, protocol: 3 | 4, { server = {}, client: given = {} } = {}): Promise<Meeting> {
  const served = await ServedEngine.open(t, "ours", server);
  const client = clients[protocol](served.origin, { transports: ["polling"], ...given });
  t.after(() => client.close());
  await once(client, "open");
  return { client, session: served.last, served };
}

/** The next messages that arrive. */
function messages(at: AnyClient | AnySession, count: number): Promise<unknown[]> {
  const heard: unknown[] = [];
  return new Promise((resolve) => {
    at.on("message", function take(data: unknown) {
      if (heard.push(data) < count) return;
      at.removeListener("message", take);
      resolve(heard);
    });
  });
}

const samples: readonly (string | Buffer)[] = ["é😀\u2028\\n\n", Buffer.from([0, 1, 254, 255]), "x".repeat(300_000)];

for (const protocol of protocols) {
  for (const given of [{}, { forceBase64: true }]) {
    const how = JSON.stringify(given);
    test(`EIO ${protocol} ${how}: text and bytes go both ways, in order`, async (t) => {
      const { client, session } = await meet(t, protocol, { client: given });
      session.on("message", (data) => session.send(data));
      const echoed = messages(client, samples.length);
      for (const sample of samples) client.send(sample);
      assert.ok(isDeepStrictEqual(await echoed, samples)); // deepEqual would print all of it
    });
  }

  test(`EIO ${protocol}: bursts in both directions stay in order`, async (t) => {
    const { client, session } = await meet(t, protocol);
    const texts = Array.from({ length: 3_000 }, (_, n) => `m${n}`);
    const [down, up] = [messages(client, texts.length), messages(session, texts.length)];
    for (const text of texts) {
      client.send(text);
      session.send(text);
    }
    assert.deepEqual(await Promise.all([down, up]), [texts, texts]);
  });

  test(`EIO ${protocol}: heartbeats keep a silent session`, async (t) => {
    const { session, served } = await meet(t, protocol, { server: { pingInterval: 30, pingTimeout: 5_000 } });
    for (let n = 0; n < 3; n++) await once(session, "heartbeat");
    assert.deepEqual(served.ends, []);
  });

  test(`EIO ${protocol}: a client that closes is gone`, async (t) => {
    const { client, served } = await meet(t, protocol);
    client.close();
    await served.ended();
    assert.deepEqual(served.ends, ["transport close"]);
  });

  test(`EIO ${protocol}: a session that closes tells its client, after what it has sent`, async (t) => {
    const { client, session } = await meet(t, protocol);
    const heard = messages(client, 1);
    session.send("last");
    session.close();
    assert.deepEqual(await heard, ["last"]);
    const [reason] = await once(client, "close");
    assert.equal(reason, "transport close");
  });

  test(`EIO ${protocol}: a body over the limit ends the client's side, and no message of it arrives`, async (t) => {
    const { client, session, served } = await meet(t, protocol, { server: { maxHttpBufferSize: 1_000 } });
    let heard = 0;
    client.on("error", () => {});
    session.on("message", () => heard++);
    const closed = new Promise((resolve) => client.on("close", resolve)); // not `once` of node:events: an error comes first
    client.send("x".repeat(2_000));
    const reason = await closed;
    assert.equal(reason, "transport error");
    await served.ended();
    assert.equal(heard, 0);
  });

  test(`EIO ${protocol}: what a session is told of its messages, it is told once they have left`, async (t) => {
    const { session } = await meet(t, protocol);
    const order: number[] = [];
    await new Promise<void>((resolve) => {
      for (const n of [1, 2, 3]) session.send("a", {}, () => order.push(n) === 3 && resolve());
    });
    assert.deepEqual(order, [1, 2, 3]);
  });
}
