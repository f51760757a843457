/** Events that Socket.IO 2 had on the socket, and later versions on its manager alone. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { patience, useHouse } from "../contract/house.ts";
import { diary, heard } from "../contract/library.ts";
import { refusingUrl } from "../contract/no-server.ts";
import { anywire } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

const names = ["reconnecting", "reconnect_attempt", "reconnect_error", "reconnect_failed", "reconnect"];
const brief = (value?: unknown): string => (value === undefined || value instanceof Error ? "" : String(value));

describe("on the socket itself", () => {
  const house = useHouse(anywire);

  test("it says how it comes back", patience, async (t) => {
    const socket = call(t, house.url);
    await heard(socket, "connect");
    const events = diary({ socket: [socket, [...names, "connect"]] }, brief);
    const back = heard(socket, "connect");
    socket.io.engine.close();
    await back;
    assert.deepEqual(events, [
      "socket reconnect_attempt 1",
      "socket reconnecting 1",
      "socket reconnect 1",
      "socket connect",
    ]);
  });

  test("it says that it gives up", patience, async (t) => {
    const socket = call(t, await refusingUrl(), { reconnectionAttempts: 1 });
    const events = diary({ socket: [socket, names] }, brief);
    await heard(socket, "reconnect_error");
    assert.deepEqual(events, [
      "socket reconnect_attempt 1",
      "socket reconnecting 1",
      "socket reconnect_failed",
      "socket reconnect_error",
    ]);
  });

  test("a socket that has left hears nothing of it", patience, async (t) => {
    const socket = call(t, house.url);
    const other = socket.io.socket(house.namespace());
    await Promise.all([heard(socket, "connect"), heard(other, "connect")]);
    socket.disconnect();
    const events = diary({ socket: [socket, names] });
    const back = heard(other, "reconnect");
    socket.io.engine.close();
    await back;
    assert.deepEqual(events, []);
  });
});
