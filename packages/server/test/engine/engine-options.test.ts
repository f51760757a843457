import assert from "node:assert/strict";
import { test } from "node:test";
import { type EngineOptions, resolveEngineOptions } from "../../src/engine/engine-options.ts";

test("defaults are engine.io's, and every limit is finite", () => {
  const options = resolveEngineOptions();
  assert.deepEqual(options, {
    pingTimeout: 20_000,
    pingInterval: 25_000,
    upgradeTimeout: 10_000,
    maxBufferedAge: 30_000,
    bodyTimeout: 30_000,
    maxHttpBufferSize: 1_000_000,
    maxBufferedBytes: 16_777_216,
    maxPayloadPackets: 100_000,
    transports: ["polling", "websocket", "eventsource", "iframe"],
    allowUpgrades: true,
    perMessageDeflate: false,
    httpCompression: { threshold: 1_024 },
    cookie: undefined,
    cors: false,
    allowEIO3: false,
    allowRequest: undefined,
    identify: undefined,
  });
});

const resolved: readonly [name: string, given: EngineOptions, expected: object][] = [
  ["a cookie", { cookie: true }, { cookie: { name: "io", path: "/", httpOnly: true, sameSite: "lax" } }],
  [
    "a cookie of its own",
    { cookie: { name: "x", httpOnly: false } },
    { cookie: { name: "x", path: "/", httpOnly: false, sameSite: "lax" } },
  ],
  ["compression", { perMessageDeflate: true }, { perMessageDeflate: { threshold: 1_024 } }],
  ["compression from elsewhere on", { perMessageDeflate: { threshold: 1 } }, { perMessageDeflate: { threshold: 1 } }],
  ["no compression of answers", { httpCompression: false }, { httpCompression: false }],
  ["compression of answers", { httpCompression: { level: 9 } }, { httpCompression: { level: 9, threshold: 1_024 } }],
];

for (const [name, given, expected] of resolved) {
  test(`resolves ${name}`, () => {
    const options: Record<string, unknown> = { ...resolveEngineOptions(given) };
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(options[key], value);
  });
}

const refused: readonly [name: string, given: object][] = [
  ["a time that is none", { pingTimeout: -1 }],
  ["a time that no timer can wait", { pingInterval: 2 ** 31 }],
  ["a size that is none", { maxHttpBufferSize: Number.NaN }],
  ["a limit without an end", { maxBufferedBytes: Number.POSITIVE_INFINITY }],
  ["an unknown transport", { transports: ["polling", "pigeon"] }],
  ["a hook that cannot be called", { allowRequest: true }],
  ["another hook that cannot be called", { identify: "me" }],
  ["a cookie that cannot be written", { cookie: { name: "a b" } }],
];

for (const [name, given] of refused) {
  test(`refuses ${name}`, () => assert.throws(() => resolveEngineOptions(given), TypeError));
}
