/** The advisories of socket.io, and policies that threads ask for, on the whole server: it lives, forges nothing, and pays nothing for it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { io as connect } from "socket.io-client";
import { WebSocket } from "ws";
import { patience, RawHouse, socketsOf, until } from "./raw-house.ts";

const ofPrototypes = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__"];

const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/** The server with a client that echoes and acks. */
async function echoing(
  t: Parameters<typeof RawHouse.open>[0],
  options: Parameters<typeof RawHouse.open>[1] = {},
): Promise<RawHouse> {
  const house = await RawHouse.open(t, options);
  house.io.on("connection", (socket) => {
    socket.on("echo", (...args) => socket.emit("echo", ...args));
    socket.on("sane", (answer) => answer("yes"));
  });
  return house;
}

async function assertAlive(house: RawHouse): Promise<void> {
  const client = await house.client();
  assert.equal(await client.send('420["sane"]').next(), '430["yes"]');
  client.socket.terminate();
}

for (const query of ["EIO=4", "EIO=3"]) {
  for (const packet of ['42["error"]', '421["error",{"message":"x"}]', '451-["error",{"_placeholder":true,"num":0}]']) {
    test(`CVE-2024-38355: ${packet} by ${query} is an event like any other`, patience, async (t) => {
      const house = await echoing(t);
      const client = await house.client(query);
      client.send(packet);
      if (packet.includes("_placeholder")) client.send(query === "EIO=4" ? Buffer.from([1]) : Buffer.from([4, 1]));
      assert.equal(await client.send('420["sane"]').next(), '430["yes"]');
      assert.deepEqual(house.errors, []);
    });
  }
}

test("CVE-2024-38355: with listeners of `error`, an event of that name reaches these alone", patience, async (t) => {
  const house = await RawHouse.open(t);
  const told: unknown[] = [];
  house.io.on("connection", (socket) => socket.on("error", (error) => told.push(error)));
  const client = await house.client();
  client.send('42["error","mine"]', "41");
  await until(() => house.io.stats().sockets === 0);
  assert.deepEqual([told, house.errors], [["mine"], []]);
});

for (const name of reserved) {
  test(
    `CVE-2024-38355: the reserved name ${name} ends the session, and nobody is told of such an event`,
    patience,
    async (t) => {
      const house = await echoing(t);
      const client = await house.client();
      const [socket] = socketsOf(house);
      const told: unknown[] = [];
      socket?.on(name, (...args: unknown[]) => told.push(args));
      told.length = 0; // newListener hears of itself
      await client.send(`42["${name}","forged"]`).closed;
      await house.emptied();
      assert.ok(!JSON.stringify(told).includes("forged"));
      await assertAlive(house);
    },
  );
}

for (const name of ofPrototypes) {
  test(`${name} is a room, a namespace and an event like any other`, patience, async (t) => {
    const house = await echoing(t);
    const client = await house.client();
    const [socket] = socketsOf(house);
    await socket?.join(name);
    house.io.to(name).emit(name, name);
    assert.equal(await client.next(), `42["${name}","${name}"]`);
    client.send(`42["${name}"]`, `42["echo",{"${name}":{"polluted":1}}]`);
    assert.equal(await client.next(), `42["echo",{"${name}":{"polluted":1}}]`);
    assert.equal(await client.enter(`/${name}`), `44/${name},{"message":"Invalid namespace"}`);
    assert.equal(await client.enter(name === "/" ? "" : `/${name}`), `44/${name},{"message":"Invalid namespace"}`);
    house.io.of(`/${name}`);
    assert.match(String(await client.enter(`/${name}`)), new RegExp(`^40/${name},`));
    house.io.of(name).emit("to all");
    assert.equal(await client.next(), `42/${name},["to all"]`);
    await socket?.leave(name);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.deepEqual(house.errors, []);
  });

  test(`${name} as an id of an ack, as auth and as session answers nobody`, patience, async (t) => {
    const house = await echoing(t, { connectionStateRecovery: {} });
    const client = await house.session();
    assert.match(
      String(await client.enter("/", { pid: name, offset: name, [name]: {} })),
      /^40\{"sid":"[^"]+","pid":"[^"]+"\}/,
    );
    await client.send(`43${name}[]`).closed;
    await assertAlive(house);
  });
}

/** Chat text that looks like something else. */
const texts = [
  '42["admin","now"]',
  '\x1e42["admin","now"]',
  '4\x1e42["admin"]',
  '2:42["admin"]',
  '{"_placeholder":true,"num":0}',
  "430[]",
  '43["x"]',
  "41",
  "1",
  '["admin"]',
  '{"event":"admin","data":[]}',
  '{"ack":0}',
  "\u2028\u2029\n\r\0",
  "bAQID",
];

for (const transports of [["websocket"], ["polling"]]) {
  test(`2.6: chat text that looks like a packet is text, by ${transports}`, patience, async (t) => {
    const house = await RawHouse.open(t);
    house.io.on("connection", (socket) => {
      socket.on("chat", (text) => house.io.emit("chat", text));
      socket.on("admin", () => assert.fail("forged"));
    });
    const client = connect(`http://127.0.0.1:${house.port}`, { transports, reconnection: false });
    t.after(() => client.disconnect());
    client.on("admin", () => assert.fail("forged"));
    const heard: unknown[] = [];
    const all = new Promise<void>((resolve) => {
      client.on("chat", (text) => void (heard.push(text) === texts.length && resolve()));
    });
    for (const text of texts) client.emit("chat", text);
    await all;
    assert.deepEqual(heard, texts);
  });
}

test(
  "2.6: chat text by a bare WebSocket forges nothing for clients of Socket.IO, and the other way round",
  patience,
  async (t) => {
    const house = await RawHouse.open(t, { plain: {} });
    house.io.on("connection", (socket) => {
      socket.on("message", (text) => house.io.emit("message", text));
      socket.on("admin", () => assert.fail("forged"));
    });
    const client = await house.client();
    const bare = new WebSocket(`ws://127.0.0.1:${house.port}/anywire`);
    t.after(() => bare.terminate());
    const heard: string[] = [];
    const all = new Promise<void>((resolve) => {
      bare.on("message", (data: Buffer) => void (heard.push(data.toString()) === texts.length && resolve()));
    });
    await once(bare, "open");
    for (const text of texts) {
      client.send(`42${JSON.stringify(["message", text])}`);
      assert.equal(await client.next(), `42${JSON.stringify(["message", text])}`);
    }
    await all;
    assert.equal(new Set(heard).size, texts.length);
  },
);

test("2.6: JSON as deep as a bomb ends its session alone", patience, async (t) => {
  const house = await echoing(t, { maxHttpBufferSize: 10_000_000 });
  for (const [open, close] of [
    ["[", "]"],
    ['{"a":', "}"],
  ] as const) {
    const depth = 200_000;
    const client = await house.client();
    await client.send(`42["echo",${open.repeat(depth)}1${close.repeat(depth)}]`).closed;
    await assertAlive(house);
  }
  const client = await house.client();
  const deep = `42["echo",${"[".repeat(900)}1${"]".repeat(900)}]`;
  assert.equal(await client.send(deep).next(), deep);
  await client.send(`40${"[".repeat(100_000)}`).closed;
  await assertAlive(house);
  assert.deepEqual(house.errors, []);
});

test("2.6: rooms without number are the program's, and go with their socket", patience, async (t) => {
  const house = await RawHouse.open(t);
  house.io.on("connection", (socket) =>
    socket.on("join", (room, done) => Promise.resolve(socket.join(room)).then(() => done())),
  );
  const client = await house.client();
  for (let index = 0; index < 5_000; index++) client.send(`42${index}["join","room ${index}"]`);
  for (let index = 0; index < 5_000; index++) assert.equal(await client.next(), `43${index}[]`);
  assert.equal(house.io.stats().rooms, 5_001);
  client.socket.terminate();
  await house.emptied();
});

test(
  "2.6: handlers that are attached anew for each connection run once, however often a client comes back",
  patience,
  async (t) => {
    const house = await RawHouse.open(t, { connectionStateRecovery: {} });
    let runs = 0;
    const handlers = new Set<number>();
    house.io.on("connection", (socket) => {
      socket.on("e", (answer) => answer(++runs));
      handlers.add(socket.listenerCount("e"));
    });
    const client = connect(`http://127.0.0.1:${house.port}`, {
      transports: ["websocket"],
      reconnectionDelay: 1,
      reconnectionDelayMax: 1,
    });
    t.after(() => client.disconnect());
    for (let round = 1; round <= 5; round++) {
      assert.equal(await client.timeout(10_000).emitWithAck("e"), round);
      const lost = new Promise((resolve) => client.once("disconnect", resolve));
      client.io.engine.close();
      await lost;
    }
    assert.deepEqual([...handlers], [1]);
  },
);
