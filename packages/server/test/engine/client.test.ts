/** One session over the wire, in exact packets: who comes in, who is refused, and what is out of place. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ServerOptions } from "../../src/index.ts";
import type { RawClient } from "../raw-client.ts";
import { patience, RawHouse, socketsOf, until } from "../raw-house.ts";

const hello = /^40\{"sid":"[\w~-]+"\}$/;

/** Answers `sane` at once: who gets that, got all that came before. */
async function openHouse(t: TestContext, options: Partial<ServerOptions> = {}): Promise<RawHouse> {
  const house = await RawHouse.open(t, options);
  house.io.of(/.*/);
  for (const name of ["/", "/a"]) {
    house.io.of(name).on("connection", (socket) => {
      socket.on("sane", (answer) => answer());
      socket.on("echo", (...args) => socket.emit("echo", ...args));
    });
  }
  return house;
}

test("CONNECT is answered with the socket's id; v2 clients are in at once", patience, async (t) => {
  const house = await openHouse(t);
  const client = await house.session();
  assert.match(String(await client.enter()), hello);
  assert.match(String(await client.enter("/a")), /^40\/a,\{"sid":"[\w~-]+"\}$/);
  const legacy = await house.session("EIO=3");
  assert.equal(await legacy.next(), "40");
  assert.equal(await legacy.enter("/a?token=x"), "40/a,");
  assert.deepEqual(
    socketsOf(house, "/a").map(({ id, client: { conn } }) => id === `/a#${conn.id}`),
    [false, true],
  );
});

test("events, answers and binary data pass in both directions", patience, async (t) => {
  const house = await openHouse(t);
  const client = await house.client();
  const [socket] = socketsOf(house);
  assert.ok(socket !== undefined);
  client.send('42["echo",1,{"a":null}]');
  assert.equal(await client.next(), '42["echo",1,{"a":null}]');
  client.send('4217["sane"]');
  assert.equal(await client.next(), "4317[]");
  const answer = socket.emitWithAck("ask", "x");
  assert.equal(await client.next(), '420["ask","x"]');
  client.send('430["y","z"]');
  assert.equal(await answer, "y");
  client.send('451-["echo",{"_placeholder":true,"num":0}]', Buffer.from([1, 2]));
  assert.deepEqual(await client.several(2), ['451-["echo",{"_placeholder":true,"num":0}]', Buffer.from([1, 2])]);
});

test("DISCONNECT leaves one namespace, and the client may ask again", patience, async (t) => {
  const house = await openHouse(t);
  const client = await house.client();
  await client.enter("/a");
  client.send("41/a,", '420["sane"]');
  assert.equal(await client.next(), "430[]");
  assert.equal(house.io.of("/a").sockets.size, 0);
  assert.match(String(await client.enter("/a")), /^40\/a,/);
  socketsOf(house)[0]?.disconnect();
  assert.equal(await client.next(), "41");
  assert.match(String(await client.enter()), hello);
  socketsOf(house)[0]?.disconnect(true);
  assert.deepEqual([await client.next(), await client.next()], ["41", "41/a,"]);
  assert.equal(await client.closed, 1005);
  await house.emptied();
});

/** What a session sends, and is closed for. */
const outOfPlace: Readonly<Record<string, readonly (string | Uint8Array)[]>> = {
  "an event before CONNECT": ['42["sane"]'],
  "an answer before CONNECT": ["430[]"],
  "DISCONNECT before CONNECT": ["41"],
  "an event to a namespace that it is not in": ["40", '42/a,["sane"]'],
  "CONNECT twice": ["40", "40"],
  "an event right behind DISCONNECT": ["40", "41", '42["sane"]'],
  CONNECT_ERROR: ["40", '44{"message":"x"}'],
  "a reserved event name": ["40", '42["disconnect"]'],
  "a number where the arguments belong": ["40", "425"],
  "no JSON": ["40", "42[x]"],
  "an unknown type": ["40", "49"],
  "binary data without a header": ["40", Buffer.from([1])],
  "an event in place of an attachment": ["40", '451-["a",{"_placeholder":true,"num":0}]', '42["sane"]'],
  "an unknown Engine.IO packet": ["40", "9"],
};

for (const [name, packets] of Object.entries(outOfPlace)) {
  test(`closes the session for ${name}, and the server lives`, patience, async (t) => {
    const house = await openHouse(t);
    const client = await house.session();
    client.send(...packets);
    await client.closed;
    await house.emptied();
    assert.deepEqual(house.errors, []);
    const other = await house.client();
    assert.equal(await other.send('420["sane"]').next(), "430[]");
  });
}

test("an unknown namespace is refused, and the session goes on", patience, async (t) => {
  const house = await RawHouse.open(t);
  const client = await house.session();
  assert.equal(await client.enter("/nowhere"), '44/nowhere,{"message":"Invalid namespace"}');
  assert.match(String(await client.enter()), hello);
});

test("a middleware's refusal is told with its data, and credentials may be tried again", patience, async (t) => {
  const house = await RawHouse.open(t);
  house.io.use((socket, next) => {
    const { token } = socket.handshake.auth;
    next(token === "right" ? undefined : Object.assign(new Error("who?"), { data: { token } }));
  });
  const client = await house.session();
  assert.equal(await client.enter("/", { token: "wrong" }), '44{"message":"who?","data":{"token":"wrong"}}');
  assert.match(String(await client.enter("/", { token: "right" })), hello);
  const legacy = await house.session("EIO=3");
  assert.equal(await legacy.next(), "44{}");
});

/** A middleware that lets clients in, in order, when the test says so. */
function slowDoor({ io }: RawHouse): { readonly asked: string[]; readonly open: (error?: Error) => void } {
  const asked: string[] = [];
  const waiting: ((error?: Error) => void)[] = [];
  io.use((socket, next) => {
    asked.push(socket.handshake.auth.token);
    waiting.push(next);
  });
  return { asked, open: (error) => waiting.shift()?.(error) };
}

test("a second CONNECT while the first waits counts if that is refused", patience, async (t) => {
  const house = await RawHouse.open(t);
  const door = slowDoor(house);
  const client = await house.session();
  client.send('40{"token":"first"}', '40{"token":"second"}');
  await until(() => door.asked.length === 1);
  door.open(new Error("no"));
  assert.equal(await client.next(), '44{"message":"no"}');
  await until(() => door.asked.length === 2);
  door.open();
  assert.match(String(await client.next()), hello);
  assert.deepEqual(door.asked, ["first", "second"]);
});

test("and is forgotten if the first comes in", patience, async (t) => {
  const house = await RawHouse.open(t);
  const door = slowDoor(house);
  const client = await house.session();
  client.send('40{"token":"first"}', '40{"token":"second"}');
  await until(() => door.asked.length === 1);
  door.open();
  assert.match(String(await client.next()), hello);
  client.send("41");
  await until(() => house.io.sockets.sockets.size === 0);
  assert.deepEqual(door.asked, ["first"]);
});

test("a client that asks again and again for what it waits for is closed", patience, async (t) => {
  const house = await RawHouse.open(t);
  slowDoor(house);
  const client = await house.session();
  client.send(...Array<string>(12).fill("40"));
  await client.closed;
  await house.emptied();
});

test("a flood of CONNECTs to namespaces is bounded, and all are freed", patience, async (t) => {
  const house = await openHouse(t, { cleanupEmptyChildNamespaces: true });
  const { namespaces } = house.io.stats();
  const client = await house.session();
  client.send(...Array.from({ length: 1_001 }, (_, index) => `40/n${index},`));
  await client.closed;
  await house.emptied();
  await until(() => house.io.stats().namespaces === namespaces);
});

test("refused namespaces cost nothing", patience, async (t) => {
  const house = await RawHouse.open(t);
  const client = await house.session();
  for (let index = 0; index < 2_000; index++) client.send(`40/n${index},`);
  for (let index = 0; index < 2_000; index++) assert.match(String(await client.next()), /Invalid namespace/);
  assert.match(String(await client.enter()), hello);
  assert.equal(house.io.stats().namespaces, 1);
});

test("a client that goes while it is asked about is forgotten", patience, async (t) => {
  const house = await RawHouse.open(t);
  const door = slowDoor(house);
  house.io.on("connection", () => assert.fail("it has gone"));
  const client = await house.session();
  client.send("40");
  await until(() => door.asked.length === 1);
  client.socket.terminate();
  await house.emptied();
  door.open();
  await new Promise(setImmediate);
  assert.deepEqual([house.io.sockets.sockets.size, house.io.sockets.entering, house.errors], [0, 0, []]);
});

interface Deadline {
  readonly name: string;
  readonly options: Partial<ServerOptions>;
  /** The client, about to be too late. */
  begin(house: RawHouse): Promise<RawClient>;
}

const deadlines: readonly Deadline[] = [
  { name: "asks for no namespace", options: { connectTimeout: 1_000 }, begin: (house) => house.session() },
  {
    name: "was refused and asks for no other",
    options: { connectTimeout: 1_000 },
    begin: async (house) => {
      const client = await house.session();
      await client.enter("/nowhere");
      return client;
    },
  },
  {
    name: "owes an attachment",
    options: { attachmentTimeout: 1_000 },
    begin: async (house) => {
      const client = await house.client();
      client.send('452-["a",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]', Buffer.from([1]));
      await until(() => house.io.incomplete.size === 1);
      return client;
    },
  },
];

for (const { name, options, begin } of deadlines) {
  test(`closes a session that ${name} in time`, patience, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    const house = await RawHouse.open(t, options);
    const client = await begin(house);
    t.mock.timers.tick(999);
    assert.equal(house.io.stats().sessions, 1);
    t.mock.timers.tick(1);
    await client.closed;
    await house.emptied();
  });
}

test("who kept its deadlines stays", patience, async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const house = await openHouse(t, { connectTimeout: 1_000, attachmentTimeout: 1_000, pingInterval: 1_000_000 });
  const client = await house.client();
  client.send('451-["echo",{"_placeholder":true,"num":0}]');
  await until(() => house.io.incomplete.size === 1);
  client.send(Buffer.from([1]));
  await client.several(2);
  t.mock.timers.tick(10_000);
  assert.equal(await client.send('420["sane"]').next(), "430[]");
  assert.equal(house.io.stats().deadlines, 0);
});
