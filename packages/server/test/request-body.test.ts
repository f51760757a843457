import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { type BodyFailure, type BodyHandler, RequestBody } from "../src/request-body.ts";

const limits = { maxBytes: 1_000, timeout: 5_000 };

/** What a body told. */
class Told implements BodyHandler {
  bytes = 0;
  readonly bodies: Buffer[] = [];
  readonly failures: BodyFailure[] = [];

  received(bytes: number): void {
    this.bytes += bytes;
  }

  complete(body: Buffer): void {
    this.bodies.push(body);
  }

  failed(failure: BodyFailure): void {
    this.failures.push(failure);
  }
}

interface Reading {
  readonly request: IncomingMessage;
  readonly told: Told;
  readonly body: RequestBody;
}

function read(given: Partial<typeof limits> = {}, length?: number): Reading {
  const request = new IncomingMessage(new Socket());
  if (length !== undefined) request.headers["content-length"] = String(length);
  const told = new Told();
  const body = new RequestBody(request, { ...limits, ...given }, told);
  body.read();
  return { request, told, body };
}

/** As Node's parser does. */
async function give(request: IncomingMessage, ...chunks: (string | null)[]): Promise<void> {
  for (const chunk of chunks) request.push(chunk === null ? null : Buffer.from(chunk));
  await new Promise(setImmediate);
}

const bodies: string[][] = [
  [],
  ["a"],
  ["ab", "c"],
  Array.from({ length: 500 }, (_, n) => `${n % 10}`),
  ["x".repeat(1_000)],
];

for (const chunks of bodies) {
  test(`a body of ${chunks.length} pieces`, async () => {
    const { request, told } = read();
    await give(request, ...chunks, null);
    assert.deepEqual(told.bodies.map(String), [chunks.join("")]);
    assert.deepEqual([told.bytes, told.failures], [chunks.join("").length, []]);
  });
}

test("what is announced to be too long is not read", () => {
  assert.deepEqual(read({}, 1_001).told.failures, ["too-large"]);
});

test("what is too long is not read any further, whatever was announced", async () => {
  const { request, told } = read({}, 5);
  await give(request, "x".repeat(999), "xx", "xx", null);
  assert.deepEqual([told.failures, told.bodies], [["too-large"], []]);
});

test("a body that takes too long", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { request, told } = read();
  request.push("a");
  t.mock.timers.tick(5_000);
  assert.deepEqual(told.failures, ["too-slow"]);
  t.mock.timers.tick(5_000);
  assert.deepEqual(told.failures, ["too-slow"]);
});

test("a client that goes away, before or in between", async () => {
  const { request, told } = read();
  await give(request, "a");
  request.destroy();
  await new Promise(setImmediate);
  assert.deepEqual(told.failures, ["aborted"]);
  const late = new Told();
  new RequestBody(request, limits, late).read();
  assert.deepEqual(late.failures, ["aborted"]);
});

test("what is abandoned tells nothing", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { request, told, body } = read();
  body.abandon();
  request.push("a");
  request.push(null);
  t.mock.timers.tick(5_000);
  assert.deepEqual([told.bytes, told.bodies, told.failures], [0, [], []]);
});

test("CVE-2020-36049: many small pieces cost what their bytes cost", async () => {
  const count = 200_000;
  const { request, told } = read({ maxBytes: count });
  for (let n = 0; n < count; n++) request.emit("data", Buffer.from("x"));
  request.emit("end");
  assert.equal(told.bodies[0]?.length, count);
  assert.ok((told.bodies[0]?.buffer.byteLength ?? 0) < 2 * count);
});
