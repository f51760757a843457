import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../src/errors.ts";
import { type Middleware, runMiddleware } from "../src/middleware.ts";
import { World } from "./world.ts";

async function run(...middleware: Middleware[]): Promise<void> {
  const world = new World();
  await runMiddleware(middleware, world.socketOf(await world.connect()));
}

test("they run one after the other, each when the one before called next", async () => {
  const log: string[] = [];
  let letPass = (): void => {};
  const passing = run(
    (_, next) => {
      log.push("first");
      letPass = next;
    },
    (_, next) => {
      log.push("second");
      next();
    },
  );
  await new Promise(setImmediate);
  assert.deepEqual(log, ["first"]);
  letPass();
  await passing;
  assert.deepEqual(log, ["first", "second"]);
});

const refused = new Error("not today");
const refusing: [name: string, middleware: Middleware, message: string][] = [
  ["next(error)", (_, next) => next(refused), "not today"],
  [
    "throwing",
    () => {
      throw refused;
    },
    "not today",
  ],
  ["rejecting", async () => Promise.reject(refused), "not today"],
  ["throwing what is no error", () => Promise.reject("text"), "the connection was refused"],
];
for (const [name, middleware, message] of refusing) {
  test(`${name} refuses with 403 and the error's message, and none after it runs`, async () => {
    await assert.rejects(
      run(middleware, () => assert.fail()),
      (error) => {
        assert.ok(error instanceof Refusal);
        assert.deepEqual([error.code, error.status, error.message], ["refused", 403, message]);
        return true;
      },
    );
  });
}

test("next(null) and next(undefined) let the client in", async () => {
  await run(
    (_, next) => next(null),
    (_, next) => next(undefined),
  );
});

test("a second next changes nothing", async () => {
  await run((_, next) => {
    next();
    next(refused);
  });
});
