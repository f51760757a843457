import assert from "node:assert/strict";
import { test } from "node:test";
import { patience, RawHouse, until } from "./raw-house.ts";

const nothing = { sessions: 0, namespaces: 1, sockets: 0, rooms: 0, acks: 0, away: 0, deadlines: 0 };

test("counts all that is there, and goes back to nothing", patience, async (t) => {
  const house = await RawHouse.open(t, { plain: {} });
  assert.deepEqual(house.io.stats(), nothing);
  house.io.of("/a").on("connection", (socket) => {
    void socket.join(["x", "y"]);
    socket.emit("ask", () => {});
    house.io
      .of("/a")
      .emitWithAck("ask")
      .catch(() => {});
  });
  const client = await house.client("EIO=4", "/a");
  await client.several(2);
  const other = await house.client();
  other.send('42/never,["out of place"]');
  await other.closed;
  await house.session();
  await client.send("40").next();
  client.send('451-["e",{"_placeholder":true,"num":0}]');
  await until(() => house.io.incomplete.size > 0);
  assert.deepEqual(house.io.stats(), {
    sessions: 2,
    namespaces: 2,
    sockets: 2,
    rooms: 4,
    acks: 3,
    away: 0,
    deadlines: 2,
  });
  house.io.disconnectSockets(true);
  for (const { socket } of house.clients) socket.terminate();
  await house.emptied();
  assert.deepEqual(house.io.stats(), { ...nothing, namespaces: 2 });
});
