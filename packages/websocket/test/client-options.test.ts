/** A client's options: defaults, what makes no sense, and that those of Node and of ws are options of ours. */

import assert from "node:assert/strict";
import type { ClientRequestArgs } from "node:http";
import { createConnection } from "node:net";
import { test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { inspect } from "node:util";
import type Peer from "ws";
import { type ClientOptions, clientArguments, resolveClientOptions } from "../src/client-options.ts";

test("without options, everything has its documented default", () => {
  const { request, connection, ...rest } = resolveClientOptions({});
  assert.deepEqual(rest, {
    protocolVersion: 13,
    origin: undefined,
    headers: {},
    deflatePolicy: {},
    followRedirects: false,
    maxRedirects: 10,
    handshakeTimeout: 240_000,
    http2: false,
    finishRequest: undefined,
  });
  assert.equal(connection.maxPayload, 104_857_600);
  assert.equal(connection.masked, false, "frames of a server are not masked");
  assert.equal(request.agent, undefined);
});

const resolved: [given: ClientOptions, name: keyof ReturnType<typeof resolveClientOptions>, value: unknown][] = [
  [{ perMessageDeflate: false }, "deflatePolicy", undefined],
  [{ perMessageDeflate: true }, "deflatePolicy", {}],
  [{ perMessageDeflate: { threshold: 3 } }, "deflatePolicy", { threshold: 3 }],
  [{ protocolVersion: 8 }, "protocolVersion", 8],
  [{ protocolVersion: undefined }, "protocolVersion", 13],
  [{ origin: "" }, "origin", undefined],
  [{ handshakeTimeout: 0 }, "handshakeTimeout", Infinity],
  [{ handshakeTimeout: Infinity }, "handshakeTimeout", Infinity],
  [{ handshakeTimeout: 2 ** 31 }, "handshakeTimeout", Infinity],
  [{ handshakeTimeout: 5 }, "handshakeTimeout", 5],
  [{ maxRedirects: 0 }, "maxRedirects", 0],
  [{ headers: { a: "1" } }, "headers", { a: "1" }],
  [
    { headers: ["a", "1", "b", "2", "a", "3"] },
    "headers",
    Object.assign(Object.create(null), { a: ["1", "3"], b: ["2"] }),
  ],
];

for (const [given, name, value] of resolved) {
  test(`${inspect(given)} gives ${name} ${inspect(value)}`, () => {
    assert.deepEqual(resolveClientOptions(given)[name], value);
  });
}

const refused: [given: object, error: object][] = [
  [
    { protocolVersion: 10 },
    { name: "RangeError", message: "Unsupported protocol version: 10 (supported versions: 8, 13)" },
  ],
  [
    { protocolVersion: "13" },
    { name: "RangeError", message: "Unsupported protocol version: 13 (supported versions: 8, 13)" },
  ],
  [{ maxRedirects: -1 }, { name: "TypeError", message: /"maxRedirects" must be a number that is not negative/ }],
  [{ handshakeTimeout: NaN }, { name: "TypeError", message: /"handshakeTimeout" must be/ }],
  [{ maxPayload: -1 }, { name: "TypeError", message: /"maxPayload" must be/ }],
];

for (const [given, error] of refused) {
  test(`${inspect(given)} is refused`, () => assert.throws(() => resolveClientOptions(given), error));
}

test("what Node takes is handed on, and the program's object stays as it is", () => {
  const given: ClientOptions = Object.freeze({ family: 4, rejectUnauthorized: false, createConnection, headers: {} });
  const { request } = resolveClientOptions(given);
  assert.equal(request.family, 4);
  assert.equal(request.rejectUnauthorized, false);
  assert.equal(request.createConnection, createConnection);
});

const calls: [name: string, given: Parameters<typeof clientArguments>, protocols: unknown, maxRedirects: unknown][] = [
  ["nothing", [undefined, undefined], [], undefined],
  ["one subprotocol", ["a", undefined], ["a"], undefined],
  ["several", [["a", "b"], undefined], ["a", "b"], undefined],
  ["an empty list", [[], undefined], [], undefined],
  ["subprotocol and options", ["a", { maxRedirects: 1 }], ["a"], 1],
  ["options alone", [{ maxRedirects: 2 }, undefined], [], 2],
  ["options that name a subprotocol", [{ protocols: "c" }, undefined], ["c"], undefined],
  ["options in third place that name several", [undefined, { protocols: ["c", "d"] }], ["c", "d"], undefined],
  ["subprotocols in both", [["a"], { protocols: ["c"] }], ["a"], undefined],
];

for (const [name, given, protocols, maxRedirects] of calls) {
  test(`the constructor takes ${name}`, () => {
    const result = clientArguments(...given);
    assert.deepEqual(result.protocols, protocols);
    assert.equal(result.options.maxRedirects, maxRedirects);
  });
}

test("options of Node's request and of @types/ws are options of ours", () => {
  const ofNode: ClientRequestArgs = { agent: false, auth: "a:b", localAddress: "127.0.0.1" };
  const ofWs: Omit<Peer.ClientOptions, "checkServerIdentity" | "finishRequest" | "perMessageDeflate"> = {};
  const ours: ClientOptions[] = [ofNode, ofWs, { createConnection: tlsConnect, noDelay: true, heartbeat: 1000 }];
  assert.equal(ours.map(resolveClientOptions).length, 3);
});
