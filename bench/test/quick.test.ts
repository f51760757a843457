import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const bench = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** That it works, never how fast: a slow machine passes. */
test("a quick run measures every peer of every case and disqualifies none", { timeout: 120_000 }, async () => {
  const argv = ["--conditions=anywire-source", "--import", "tsx", bench, "--quick", "--json"];
  const { stdout } = await run(process.execPath, argv, { maxBuffer: 2 ** 24 });
  const { conditions, cases } = JSON.parse(stdout);
  assert.equal(conditions.quick, true);
  assert.ok(cases.length >= 7);
  for (const { name, peers } of cases) {
    for (const { peer, disqualified, cpu, rssPerConnection } of peers) {
      assert.equal(disqualified, undefined, `${name}, ${peer}`);
      assert.equal(typeof (cpu ?? rssPerConnection).median, "number", `${name}, ${peer}`);
    }
  }
});
