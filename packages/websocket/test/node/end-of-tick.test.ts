/** The end of the tick: when it comes, and that what waits for it is not lost with the process. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import Peer from "ws";
import { atEndOfTick } from "../../src/node/end-of-tick.ts";

test("it comes behind everything else of this turn, once for each time it was asked", async () => {
  const order: string[] = [];
  atEndOfTick({ endOfTick: () => order.push("first") });
  atEndOfTick({ endOfTick: () => order.push("second") });
  process.nextTick(() => order.push("tick"));
  await Promise.resolve().then(() => order.push("microtask"));
  assert.deepEqual(
    order,
    ["tick", "microtask"].filter((name) => order.includes(name)),
  );
  await nextTurn();
  assert.deepEqual(order.slice(-2), ["first", "second"]);
  await nextTurn();
  assert.equal(order.length, 4);
});

test("what is asked for at the end of a tick belongs to the next", async () => {
  let turns = 0;
  const again = { endOfTick: () => (turns++ === 0 ? atEndOfTick(again) : undefined) };
  atEndOfTick(again);
  await nextTurn();
  assert.equal(turns, 1);
  await nextTurn();
  assert.equal(turns, 2);
});

test("fake timers of the program do not stop it", async (t) => {
  t.mock.timers.enable({ apis: ["setImmediate", "setTimeout"] });
  const ended = new Promise<void>((endOfTick) => atEndOfTick({ endOfTick }));
  await ended;
});

test("what was sent in the turn in which the process exits still arrives", async (t) => {
  const flags = ["--conditions=anywire-source", "--import", "tsx"];
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, "exiting.ts")]);
  t.after(() => child.kill());
  const [port] = await once(child.stdout, "data");
  const peer = new Peer(`ws://127.0.0.1:${Number(port)}/`);
  peer.on("error", () => {});
  t.after(() => peer.terminate());
  await once(peer, "open");
  const got = once(peer, "message");
  peer.send("go");
  const [data] = await got;
  assert.equal(String(data), "last words");
});
