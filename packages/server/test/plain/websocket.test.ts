/** The plain wire over WebSocket, with npm's `ws` as the client: bare, `anywire.v1` and `anywire.raw`. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import WebSocket, { type ClientOptions } from "ws";
import { Refusal } from "../../src/errors.ts";
import type { CloseReason } from "../../src/link.ts";
import { outgoing } from "./fake-gate.ts";
import { clientFrame, type House, openHouse, rawExchange, upgradeRequest } from "./house.ts";

/** A client that keeps what it gets. */
class Client {
  readonly ws: WebSocket;
  /** Texts as they are, binary messages as Buffers. */
  readonly got: (string | Buffer)[] = [];
  readonly closed: Promise<[code: number, reason: string]>;

  constructor(
    t: TestContext,
    url: string,
    { protocols = [], ...options }: ClientOptions & { protocols?: string[] } = {},
  ) {
    this.ws = new WebSocket(url.replace("http", "ws"), protocols, options);
    t.after(() => this.ws.terminate());
    this.closed = new Promise((resolve) => this.ws.on("close", (code, reason) => resolve([code, reason.toString()])));
    this.ws.on("message", (data: Buffer, isBinary) => {
      this.got.push(isBinary ? data : data.toString());
      this.ws.emit("got");
    });
    this.ws.on("error", () => {});
  }

  async messages(count: number): Promise<(string | Buffer)[]> {
    while (this.got.length < count) await once(this.ws, "got");
    return this.got.splice(0, count);
  }
}

async function connected(t: TestContext, house: House, ...protocols: string[]): Promise<Client> {
  const client = new Client(t, house.url, { protocols });
  const opened = once(house.gate, "opened");
  await once(client.ws, "open");
  await opened;
  return client;
}

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

const offences: [says: string, send: (ws: WebSocket) => void, code: number, reason: string][] = [
  ["a control event", (ws) => ws.send('{"event":"anywire:open"}'), 1008, "reserved-event"],
  ["a name of Socket.IO's", (ws) => ws.send('{"event":"disconnect"}'), 1008, "reserved-event"],
  ["a malformed envelope", (ws) => ws.send('{"event":"a","args":1}'), 1008, "bad-envelope"],
  ["a message over the limit", (ws) => ws.send("x".repeat(2_000)), 1009, ""],
];

for (const [says, send, code, reason] of offences) {
  test(`${says}: ${code}`, async (t) => {
    const house = await openHouse(t, { maxMessageBytes: 1_000 });
    const client = await connected(t, house);
    send(client.ws);
    const [closeCode, closeReason] = await client.closed;
    assert.equal(closeCode, code);
    if (reason !== "") assert.equal(closeReason, reason);
    await house.gate.socket.until(({ closings }) => closings.length > 0);
    assert.equal(house.gate.socket.closings.length, 1);
    assert.deepEqual(house.gate.socket.received, []);
    await connected(t, house);
  });
}

test("anywire.v1 is told why in an event, too", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house, "anywire.v1");
  client.ws.send('{"event":"anywire:x"}');
  await client.closed;
  assert.equal(client.got[1], '{"event":"anywire:close","data":{"reason":"reserved-event"}}');
});

test("more messages than allowed: 1008", async (t) => {
  const house = await openHouse(t, { rate: { perSecond: 1, burst: 3 } });
  const client = await connected(t, house);
  for (let n = 0; n < 10; n++) client.ws.send(String(n));
  assert.deepEqual(await client.closed, [1008, "too-many"]);
  assert.equal(house.gate.socket.received.length, 3);
});

const frames: [says: string, frame: Buffer, code: number][] = [
  ["an unmasked frame", Buffer.from([0x81, 0x01, 0x61]), 1002],
  ["a reserved opcode", clientFrame(3, ""), 1002],
  ["bad UTF-8", clientFrame(1, Buffer.from([0xff])), 1007],
];

for (const [says, frame, code] of frames) {
  test(`${says} right behind the handshake: ${code}`, async (t) => {
    const house = await openHouse(t);
    const answer = await rawExchange(house.port, Buffer.concat([Buffer.from(upgradeRequest()), frame]));
    const body = Buffer.from(answer.slice(answer.indexOf("\r\n\r\n") + 4), "latin1");
    assert.match(answer, /^HTTP\/1.1 101 /);
    assert.deepEqual([body[0], body.readUInt16BE(2)], [0x88, code]);
    await house.gate.socket.until(({ closings }) => closings.length > 0);
    assert.deepEqual(house.gate.socket.closings, ["transport error"]);
    await connected(t, house);
  });
}

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

const upgrades: [says: string, request: string, status: number, code: string][] = [
  ["no key", upgradeRequest({ "Sec-WebSocket-Key": undefined }), 400, "bad-request"],
  ["a short key", upgradeRequest({ "Sec-WebSocket-Key": "AAAA" }), 400, "bad-request"],
  ["another version", upgradeRequest({ "Sec-WebSocket-Version": "8" }), 426, "upgrade-required"],
  ["no version", upgradeRequest({ "Sec-WebSocket-Version": undefined }), 426, "upgrade-required"],
  ["another protocol to upgrade to", upgradeRequest({ Upgrade: "h2c" }), 400, "bad-request"],
  ["POST", upgradeRequest({}, "POST /anywire HTTP/1.1"), 405, "method-not-allowed"],
  ["another path", upgradeRequest({}, "GET /constructor HTTP/1.1"), 404, "not-found"],
  ["a malformed Origin", upgradeRequest({ Origin: "junk" }), 400, "bad-origin"],
  ["a foreign Origin", upgradeRequest({ Origin: "https://evil.test" }), 403, "origin-not-allowed"],
  ["a malformed Host", upgradeRequest({ Host: "a b" }), 400, "bad-host"],
  ["a token alone", upgradeRequest({ "Sec-WebSocket-Protocol": "bearer.YQ" }), 400, "bad-request"],
  ["junk for a subprotocol", upgradeRequest({ "Sec-WebSocket-Protocol": "a,,b" }), 400, "bad-request"],
  ["two sessions", upgradeRequest({}, "GET /anywire?session=a&session=b HTTP/1.1"), 400, "bad-request"],
  ["bad credentials", upgradeRequest({}, "GET /anywire?token=bad HTTP/1.1"), 401, "not-authenticated"],
  ["a room that is not granted", upgradeRequest({}, "GET /anywire?room=secret HTTP/1.1"), 403, "not-authorised"],
];

for (const [says, request, status, code] of upgrades) {
  test(`an upgrade with ${says}: ${status} with a problem, and nobody is in`, async (t) => {
    const house = await openHouse(t, {
      authenticate: ({ auth }) => {
        if (auth.token === "bad") throw new Error("bad");
        return undefined;
      },
    });
    house.gate.before = ({ rooms }) => {
      if (rooms.length > 0) throw new Refusal("not-authorised");
    };
    const answer = await rawExchange(house.port, request);
    assert.equal(answer.slice(0, 12), `HTTP/1.1 ${status}`);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    assert.equal(JSON.parse(body).code, code);
    assert.match(head, /Vary: Origin, Accept/);
    assert.match(head, /Content-Type: application\/problem\+json/);
    if (status === 405) assert.match(head, /Allow: GET, POST, OPTIONS/);
    if (status === 426) assert.match(head, /Sec-WebSocket-Version: 13/);
    assert.equal(house.gate.sockets.length, 0);
    assert.deepEqual(house.errors, []);
    await connected(t, house);
  });
}

test("with cors, a named origin may connect; its cookies count only if it was granted credentials", async (t) => {
  const origin = "https://page.example";
  for (const [credentials, cookie] of [
    [true, "sid=1"],
    [false, undefined],
  ] as const) {
    const house = await openHouse(t, { cors: { origin, credentials } });
    const client = new Client(t, house.url, { headers: { Origin: origin, Cookie: "sid=1" } });
    await once(client.ws, "open");
    assert.equal(house.gate.requests[0]?.handshake.headers.cookie, cookie);
    assert.equal(house.gate.requests[0]?.handshake.xdomain, true);
    const answer = await rawExchange(house.port, upgradeRequest({ Origin: origin, "Sec-WebSocket-Version": "8" }));
    assert.match(answer, /Access-Control-Allow-Origin: https:\/\/page.example\r\n/);
  }
});

test("a token as subprotocol is handed to authenticate, the other one is echoed", async (t) => {
  const house = await openHouse(t, { authenticate: ({ auth }) => String(auth.token) });
  const client = await connected(t, house, `bearer.${Buffer.from("kim").toString("base64url")}`, "anywire.v1");
  assert.equal(client.ws.protocol, "anywire.v1");
  assert.equal(house.gate.requests[0]?.principal, "kim");
});

test("frames that arrive during the admission are kept", async (t) => {
  const house = await openHouse(t);
  let letIn = (): void => {};
  house.gate.before = () =>
    new Promise((resolve) => {
      letIn = resolve;
    });
  const socket = connect(house.port, "127.0.0.1");
  t.after(() => socket.destroy());
  const asked = once(house.gate, "asked");
  socket.write(Buffer.concat([Buffer.from(upgradeRequest()), clientFrame(1, "in the head")]));
  await asked;
  socket.write(clientFrame(1, "meanwhile"));
  const opened = once(house.gate, "opened");
  letIn();
  await opened;
  await house.gate.socket.until(({ received }) => received.length === 2);
  assert.deepEqual(
    house.gate.socket.received.map(({ args }) => args[0]),
    ["in the head", "meanwhile"],
  );
});

for (const [says, leave] of [
  ["reset", (socket: import("node:net").Socket) => socket.resetAndDestroy()],
  ["ended", (socket: import("node:net").Socket) => socket.end()],
] as const) {
  test(`a connection that is ${says} during the admission is abandoned, or closed at once`, async (t) => {
    const house = await openHouse(t);
    let letIn = (): void => {};
    house.gate.before = () =>
      new Promise((resolve) => {
        letIn = resolve;
      });
    const socket = connect(house.port, "127.0.0.1");
    socket.on("error", () => {});
    const asked = once(house.gate, "asked");
    socket.write(upgradeRequest());
    await asked;
    const left = once(socket.resume(), "close");
    leave(socket);
    if (says === "reset") await left;
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve)); // the server learns of it
    letIn();
    await Promise.race([once(house.gate, "abandoned"), once(house.gate, "opened")]);
    if (house.gate.abandoned === 0) await house.gate.socket.until(({ closings }) => closings.length === 1);
    await left;
    assert.deepEqual(house.errors, []);
  });
}

test("a client that does not read is closed as a slow consumer, and volatile events to it are dropped", async (t) => {
  const house = await openHouse(t, { maxBufferedBytes: 4_000_000 });
  const client = await connected(t, house, "anywire.v1");
  client.ws.pause();
  const { socket } = house.gate;
  const chunk = "x".repeat(500_000);
  for (let sent = 0; socket.link?.bufferedBytes === 0 && sent < 100; sent++) {
    socket.send(outgoing("chunk", chunk));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.sendVolatile(outgoing("volatile"));
  for (let sent = 0; socket.closings.length === 0 && sent < 100; sent++) {
    socket.send(outgoing("chunk", chunk));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(socket.closings, ["slow consumer"]);
  client.ws.resume();
  assert.deepEqual(await client.closed, [1013, "slow-consumer"]);
  assert.equal(client.got.at(-1), '{"event":"anywire:close","data":{"reason":"slow-consumer"}}');
  assert.ok(!client.got.some((text) => String(text).includes("volatile")));
});

test("a client that asks for answers and reads none is a slow consumer too", async (t) => {
  const house = await openHouse(t, { maxBufferedBytes: 1_000_000, rate: { burst: 1_000_000 } });
  const client = await connected(t, house);
  client.ws.pause();
  const { socket } = house.gate;
  const request = JSON.stringify({ event: "echo", data: "x".repeat(100_000), ack: 1 });
  for (let sent = 0; socket.closings.length === 0 && sent < 1_000; sent++) {
    await new Promise<void>((resolve) => client.ws.send(request, () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(socket.closings, ["slow consumer"]);
});

test("bytes that wait too long close the link too", async (t) => {
  const house = await openHouse(t, { maxBufferedAge: 1 });
  const client = await connected(t, house);
  client.ws.pause();
  const { socket } = house.gate;
  for (let sent = 0; socket.closings.length === 0 && sent < 20; sent++) {
    socket.send(outgoing("chunk", "x".repeat(500_000)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await socket.until(({ closings }) => closings.length === 1);
  assert.deepEqual(socket.closings, ["slow consumer"]);
});

test("a client that catches up is told to the socket", async (t) => {
  const house = await openHouse(t);
  const client = await connected(t, house);
  client.ws.pause();
  const { socket } = house.gate;
  while (socket.link?.bufferedBytes === 0) {
    socket.send(outgoing("chunk", "x".repeat(500_000)));
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.ws.resume();
  await socket.until(({ drains }) => drains > 0);
  assert.equal(socket.link?.bufferedBytes, 0);
});
