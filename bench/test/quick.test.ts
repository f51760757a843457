import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const bench = fileURLToPath(new URL("../src/main.ts", import.meta.url));
/** Beside the references. What the others do is seen when all of it is run. */
const chosen =
  "@anywire/websocket,@anywire/eventsource,@anywire/server,@anywire/client,uWebSockets.js,socket.io on uWebSockets.js";

/** That it works, never how fast: a slow machine passes. */
test("a quick run measures us in every case, disqualifies nobody, and says who cannot run here", {
  timeout: 300_000,
}, async () => {
  const argv = ["--conditions=anywire-source", "--import", "tsx", bench, "--quick", "--json", "--peers", chosen];
  const { stdout } = await run(process.execPath, argv, { maxBuffer: 2 ** 24 });
  const { conditions, cases } = JSON.parse(stdout);
  assert.equal(conditions.quick, true);
  assert.ok(cases.length >= 41);
  for (const { name, peers } of cases) {
    for (const { peer, disqualified, unavailable, cpu, rssPerConnection } of peers) {
      assert.equal(disqualified, undefined, `${name}, ${peer}`);
      if (!peer.endsWith("uWebSockets.js")) assert.equal(unavailable, undefined, `${name}, ${peer}`);
      if (unavailable === undefined)
        assert.equal(typeof (cpu ?? rssPerConnection)?.median, "number", `${name}, ${peer}`);
    }
  }
});
