/** A server of ours that shuts down says when to come back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { House, patience } from "../contract/house.ts";
import { heard } from "../contract/library.ts";
import { anywire } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

for (const transports of [["polling"], ["websocket"]]) {
  test(`its clients over ${transports} wait as long before they come back`, patience, async (t) => {
    const house = new House(anywire);
    await house.open();
    const socket = call(t, house.url, { transports });
    await heard(socket, "connect");
    const timers = t.mock.method(globalThis, "setTimeout");
    const gone = heard(socket, "disconnect");
    const close: unknown = house.io.close;
    assert.ok(typeof close === "function");
    const closed = Reflect.apply(close, house.io, [{ drain: 1 }]);
    const [reason] = await gone;
    assert.equal(reason, "transport close");
    const { retryAfter = 0 } = socket.io.engine;
    assert.ok(retryAfter >= 1_000, `${retryAfter}`);
    assert.ok(timers.mock.calls.some(({ arguments: [, delay] }) => delay === retryAfter));
    assert.equal(socket.active, true);
    await closed;
  });
}
