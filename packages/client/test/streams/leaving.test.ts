/** A process whose streams are closed has nothing that keeps it. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { type EventEmitter, once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { Served } from "./served.ts";

test("a process that has closed its stream ends by itself", async (t) => {
  const served = await Served.open(t);
  served.engine.on("connection", (session: EventEmitter & { send(data: string): unknown }) => {
    session.on("message", (data: string) => session.send(data));
  });
  const program = join(import.meta.dirname, "leaving.ts");
  const child = spawn(
    process.execPath,
    [...process.execArgv.filter((each) => !each.startsWith("--test")), program, served.origin],
    { stdio: "inherit" },
  );
  t.after(() => child.kill());
  assert.deepEqual(await once(child, "exit"), [0, null]);
  await served.ended();
  assert.deepEqual(served.ends, ["transport close"]);
});
