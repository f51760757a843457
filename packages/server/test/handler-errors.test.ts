/** An error in the program's code never ends the process: it is reported, and fails the ack of a client that has words for it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Server } from "../src/index.ts";
import type { Event } from "../src/reserved-events.ts";
import type { Socket } from "../src/socket.ts";
import { patience, RawHouse, until } from "./raw-house.ts";

const bad = (): Error => Object.assign(new Error("my fault"), { code: "mine" });

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How a function of the program goes wrong. */
const wrongs: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw bad();
  },
  "rejects at once": () => Promise.reject(bad()),
  "rejects later": () => soon().then(() => Promise.reject(bad())),
};

/** Where. Each is reached by the event `e` of a client. */
const places: Readonly<Record<string, (socket: Socket, goWrong: () => unknown) => void>> = {
  "the only handler": (socket, goWrong) => socket.on("e", goWrong),
  "one of two handlers": (socket, goWrong) => socket.on("e", () => {}).on("e", goWrong),
  "a handler that was to be called once": (socket, goWrong) => socket.once("e", goWrong),
  "the only middleware of the socket": (socket, goWrong) => socket.use(onlyFor("e", goWrong)).on("e", () => {}),
  "a middleware behind one that takes its time": (socket, goWrong) =>
    socket
      .use((_event, next) => void soon().then(() => next()))
      .use(onlyFor("e", goWrong))
      .on("e", () => {}),
  "a handler behind a middleware that takes its time": (socket, goWrong) =>
    socket.use((_event, next) => void setImmediate(next)).on("e", goWrong),
  onAny: (socket, goWrong) => socket.onAny((name) => (name === "e" ? goWrong() : undefined)).on("e", () => {}),
  prependAny: (socket, goWrong) => socket.prependAny((name) => (name === "e" ? goWrong() : undefined)),
};

/** A middleware that lets all else pass. */
function onlyFor(name: string, goWrong: () => unknown): (event: Event, next: () => void) => unknown {
  return ([event], next) => (event === name ? goWrong() : next());
}

for (const [place, prepare] of Object.entries(places)) {
  for (const [how, goWrong] of Object.entries(wrongs)) {
    test(`${place} ${how}: reported, and told to a client of ours alone`, patience, async (t) => {
      const house = await RawHouse.open(t);
      house.io.on("connection", (socket) => {
        socket.on("sane", (answer) => answer());
        prepare(socket, goWrong);
      });
      const ours = await house.client("EIO=4&anywire=1");
      assert.equal(await ours.send('427["e"]').next(), '447{"code":"mine","message":"my fault"}');
      const theirs = await house.client();
      theirs.send('427["e"]');
      await until(() => house.reports.length >= 2);
      assert.equal(await theirs.send('428["sane"]').next(), "438[]");
      theirs.send('42["e"]');
      await until(() => house.reports.length >= (place.includes("once") ? 2 : 3));
      assert.deepEqual([...new Set(house.errors)], ["my fault in e"]);
      assert.deepEqual(
        house.reports.slice(0, 2).map(({ socket }) => socket?.handshake.query.anywire),
        ["1", undefined],
      );
    });
  }
}

/** Where no client is told. */
const elsewhere: Readonly<Record<string, (io: Server, goWrong: () => unknown) => void>> = {
  "a listener of connection": (io, goWrong) => io.on("connection", goWrong),
  "a listener of connect": (io, goWrong) => io.on("connect", goWrong),
  "a listener of disconnecting": (io, goWrong) => io.on("connection", (socket) => socket.on("disconnecting", goWrong)),
  "a listener of disconnect": (io, goWrong) => io.on("connection", (socket) => socket.on("disconnect", goWrong)),
  "a listener of create-room": (io, goWrong) => io.sockets.adapter.on("create-room", goWrong),
  "a callback of emit": (io, goWrong) => io.on("connection", (socket) => socket.emit("ask", goWrong)),
  "a callback of a broadcast": (io, goWrong) => io.on("connection", () => io.timeout(1_000).emit("ask", goWrong)),
};

for (const [place, prepare] of Object.entries(elsewhere)) {
  for (const [how, goWrong] of Object.entries(wrongs)) {
    test(`${place} ${how}: reported, and the next client is served`, patience, async (t) => {
      const house = await RawHouse.open(t);
      house.io.on("connection", (socket) => socket.on("sane", (answer) => answer()));
      prepare(house.io, goWrong);
      const client = await house.client();
      if (place.includes("callback")) client.send(`43${String(await client.next()).match(/^42(\d+)/)?.[1]}[]`);
      client.send("41");
      await until(() => house.reports.length > 0);
      assert.match(house.errors[0] ?? "", /^my fault in /);
      assert.equal(
        await client
          .enter()
          .then(String)
          .then((text) => text.slice(0, 2)),
        "40",
      );
    });
  }
}

for (const [how, goWrong] of Object.entries(wrongs)) {
  test(`a middleware of a namespace ${how}: the client is refused, and learns nothing of it`, patience, async (t) => {
    const house = await RawHouse.open(t);
    house.io.use(goWrong);
    const client = await house.session();
    assert.equal(await client.enter(), '44{"message":"the connection was refused"}');
    assert.deepEqual(house.errors, ["my fault in connection"]);
  });

  test(
    `a function that decides about namespaces ${how}: the next is asked, then the client is refused`,
    patience,
    async (t) => {
      const house = await RawHouse.open(t);
      house.io.of(goWrong as () => void);
      house.io.of(/^\/b$/);
      const client = await house.session();
      assert.equal(await client.enter("/a"), '44/a,{"message":"Invalid namespace"}');
      assert.match(String(await client.enter("/b")), /^40/);
      assert.deepEqual([...new Set(house.errors)], ["my fault in connection"]);
    },
  );

  test(`authenticate ${how}: reported, and the client is refused`, patience, async (t) => {
    const house = await RawHouse.open(t, { authenticate: goWrong as () => string });
    const client = await house.session();
    assert.match(String(await client.enter()), /^44\{"message":"credentials are missing or wrong"/);
    assert.deepEqual([...new Set(house.errors)], ["my fault in authenticate"]);
  });

  test(`a listener of error ${how}: a warning, no more`, patience, async (t) => {
    const house = await RawHouse.open(t);
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    house.io.removeAllListeners("error").on("error", goWrong);
    house.io.on("connection", () => Promise.reject(new Error("first")));
    await house.client();
    const { name, message } = await warned;
    assert.equal(name, "UnhandledServerError");
    assert.match(message, /my fault/);
  });
}

test("without a listener of error, it is a warning", patience, async (t) => {
  const house = await RawHouse.open(t);
  house.io.removeAllListeners("error");
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  house.io.on("connection", (socket) => socket.on("e", wrongs.throws as () => void));
  (await house.client()).send('42["e"]');
  assert.match((await warned).message, /my fault/);
});

test("a handler's error in a namespace goes to that namespace's listeners first", patience, async (t) => {
  const house = await RawHouse.open(t);
  const told: unknown[] = [];
  house.io.of("/a").on("error", (error, _socket, event) => told.push([(error as Error).message, event]));
  house.io.of("/a").on("connection", (socket) => socket.on("e", wrongs["rejects later"] as () => void));
  (await house.client("EIO=4", "/a")).send('42/a,["e"]');
  await until(() => told.length > 0);
  assert.deepEqual([told, house.errors], [[["my fault", "e"]], []]);
});

test(
  "an error given to next of a socket's middleware is told to the socket, and to a client of ours",
  patience,
  async (t) => {
    const house = await RawHouse.open(t);
    const told: unknown[] = [];
    house.io.on("connection", (socket) => {
      socket.use((_event, next) => next(bad())).on("error", (error) => told.push(error.message));
    });
    const client = await house.client("EIO=4&anywire=1");
    assert.equal(await client.send('421["e"]').next(), '441{"code":"mine","message":"my fault"}');
    assert.deepEqual([told, house.errors], [["my fault"], []]);
  },
);

test("a client of ours is told that nobody listens, or that nobody answered in time", patience, async (t) => {
  const house = await RawHouse.open(t, { ackTimeout: 50 });
  house.io.on("connection", (socket) => socket.on("mute", () => {}));
  const client = await house.client("EIO=4&anywire=1");
  assert.equal(await client.send('421["e"]').next(), '441{"code":"no-handler","message":"nothing listens to \\"e\\""}');
  assert.equal(
    await client.send('422["mute"]').next(),
    '442{"code":"timeout","message":"it was not answered in time"}',
  );
  assert.equal(await client.send("40/nowhere,").next(), '44/nowhere,{"message":"Invalid namespace"}');
});
