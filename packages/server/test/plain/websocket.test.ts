/** The plain wire over WebSocket, with npm's `ws` as the client: bare, `anywire.v1` and `anywire.raw`. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CloseReason } from "../../src/link.ts";
import { outgoing } from "./fake-gate.ts";
import { openHouse } from "./house.ts";
import { connected } from "./websocket-client.ts";

test("a bare client gets events and no control events", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  assert.equal(client.ws.protocol, "");
  house.gate.socket.send(
    outgoing("message", "hi"),
    outgoing("price", { AAPL: 271.3 }),
    outgoing("move", 1, 2),
    outgoing("none"),
  );
  assert.deepEqual(await client.messages(4), [
    "hi",
    '{"event":"price","data":{"AAPL":271.3}}',
    '{"event":"move","args":[1,2]}',
    '{"event":"none","args":[]}',
  ]);
});

test("anywire.v1 is told who it is first", async (t) => {
  const house = await openHouse(t);
  house.gate.hello = { id: "e-1", reason: "unknown-session" };
  const client = await connected(t, house, "anywire.v1");
  assert.equal(client.ws.protocol, "anywire.v1");
  const [open] = await client.messages(1);
  assert.deepEqual(JSON.parse(String(open)), {
    event: "anywire:open",
    data: { session: "session-1", socket: "socket-1", heartbeat: 25_000, recovered: false, reason: "unknown-session" },
    id: "e-1",
  });
});

test("what has an id or wants an ack is an envelope to anywire.v1, text and binary alike", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house, "anywire.v1");
  const bytes = Buffer.from([1, 2]);
  const events = [outgoing("message", "hi"), { ...outgoing("message", "hi"), id: "e-1" }, outgoing("message", bytes)];
  house.gate.socket.send(
    ...events,
    { ...outgoing("message", bytes), id: "e-2" },
    { ...outgoing("message", bytes), ack: 5 },
  );
  const [, ...got] = await client.messages(6);
  assert.deepEqual(got, [
    "hi",
    '{"event":"message","data":"hi","id":"e-1"}',
    bytes,
    '{"event":"message","data":{"$bytes":"AQI="},"id":"e-2"}',
    '{"event":"message","data":{"$bytes":"AQI="},"ack":5}',
  ]);
});

test("a bare client gets text and bytes raw, ids or not", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  const bytes = Buffer.from([1, 2]);
  house.gate.socket.send({ ...outgoing("message", "hi"), id: "e-1" }, { ...outgoing("message", bytes), id: "e-2" });
  assert.deepEqual(await client.messages(2), ["hi", bytes]);
});

for (const [subprotocol, named] of [
  ["bare", ['{"event":"chat","data":"x"}']],
  ["anywire.raw", []],
] as const) {
  test(`a client that cannot answer is asked for no ack (${subprotocol})`, async (t) => {
    const house = await openHouse(t);
    const client = await connected(t, house, ...(subprotocol === "bare" ? [] : [subprotocol]));
    const asking = [outgoing("message", "hi"), outgoing("chat", "x"), outgoing("message", "end")];
    house.gate.socket.send(...asking.map((event) => ({ ...event, ack: 7 })));
    assert.deepEqual(await client.messages(2 + named.length), ["hi", ...named, "end"]);
  });
}

for (const text of ['{"event":"admin"}', ' {"event":"x","data":1}', '{"ack":1,"data":"ok"}', '{"ack":1}']) {
  for (const protocols of [[], ["anywire.v1"]]) {
    test(`the text ${text} forges nothing (${protocols[0] ?? "bare"})`, async (t) => {
      const house = await openHouse(t);
      const client = await connected(t, house, ...protocols);
      await client.messages(protocols.length);
      house.gate.socket.send(outgoing("message", text));
      assert.deepEqual(JSON.parse(String((await client.messages(1))[0])), { event: "message", data: text });
    });
  }
}

test("text of a client is `message`, an envelope is its event, bytes are a Buffer", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  for (const text of [
    "hi",
    "",
    "{",
    '{"event":1}',
    '{"event":"chat","data":"x","id":"c1"}',
    '{"event":"m","args":[1,[2]]}',
  ]) {
    client.ws.send(text);
  }
  client.ws.send(Buffer.from([1]));
  await house.gate.socket.until(({ received }) => received.length === 7);
  assert.deepEqual(house.gate.socket.received, [
    { name: "message", args: ["hi"], id: undefined },
    { name: "message", args: [""], id: undefined },
    { name: "message", args: ["{"], id: undefined },
    { name: "message", args: ['{"event":1}'], id: undefined },
    { name: "chat", args: ["x"], id: "c1" },
    { name: "m", args: [1, [2]], id: undefined },
    { name: "message", args: [Buffer.from([1])], id: undefined },
  ]);
});

test("an envelope with an ack is answered, with the result or the error", async (t) => {
  const house = await openHouse(t);
  for (const protocols of [[], ["anywire.v1"]]) {
    const client = await connected(t, house, ...protocols);
    await client.messages(protocols.length);
    client.ws.send('{"event":"echo","data":"hi","ack":7}');
    assert.deepEqual(await client.messages(1), ['{"ack":7,"data":"hi"}']);
    client.ws.send('{"event":"echo","args":[1,2],"ack":0}');
    assert.deepEqual(await client.messages(1), ['{"ack":0,"args":[1,2]}']);
    house.gate.socket.onEvent = (_event, reply) => reply?.({ error: { code: "no-handler", message: "none" } });
    client.ws.send('{"event":"x","ack":8}');
    assert.deepEqual(await client.messages(1), ['{"ack":8,"error":{"code":"no-handler","message":"none"}}']);
  }
});

test("the client's answers reach the socket", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house, "anywire.v1");
  client.ws.send('{"ack":3,"data":"ok"}');
  client.ws.send('{"ack":4,"error":{"code":"no","message":"never"}}');
  await house.gate.socket.until(({ answers }) => answers.length === 2);
  assert.deepEqual(house.gate.socket.answers, [
    [3, { args: ["ok"] }],
    [4, { error: { code: "no", message: "never" } }],
  ]);
  assert.deepEqual(house.gate.socket.received, []);
});

test("only anywire.v1 can answer", async (t) => {
  const house = await openHouse(t);
  for (const [protocols, canAck] of [
    [[], false],
    [["anywire.v1"], true],
    [["anywire.raw"], false],
  ] as const) {
    await connected(t, house, ...protocols);
    assert.equal(house.gate.socket.link?.canAck, canAck);
  }
});

test("anywire.raw: every frame is `message`, and only `message` goes out", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house, "anywire.raw");
  client.ws.send('{"event":"chat","ack":1}');
  client.ws.send('{"event":"anywire:open"}');
  await house.gate.socket.until(({ received }) => received.length === 2);
  assert.deepEqual(
    house.gate.socket.received.map(({ name, args }) => [name, ...args]),
    [
      ["message", '{"event":"chat","ack":1}'],
      ["message", '{"event":"anywire:open"}'],
    ],
  );
  const bytes = Buffer.from([1]);
  house.gate.socket.send(outgoing("chat", "no"), outgoing("message", '{"event":"x"}'), outgoing("message", bytes));
  house.gate.socket.send(outgoing("message", { a: 1 }), outgoing("message", 1, 2), outgoing("message", undefined));
  assert.deepEqual(await client.messages(5), ['{"event":"x"}', bytes, '{"a":1}', "[1,2]", "null"]);
});

test("a run is encoded and framed once, however many take it", async (t) => {
  const house = await openHouse(t);
  const clients = [await connected(t, house), await connected(t, house), await connected(t, house, "anywire.v1")];
  let encodings = 0;
  const counted = {
    toJSON: () => {
      encodings += 1;
      return "x";
    },
  };
  const { PreparedRun } = await import("../../src/link.ts");
  const run = new PreparedRun([outgoing("a", counted), outgoing("b", counted)]);
  for (const { link } of house.gate.sockets) link?.send(run);
  for (const client of clients.slice(0, 2)) {
    assert.deepEqual(await client.messages(2), ['{"event":"a","data":"x"}', '{"event":"b","data":"x"}']);
  }
  assert.equal(encodings, 4, "two events, two formats");
});

const codes: [reason: CloseReason, code: number, told: string][] = [
  ["disconnected", 1000, "server namespace disconnect"],
  ["taken-over", 1000, "session taken over"],
  ["slow-consumer", 1013, "slow consumer"],
  ["shutting-down", 1012, "server shutting down"],
];

for (const [reason, code, told] of codes) {
  test(`${reason}: close code ${code}, after an event to anywire.v1`, async (t) => {
    const house = await openHouse(t);
    const client = await connected(t, house, "anywire.v1");
    house.gate.socket.link?.close(reason, 1_234);
    house.gate.socket.link?.close(reason);
    house.gate.socket.send(outgoing("late"));
    assert.deepEqual(await client.closed, [code, reason]);
    assert.deepEqual(client.got.slice(1), [`{"event":"anywire:close","data":{"reason":"${reason}","retry":1234}}`]);
    assert.deepEqual(house.gate.socket.closings, [told]);
  });
}

test("a client that leaves is told to the socket once", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  client.ws.close();
  await house.gate.socket.until(({ closings }) => closings.length > 0);
  assert.deepEqual(house.gate.socket.closings, ["transport close"]);
});
