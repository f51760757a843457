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
  ["next(error) refuses with 403 and the error's message", (_, next) => next(refused), "not today"],
  [
    "throwing a Refusal refuses as it says",
    () => {
      throw new Refusal("refused", { message: "members only" });
    },
    "members only",
  ],
  [
    "rejecting with a Refusal too",
    async () => Promise.reject(new Refusal("refused", { message: "members only" })),
    "members only",
  ],
];
for (const [name, middleware, message] of refusing) {
  test(`${name}, and none after it runs`, async () => {
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

const broken: [name: string, middleware: Middleware][] = [
  [
    "throws",
    () => {
      throw refused;
    },
  ],
  ["rejects", async () => Promise.reject(refused)],
];
for (const [name, middleware] of broken) {
  test(`what one ${name} by mistake is reported and refuses, and the client learns nothing of it`, async () => {
    const world = new World();
    const errors: unknown[] = [];
    world.namespace.on("error", (error) => errors.push(error));
    world.namespace.use(middleware);
    await assert.rejects(world.connect(), (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.status, error.message], [403, "the connection was refused"]);
      return true;
    });
    assert.deepEqual(errors, [refused]);
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
