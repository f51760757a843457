/** What a program does wrong is told to it, and keeps nothing else from arriving. */

import assert from "node:assert/strict";
import { after, before, type TestContext, test } from "node:test";
import { House, patience } from "../contract/house.ts";
import { diary, heard } from "../contract/library.ts";
import { socketIo } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

const house = new House(socketIo);
before(() => house.open());
after(() => house.close());

const noJson = 1n;

/** The first error that nobody has caught. */
function uncaught(t: TestContext): Promise<unknown> {
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  return new Promise((resolve) => process.setUncaughtExceptionCaptureCallback(resolve));
}

/** What comes to a namespace of its own, until `end`. */
function collect(): { namespace: string; received: Promise<string[]> } {
  let finish: (names: string[]) => void = () => {};
  const received = new Promise<string[]>((resolve) => {
    finish = resolve;
  });
  const namespace = house.namespace((socket) => {
    const names: string[] = [];
    socket.onAny((name: string, ...args: unknown[]) => {
      const ack = args.at(-1);
      if (typeof ack === "function") ack();
      if (names.push(name) && name === "end") finish(names);
    });
  });
  return { namespace, received };
}

test("one event of those that wait cannot be written: the others arrive", patience, async (t) => {
  const { namespace, received } = collect();
  const mistake = uncaught(t);
  const socket = call(t, house.url + namespace);
  const events = diary({ socket: [socket, ["connect", "disconnect"]] });
  socket.emit("first").emit("wrong", noJson).emit("end");
  assert.deepEqual(await received, ["first", "end"]);
  assert.ok((await mistake) instanceof TypeError);
  assert.deepEqual(events, ["socket connect"]);
});

test("with retries: its acknowledgement fails, and the others arrive", patience, async (t) => {
  const { namespace, received } = collect();
  const mistake = uncaught(t);
  const socket = call(t, house.url + namespace, { retries: 3 });
  const failed = assert.rejects(socket.emitWithAck("wrong", noJson), TypeError);
  socket.emit("end");
  assert.deepEqual(await received, ["end"]);
  await failed;
  assert.ok((await mistake) instanceof TypeError);
});

test("with retries and a connection: the caller is told, and the others arrive", patience, async (t) => {
  const { namespace, received } = collect();
  const socket = call(t, house.url + namespace, { retries: 3 });
  await heard(socket, "connect");
  assert.throws(() => socket.emit("wrong", noJson), TypeError);
  socket.emit("end");
  assert.deepEqual(await received, ["end"]);
});

test("a listener of all that is sent throws: it is sent", patience, async (t) => {
  const { namespace, received } = collect();
  const mistake = uncaught(t);
  const socket = call(t, house.url + namespace);
  socket.onAnyOutgoing((name: string) => {
    if (name === "first") throw new Error("of the program");
  });
  socket.emit("first").emit("end");
  assert.deepEqual(await received, ["first", "end"]);
  assert.equal(String(await mistake), "Error: of the program");
});

test("auth of one namespace throws: the others connect", patience, async (t) => {
  const mistake = uncaught(t);
  const auth = (): never => {
    throw new Error("of the program");
  };
  const wrong = call(t, house.url + house.namespace(), { auth });
  const right = wrong.io.socket(house.namespace());
  await heard(right, "connect");
  assert.equal(String(await mistake), "Error: of the program");
});
