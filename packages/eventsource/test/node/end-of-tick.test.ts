/** The end of the tick: once for each, whatever others do. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mock, test } from "node:test";
import { afterTick, atEndOfTick } from "../../src/node/end-of-tick.ts";

const endOfTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("all that asked are called once, in order, and then what comes afterwards", async () => {
  const log: string[] = [];
  afterTick(() => log.push("after"));
  atEndOfTick({ endOfTick: () => log.push("one") });
  atEndOfTick({ endOfTick: () => log.push("two") });
  assert.deepEqual(log, []);
  await endOfTick();
  await endOfTick();
  assert.deepEqual(log, ["one", "two", "after"]);
});

test("who asks again at the end of a tick is called at the end of the next", async () => {
  const log: string[] = [];
  atEndOfTick({ endOfTick: () => atEndOfTick({ endOfTick: () => log.push("again") }) });
  afterTick(() => log.push("after"));
  await endOfTick();
  assert.deepEqual(log, ["after"]);
  await endOfTick();
  assert.deepEqual(log, ["after", "again"]);
});

test("timers that somebody mocks do not stop the streams", async () => {
  mock.timers.enable({ apis: ["setImmediate", "setTimeout"] });
  const called = new Promise<void>((resolve) => atEndOfTick({ endOfTick: resolve }));
  mock.timers.reset();
  await called;
});

const run = (script: string): { readonly stdout: string; readonly stderr: string } =>
  spawnSync(
    process.execPath,
    [
      ...["--conditions=anywire-source", "--import", "tsx", "--input-type=module", "--eval"],
      `import { atEndOfTick } from "${new URL("../../src/node/end-of-tick.ts", import.meta.url)}";\n${script}`,
    ],
    { encoding: "utf8" },
  );

test("a listener's mistake is the process's, and the others are called all the same", () => {
  const { stdout } = run(`
    process.on("uncaughtException", ({ message }) => console.log(message));
    atEndOfTick({ endOfTick: () => { throw new Error("broken"); } });
    atEndOfTick({ endOfTick: () => console.log("called") });
  `);
  assert.equal(stdout, "called\nbroken\n");
});

test("a process that exits within a tick ends it first", () => {
  const { stdout } = run(`atEndOfTick({ endOfTick: () => console.log("called") }); process.exit();`);
  assert.equal(stdout, "called\n");
});
