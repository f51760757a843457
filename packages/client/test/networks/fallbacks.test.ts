/** Networks that break WebSockets or streams: the client comes by another way, says by which, and keeps the order. */

import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { heard } from "../contract/library.ts";
import { anywire, type ServerKind, socketIo, socketIo3 } from "../contract/server-kind.ts";
import { type Habits, Middlebox } from "./middlebox.ts";
import { call, carrier, openHouse } from "./place.ts";

const patience = { timeout: 30_000 };
const echoes = 60;

interface Network {
  readonly name: string;
  readonly habits: Habits;
}

const refusing: Network = { name: "a proxy that refuses upgrades", habits: { upgrades: "refuse" } };
const swallowing: Network = { name: "a proxy that swallows upgrades", habits: { upgrades: "swallow" } };
const holding: Network = { name: "a proxy that holds answers", habits: { holds: true } };
const worst: Network = {
  name: "a proxy that refuses upgrades and holds answers",
  habits: { holds: true, upgrades: "refuse" },
};

interface Way {
  readonly network: Network;
  readonly transports: readonly string[];
  /** By which the client has come. */
  readonly opens: string;
  /** To which it moves then. */
  readonly moves?: string;
  readonly kinds: readonly ServerKind[];
}

/** What one of several transports may take to open, in milliseconds. */
const openTimeout = 5_000;

/**
 * The timers remain what they are, since fetch clears some that are older than the test.
 * @returns functions that make those which wait for a transport fire now
 */
function openingTimers(t: TestContext): (() => void)[] {
  const waiting: (() => void)[] = [];
  const set = globalThis.setTimeout;
  t.mock.method(globalThis, "setTimeout", (then: () => void, delay?: number, ...args: []) => {
    const timer = set(then, delay, ...args);
    const fire = (): void => {
      clearTimeout(timer);
      then();
    };
    if (delay === openTimeout) waiting.push(fire);
    return timer;
  });
  return waiting;
}

const all = [anywire, socketIo, socketIo3];
const usual = ["polling", "websocket"];
const eager = ["websocket", "polling"];
const streams = ["websocket", "eventsource", "polling"];

const ways: readonly Way[] = [
  { network: refusing, transports: usual, opens: "polling", kinds: all },
  { network: refusing, transports: eager, opens: "polling", kinds: all },
  { network: refusing, transports: streams, opens: "eventsource", kinds: [anywire] },
  { network: refusing, transports: streams, opens: "polling", kinds: [socketIo] },
  {
    network: refusing,
    transports: [...usual, "eventsource"],
    opens: "polling",
    moves: "eventsource",
    kinds: [anywire],
  },
  { network: swallowing, transports: usual, opens: "polling", kinds: all },
  { network: swallowing, transports: eager, opens: "polling", kinds: all },
  { network: swallowing, transports: streams, opens: "eventsource", kinds: [anywire] },
  { network: holding, transports: usual, opens: "polling", moves: "websocket", kinds: [anywire, socketIo] },
  { network: holding, transports: ["eventsource", "polling"], opens: "polling", kinds: [anywire] },
  { network: worst, transports: streams, opens: "polling", kinds: [anywire] },
  { network: worst, transports: [...usual, "eventsource"], opens: "polling", kinds: [anywire] },
];

for (const { network, transports, opens, moves, kinds } of ways) {
  describe(network.name, () => {
    for (const kind of kinds) {
      const arrival = moves === undefined ? opens : `${opens}, then ${moves}`;
      test(`${transports.join(", ")} at ${kind.name}: it comes by ${arrival}`, patience, async (t) => {
        const house = await openHouse(t, kind);
        let isOpening = opens !== transports[0];
        const timers = isOpening ? openingTimers(t) : [];
        const stuck = (): void => {
          if (isOpening) timers.pop()?.();
        };
        const box = await Middlebox.open(t, house.port, { ...network.habits, stuck });
        house.io.on("connection", (socket) => socket.on("echo", (...args) => socket.emit("echo", ...args)));
        const client = call(t, box.url, { transports, tryAllTransports: true });
        const heardBack: unknown[] = [];
        const done = new Promise<void>((resolve) => {
          client.on("echo", (n, bytes) => {
            assert.deepEqual(bytes, Buffer.from([n]));
            if (heardBack.push(n) === echoes) resolve();
          });
        });
        const failures: unknown[] = [];
        client.on("connect_error", (error) => failures.push(error));
        await heard(client, "connect");
        isOpening = false;
        assert.equal(carrier(client), opens);
        const moved = moves === undefined ? undefined : heard(client.io.engine, "upgrade");
        for (let n = 0; n < echoes; n++) {
          client.emit("echo", n, Buffer.from([n]));
          if (n % 10 === 0) await new Promise(setImmediate);
        }
        await done;
        await moved;
        assert.deepEqual(
          heardBack,
          Array.from({ length: echoes }, (_, n) => n),
        );
        assert.equal(carrier(client), moves ?? opens);
        assert.deepEqual(failures, []);
      });
    }
  });
}
