/** A network that cuts connections which are silent for 60 s, more than heartbeats say: the client comes back by itself. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { heard } from "../contract/library.ts";
import { anywire } from "../contract/server-kind.ts";
import { call, openHouse } from "./place.ts";
import { Relay, type Rule } from "./relay.ts";

const patience = { timeout: 20_000 };
const idle = 60_000;

/** Cuts what is silent. */
const rule: Rule = (line) => {
  let timer = setTimeout(line.cut, idle);
  const pass = (to: typeof line.client, chunk: Buffer): void => {
    clearTimeout(timer);
    timer = setTimeout(line.cut, idle);
    line.forward(to, chunk);
  };
  return { up: (chunk) => pass(line.server, chunk), down: (chunk) => pass(line.client, chunk) };
};

for (const kind of [anywire]) {
  test(`a WebSocket at ${kind.name} comes back from a silence`, patience, async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
    const house = await openHouse(t, kind, { pingInterval: 300_000 });
    const relay = await Relay.open(t, house.port, rule);
    const client = call(t, relay.url, { transports: ["websocket"] });
    await heard(client, "connect");
    const gone = heard(client, "disconnect");
    const back = heard(client, "connect");
    t.mock.timers.tick(idle);
    assert.match(String((await gone)[0]), /^transport (close|error)$/);
    t.mock.timers.tick(10);
    await back;
  });
}
