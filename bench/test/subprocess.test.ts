import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Disqualified } from "../src/load/reply-checker.ts";
import { Subprocess } from "../src/subprocess.ts";
import { Unavailable } from "../src/unavailable.ts";

async function start(t: TestContext, argument: string, onTrial = true): Promise<[Subprocess, unknown]> {
  const [child, ready] = await Subprocess.start({
    script: fileURLToPath(new URL("answering-child.ts", import.meta.url)),
    argument,
    nodeOptions: ["--import", "tsx"],
    processor: { prefix: [] },
    onTrial,
  });
  t.after(() => child.stop());
  return [child, ready];
}

test("a process says that it is ready, and answers questions", async (t) => {
  const [child, ready] = await start(t, "hello");
  assert.equal(ready, "hello");
  assert.equal(await child.ask("double", 21), 42);
  assert.equal(await child.ask("nothing"), null);
});

test("what fails there is told here, a disqualification as such", async (t) => {
  const [child] = await start(t, "hello");
  await assert.rejects(child.ask("fail"), /not today/);
  await assert.rejects(child.ask("disqualify"), Disqualified);
  await assert.rejects(child.ask("toString"), /no answer to toString/);
});

test("a peer that cannot run here says so instead of being ready", async (t) => {
  await assert.rejects(
    start(t, "unavailable"),
    (error) => error instanceof Unavailable && error.message === "no binary",
  );
});

test("a server that ends is disqualified with its last words, and stays so", async (t) => {
  const [child] = await start(t, "hello");
  await assert.rejects(
    child.ask("crash"),
    (error) => error instanceof Disqualified && /RangeError: broken/.test(error.message),
  );
  await assert.rejects(child.ask("double", 1), Disqualified);
});

test("a server that does not start is disqualified", async (t) => {
  await assert.rejects(
    start(t, "crash"),
    (error) => error instanceof Disqualified && /RangeError: broken/.test(error.message),
  );
});

test("the end of any other process is our own failure", async (t) => {
  const [child] = await start(t, "hello", false);
  await assert.rejects(child.ask("crash"), (error) => !(error instanceof Disqualified));
});
