/** Programs that call `connect()` and `open()` themselves, also while the client is about to come back by itself. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { runInNewContext } from "node:vm";
import { House, patience } from "../contract/house.ts";
import { diary, heard } from "../contract/library.ts";
import { refusingUrl } from "../contract/no-server.ts";
import { socketIo } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

const house = new House(socketIo);
before(() => house.open());
after(() => house.close());

/** Its next try is later than any test. */
const patient = { reconnectionDelay: 3_600_000, reconnectionDelayMax: 3_600_000 };

test("connect() whenever it is disconnected: it comes back each time", patience, async (t) => {
  const socket = call(t, house.url);
  socket.on("disconnect", () => socket.connect());
  for (let cuts = 0; cuts < 4; cuts++) {
    await heard(socket, "connect");
    house.cut();
  }
  await heard(socket, "connect");
  socket.off("disconnect");
});

test("connect() whenever it cannot: it tries no oftener, and gives up as it is told", patience, async (t) => {
  const socket = call(t, await refusingUrl(), { reconnectionAttempts: 3 });
  const errors = diary({ socket: [socket, ["connect_error"]] });
  socket.on("connect_error", () => {
    if (errors.length < 4) socket.connect();
  });
  await heard(socket.io, "reconnect_failed");
  assert.equal(errors.length, 4);
});

test("connect() while the server has not answered: it is asked once", patience, async (t) => {
  const socket = call(t, house.url, { transports: ["websocket"] });
  const asked: unknown[] = [];
  socket.io.on("open", () => {
    socket.io.engine.on("packetCreate", (packet) => asked.push(packet.data));
    socket.connect().connect();
  });
  await heard(socket, "connect");
  assert.deepEqual(asked, []);
});

test("a rejected auth is a refusal: it is asked again when the program says so", patience, async (t) => {
  let isReady = false;
  const auth = async (): Promise<object> => (isReady ? { token: "x" } : Promise.reject(new Error("no token")));
  const socket = call(t, house.url, { auth });
  const [error] = await heard(socket, "connect_error");
  assert.match(String(error), /no token/);
  assert.equal(socket.active, false);
  isReady = true;
  socket.connect();
  await heard(socket, "connect");
});

test("open() before the next try: it does not wait, and comes back the next time too", patience, async (t) => {
  const socket = call(t, house.url, patient);
  for (let cuts = 0; cuts < 2; cuts++) {
    await heard(socket, "connect");
    const closed = heard(socket.io, "close");
    house.cut();
    await closed;
    socket.io.open();
  }
  await heard(socket, "connect");
  socket.io.reconnectionDelay(1);
  socket.io.reconnectionDelayMax(1);
  house.cut();
  await heard(socket, "connect");
});

test("reconnection(false) before the next try: connect() connects", patience, async (t) => {
  const socket = call(t, house.url, patient);
  await heard(socket, "connect");
  const closed = heard(socket.io, "close");
  house.cut();
  await closed;
  socket.io.reconnection(false);
  socket.connect();
  await heard(socket, "connect");
});

test("a query of any values does not keep it from coming back", patience, async (t) => {
  const socket = call(t, house.url, { query: { id: 2n ** 64n } });
  await heard(socket, "connect");
  house.cut();
  await heard(socket, "connect");
});

test("auth may answer with a promise of another realm", patience, async (t) => {
  const namespace = house.namespace((guest) => guest.emit("auth", guest.handshake.auth.token));
  const auth = (): Promise<object> => runInNewContext("Promise.resolve({ token: 'secret' })");
  const socket = call(t, house.url + namespace, { auth });
  assert.deepEqual(await heard(socket, "auth"), ["secret"]);
});
