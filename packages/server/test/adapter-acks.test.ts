import assert from "node:assert/strict";
import { test } from "node:test";
import type { AckError } from "../src/acks.ts";
import type { Adapter, BroadcastAnswered } from "../src/adapter.ts";
import { requestByAdapter } from "../src/adapter-acks.ts";
import { Rooms } from "../src/rooms.ts";

/** What the nodes say. */
interface Nodes {
  readonly adapter: Adapter;
  counted: (clients: number) => void;
  answered: BroadcastAnswered;
}

function nodes(count: number | Error): Nodes {
  const adapter = new Rooms({ sockets: new Map(), broadcastPacket: () => 0, report: () => {} });
  const all: Nodes = { adapter, counted: () => {}, answered: () => {} };
  adapter.serverCount = () => (count instanceof Error ? Promise.reject(count) : Promise.resolve(count));
  // biome-ignore lint/complexity/useMaxParams: the shape is that of socket.io-adapter
  adapter.broadcastWithAck = (_packet, _options, counted, answered) => Object.assign(all, { counted, answered });
  return all;
}

interface Outcome {
  readonly done: unknown[];
  expired: number;
}

function ask(adapter: Adapter, timeout?: number): Outcome {
  const outcome: Outcome = { done: [], expired: 0 };
  requestByAdapter(adapter, {
    packet: { type: 2, nsp: "/", data: ["e"] },
    options: { rooms: new Set() },
    timeout,
    expired: () => {
      outcome.expired += 1;
    },
    done: (error: AckError | null, responses) => outcome.done.push([error?.code ?? null, [...responses]]),
  });
  return outcome;
}

const turn = (): Promise<void> => new Promise(setImmediate);

test("it is done when each node has told how many it asked, and all of these have answered", async () => {
  const two = nodes(2);
  const { done } = ask(two.adapter);
  two.counted(1);
  two.answered("a");
  await turn();
  assert.deepEqual(done, []);
  two.counted(2);
  two.answered("b");
  assert.deepEqual(done, []);
  two.answered("c");
  two.answered("nobody asked");
  assert.deepEqual(done, [[null, ["a", "b", "c"]]]);
});

test("nobody was asked: done at once", async () => {
  const one = nodes(1);
  const { done } = ask(one.adapter);
  one.counted(0);
  await turn();
  assert.deepEqual(done, [[null, []]]);
});

test("after the time, it is an error with what came; the adapter's listeners are let go", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const one = nodes(1);
  const outcome = ask(one.adapter, 100);
  one.counted(2);
  one.answered("a");
  await turn();
  t.mock.timers.tick(100);
  assert.deepEqual(outcome.done, [["timeout", ["a"]]]);
  one.answered("late");
  assert.deepEqual([outcome.done.length, outcome.expired], [1, 1]);
});

test("a count of nodes that cannot be had is a timeout", async () => {
  const lost = nodes(new Error("lost"));
  const { done } = ask(lost.adapter, 100_000);
  await turn();
  assert.deepEqual(done, [["timeout", []]]);
});
