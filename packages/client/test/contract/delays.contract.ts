/** How long a client waits between its tries to come back. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { patience, Visit } from "./house.ts";
import { type ClientOptions, heard, type Library } from "./library.ts";
import { nobody, refusingUrl } from "./no-server.ts";

/** The delays before the first attempts of a client that nobody answers. */
async function delaysOf(t: TestContext, library: Library, options: ClientOptions): Promise<number[]> {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const attempts = options.reconnectionAttempts ?? 0;
  const socket = new Visit(t, library, nobody).call(await refusingUrl(), { ...options, timeout: 1e9 });
  const failed = heard(socket.io, "reconnect_failed");
  let attempted = false;
  socket.io.on("reconnect_attempt", () => {
    attempted = true;
  });
  const delays: number[] = [];
  await heard(socket.io, "error");
  for (let n = 0; n < attempts; n++) {
    let delay = 0;
    for (attempted = false; !attempted && delay < 20_000; delay += 50) t.mock.timers.tick(50);
    delays.push(delay);
    await heard(socket.io, "reconnect_error");
  }
  await failed;
  return delays;
}

export function delaysContract(library: Library): void {
  const exact: readonly [name: string, options: ClientOptions, delays: readonly number[]][] = [
    ["a second, doubled up to five", {}, [1_000, 2_000, 4_000, 5_000, 5_000]],
    ["another beginning and end", { reconnectionDelay: 100, reconnectionDelayMax: 300 }, [100, 200, 300, 300]],
  ];
  for (const [name, options, delays] of exact) {
    test(`the delays between tries: ${name}`, patience, async (t) => {
      const standard = { reconnectionDelay: 1_000, reconnectionDelayMax: 5_000, randomizationFactor: 0 };
      const all = { ...standard, ...options, reconnectionAttempts: delays.length };
      assert.deepEqual(await delaysOf(t, library, all), delays);
    });
  }

  for (const chance of [0, 0.25, 0.5, 0.999]) {
    test(`the delays are spread by half when chance says ${chance}`, patience, async (t) => {
      t.mock.method(Math, "random", () => chance);
      const options = { reconnectionDelay: 1_000, reconnectionDelayMax: 100_000, randomizationFactor: 0.5 };
      const delays = await delaysOf(t, library, { ...options, reconnectionAttempts: 3 });
      for (const [n, delay] of delays.entries()) {
        const middle = 1_000 * 2 ** n;
        assert.ok(delay >= middle * 0.5 && delay <= middle * 1.5 + 50, `${delay} is not near ${middle}`);
      }
    });
  }
}
