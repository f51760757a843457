/** Streams behind middleware that has put a stream of its own in front of the response, or has replaced its `write`. */

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import { describe, type TestContext, test } from "node:test";
import { createGunzip } from "node:zlib";
import compression from "compression";
import { createSession, type NodeRequest, type NodeResponse, type Session } from "../../src/server.ts";
import { type Protocol, type Reader, serve } from "../stream-server.ts";

const endOfTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What compression makes no smaller than by half. */
const noise = randomBytes(100_000).toString("hex");

const compress = compression({ filter: () => true, threshold: 0 });

interface Bench {
  readonly session: Session;
  readonly response: NodeResponse;
  /** Reads nothing until it is read. */
  readonly reader: Reader;
}

type Middleware = (request: NodeRequest, response: NodeResponse, next: () => void) => void;

const compressing: Middleware = (...parameters) => Reflect.apply(compress, undefined, parameters);

async function open(context: TestContext, protocol: Protocol, middleware: Middleware): Promise<Bench> {
  let made: Omit<Bench, "reader"> | undefined;
  const server = await serve(context, protocol, (request, response) => {
    middleware(request, response, () => {
      const headers = { "Cache-Control": "no-cache" };
      made = { session: createSession(request, response, { retry: false, heartbeat: false, headers }), response };
    });
  });
  const reader = await server.get("/", { headers: { "accept-encoding": "gzip" } });
  assert.ok(made);
  return { ...made, reader };
}

async function textOf(body: Readable): Promise<string> {
  const text: Buffer[] = [];
  for await (const bytes of body) text.push(bytes);
  return Buffer.concat(text).toString();
}

for (const protocol of ["http", "http2"] as const) {
  describe(`compression of a stream, ${protocol}`, () => {
    test("what waits to be compressed is counted, and a client that reads nothing is cut", async (context) => {
      const { session, reader } = await open(context, protocol, compressing);
      assert.equal(reader.headers["content-encoding"], "gzip");
      const closed = once(session, "close");
      for (let sent = 0; !session.closed; sent++) {
        assert.ok(sent < 1_000, "it is never cut");
        session.push(noise);
        await endOfTick();
        assert.ok(session.bufferedBytes < 2_000_000);
      }
      assert.deepEqual(await closed, ["slow"]);
      assert.equal(session.bufferedBytes, 0);
    });

    test("a source waits for a client that does not read, and goes on when it does", async (context) => {
      const { session, response, reader } = await open(context, protocol, compressing);
      const listeners = response.listenerCount("drain");
      let given = 0;
      const items = function* (): Generator<string> {
        for (; given < 300; given++) yield noise;
      };
      const fed = session.iterate(items());
      while (!session.congested) await endOfTick();
      for (let tick = 0; tick < 100; tick++) await endOfTick();
      assert.ok(given < 100, `${given} were taken from the source`);
      const text = textOf(reader.body.pipe(createGunzip()));
      await fed;
      assert.equal(response.listenerCount("drain"), listeners);
      session.close();
      assert.equal(await text, `: \n\n${`data: ${noise}\n\n`.repeat(300)}`);
    });

    test("a client that stood still is told of as soon as it has caught up", async (context) => {
      const { session, reader } = await open(context, protocol, compressing);
      session.push(noise.repeat(40));
      await endOfTick();
      assert.equal(session.congested, true);
      const drained = once(session, "drain");
      reader.body.resume();
      await drained;
      assert.equal(session.congested, false);
      assert.equal(session.push("on"), true);
    });
  });
}

/** As many a program's own does that logs what it sends. */
const forgetful: Middleware = (_, response, next) => {
  const plain: unknown = response.write;
  assert.ok(typeof plain === "function");
  Object.assign(response, {
    write: (...parameters: unknown[]): void => void Reflect.apply(plain, response, parameters),
  });
  next();
};

test("a write that answers nothing is not taken for one that asks to wait", async (context) => {
  const { session, reader } = await open(context, "http", forgetful);
  for (let time = 0; time < 10; time++) {
    session.push("small");
    await endOfTick();
    assert.equal(session.congested, false);
  }
  session.push(noise.repeat(40));
  await endOfTick();
  assert.equal(session.congested, true);
  const drained = once(session, "drain");
  reader.body.resume();
  await drained;
  assert.equal(session.congested, false);
});

/** Hands `drain` on to a stream of its own, and does not say so. */
const secretive: Middleware = (_, response, next) => {
  const [front, plain]: [PassThrough, unknown] = [new PassThrough(), response.on];
  assert.ok(typeof plain === "function");
  const on = (type: string, listener: () => void): NodeResponse => {
    if (type === "drain") front.on(type, listener);
    else Reflect.apply(plain, response, [type, listener]);
    return response;
  };
  Object.assign(response, { on });
  next();
};

test("where it cannot be seen what is in front, the response's own word is taken", async (context) => {
  const { session, response, reader } = await open(context, "http", secretive);
  const listeners = response.listenerCount("drain");
  session.push(noise.repeat(40));
  await endOfTick();
  assert.equal(session.congested, true);
  const drained = once(session, "drain");
  reader.body.resume();
  await drained;
  assert.equal(session.congested, false);
  assert.equal(response.listenerCount("drain"), listeners);
});

test("a response that is a test's own may have as little as it needs", () => {
  const text: string[] = [];
  const response = {
    ...{ headersSent: false, writableEnded: false, destroyed: false, socket: {}, writableLength: 0 },
    ...{ hasHeader: () => false, setTimeout: () => {}, writeHead: () => {}, end: () => {} },
    on: () => response,
    write: (bytes: Uint8Array) => text.push(String(bytes)),
  };
  const session = createSession({ headers: {} }, response as never, { retry: false });
  session.push("a");
  session.close();
  assert.equal(text.join(""), ": \n\ndata: a\n\n");
});
