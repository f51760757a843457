/** `engine.use`: the middlewares of Express, on requests and on upgrades. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { Socket } from "node:net";
import { test } from "node:test";
import { WebSocket } from "ws";
import type { EngineServer } from "../../src/engine/engine-server.ts";
import { MiddlewareChain } from "../../src/engine/middleware-chain.ts";
import { createEngineWorld, type EngineWorld, openByPolling, sendRaw, upgradeHead } from "./engine-world.ts";

const require = createRequire(import.meta.url);
const session = require("express-session");
const passport = require("passport");

type Headers = IncomingMessage["headers"];

/** Both ways in. @returns the status and the headers of the answer */
const ways: Readonly<
  Record<string, (world: EngineWorld) => Promise<[status: number, headers: Headers, body: string]>>
> = {
  async polling(world) {
    const { status, headers, text } = await world.ask("EIO=4&transport=polling");
    return [status, headers, text];
  },
  async websocket(world) {
    const socket = new WebSocket(world.webSocketUrl("EIO=4&transport=websocket"));
    socket.on("error", () => {});
    const answer = new Promise<IncomingMessage>((resolve) => {
      socket.on("upgrade", resolve).on("unexpected-response", (_request, response) => resolve(response));
    });
    const { statusCode = 0, headers, ...rest } = await answer;
    socket.terminate();
    return [statusCode, headers, String(rest)];
  },
};

const success: Readonly<Record<string, number>> = { polling: 200, websocket: 101 };

for (const [name, enter] of Object.entries(ways)) {
  test(`pass in their order, and set headers (${name})`, async (t) => {
    const order: number[] = [];
    const world = await createEngineWorld(t, {}, (engine) => {
      for (const each of [1, 2, 3]) {
        engine.use((_request, response, next) => {
          order.push(each);
          response.setHeader(`x-${each}`, [String(each), "more"]);
          if (each === 2) setImmediate(next);
          else next();
        });
      }
    });
    const [status, headers] = await enter(world);
    assert.equal(status, success[name]);
    assert.deepEqual([headers["x-1"], headers["x-2"], headers["x-3"]], ["1, more", "2, more", "3, more"]);
    assert.deepEqual(order, [1, 2, 3]);
  });

  const failing: Readonly<Record<string, Parameters<EngineServer["use"]>[0]>> = {
    "hands on an error": (_request, _response, next) => next(new Error("no")),
    throws: () => {
      throw new Error("no");
    },
    rejects: async () => Promise.reject(new Error("no")),
  };

  for (const [how, middleware] of Object.entries(failing)) {
    test(`refuse by what ${how} (${name})`, async (t) => {
      const world = await createEngineWorld(t, {}, (engine) => engine.use(middleware));
      assert.equal((await enter(world))[0], 400);
      const [refusal] = world.refusals;
      assert.deepEqual([refusal?.code, refusal?.context.name], [3, "MIDDLEWARE_FAILURE"]);
      assert.equal(world.sessions.length, 0);
    });
  }

  test(`may answer by themselves (${name})`, async (t) => {
    const world = await createEngineWorld(t, {}, (engine) =>
      engine.use((_request, response) => {
        response.setHeader("x-own", "yes");
        response.writeHead(503, { "Retry-After": "5" });
        response.end("later");
      }),
    );
    const [status, headers] = await enter(world);
    assert.deepEqual([status, headers["retry-after"], headers["x-own"]], [503, "5", "yes"]);
    assert.equal(world.sessions.length, 0);
  });

  test(`may answer and fail (${name})`, async (t) => {
    const world = await createEngineWorld(t, {}, (engine) =>
      engine.use((_request, response, next) => {
        response.writeHead(503);
        response.write("half");
        next(new Error("no"));
      }),
    );
    assert.equal((await enter(world))[0], 503);
  });

  test(`work with express-session (${name})`, async (t) => {
    const world = await createEngineWorld(t, {}, (engine) =>
      engine.use(session({ secret: "keyboard cat", resave: false, saveUninitialized: true })),
    );
    const [status, headers] = await enter(world);
    assert.equal(status, success[name]);
    assert.match(String(headers["set-cookie"]), /^connect.sid=/);
    const request: IncomingMessage & { session?: unknown } = world.sessions[0]!.request;
    assert.ok(request.session !== undefined);
  });

  test(`work with passport (${name})`, async (t) => {
    const own = new passport.Passport();
    own.use("token", {
      authenticate(this: { success(user: object): void }) {
        this.success({ name: "ann" });
      },
    });
    const world = await createEngineWorld(t, {}, (engine) => {
      engine.use(own.initialize());
      engine.use(own.authenticate("token", { session: false }));
    });
    const [status] = await enter(world);
    assert.equal(status, success[name]);
    const request: IncomingMessage & { user?: unknown } = world.sessions[0]!.request;
    assert.deepEqual(request.user, { name: "ann" });
  });

  test(`are told when the response of an upgrade is over, as pino-http asks (${name})`, async (t) => {
    let closed: Promise<unknown> | undefined;
    const world = await createEngineWorld(t, {}, (engine) =>
      engine.use((_request, response, next) => {
        closed = once(response, "close");
        next();
      }),
    );
    await enter(world);
    await closed;
  });
}

test("redirects and other answers of passport reach the client of an upgrade", async (t) => {
  const own = new passport.Passport();
  own.use("never", {
    authenticate(this: { fail(challenge: string): void }) {
      this.fail("Bearer");
    },
  });
  const world = await createEngineWorld(t, {}, (engine) => {
    engine.use(own.initialize());
    engine.use(own.authenticate("never", { session: false }));
  });
  const { text } = await sendRaw(world.port, upgradeHead("EIO=4&transport=websocket"));
  assert.match(text, /^HTTP\/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n[\s\S]*\r\n\r\nUnauthorized$/);
});

test("run for every request of a session", async (t) => {
  let runs = 0;
  const world = await createEngineWorld(t, {}, (engine) =>
    engine.use((_request, _response, next) => {
      runs++;
      next();
      next(new Error("too late"));
    }),
  );
  const sid = await openByPolling(world);
  await world.ask(`EIO=4&transport=polling&sid=${sid}`, { method: "POST", body: "4x" });
  assert.equal(runs, 2);
});

test("what is thrown behind them is not taken for theirs", () => {
  const chain = new MiddlewareChain();
  chain.add((_request, _response, next) => next());
  const request = new IncomingMessage(new Socket());
  const enter = (): void => {
    throw new Error("the program's own");
  };
  assert.throws(() => chain.run(request, new ServerResponse(request), enter), /the program's own/);
});
