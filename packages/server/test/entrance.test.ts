/** Coming in: what the program decides of a client must not change what others have. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryHistory, World } from "./world.ts";

test("a newcomer that is refused changes nothing of the session that it asked for", async () => {
  const world = new World({ history: memoryHistory() });
  let isRefusing = false;
  world.namespace.use((socket, next) => {
    socket.data.seen = "by the newcomer";
    next(isRefusing ? new Error("no") : null);
  });
  const first = await world.connect();
  const socket = world.socketOf(first);
  socket.data.seen = "by the first";
  isRefusing = true;
  await assert.rejects(world.connect({ session: first.admission.session }), /no/);
  assert.equal(socket.data.seen, "by the first");
  assert.equal(socket.connected, true);
});

test("middleware runs once for a client, whether its session goes on or not", async () => {
  const world = new World({ history: memoryHistory({ events: 1 }) });
  let runs = 0;
  world.namespace.use((_, next) => {
    runs += 1;
    next();
  });
  const { admission, link } = await world.connect();
  admission.handler.closed("transport close");
  await world.connect({ session: admission.session });
  assert.equal(runs, 2);
  world.namespace.operator.emit("one");
  world.namespace.operator.emit("two");
  world.namespace.pipeline.seal();
  await world.connect({ session: admission.session, since: link.hello?.id });
  assert.equal(runs, 3);
});

test("nobody may ask for another socket's private room", async () => {
  const world = new World({ gate: { authorize: () => true } });
  const victim = await world.connect();
  const { id } = world.socketOf(victim);
  await assert.rejects(world.connect({ rooms: [id] }), { code: "not-authorised", status: 403 });
  const spy = await world.connect({ rooms: [id, "open"] });
  assert.deepEqual([...world.socketOf(spy).rooms].sort(), ["open", world.socketOf(spy).id].sort());
});

test("what authorize throws by mistake is reported, and the client learns nothing of it", async () => {
  const bug = new Error("connect ECONNREFUSED 10.0.0.5:5432 user=app");
  const world = new World({
    gate: {
      authorize: () => {
        throw bug;
      },
    },
  });
  const errors: unknown[] = [];
  world.namespace.on("error", (error) => errors.push(error));
  await assert.rejects(world.connect({ rooms: ["a"] }), {
    code: "not-authorised",
    message: "the rooms asked for were refused",
  });
  assert.deepEqual(errors, [bug]);
});

test("a client that is never told its session leaves nothing behind", async () => {
  const world = new World({ history: memoryHistory() });
  const { admission } = await world.connect({}, { hearsHello: false });
  admission.handler.closed("transport close");
  assert.deepEqual(world.namespace.sessions.sizes, { live: 0, parked: 0 });
});
