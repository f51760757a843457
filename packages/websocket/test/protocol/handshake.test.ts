/** The opening handshake (RFC 6455 §4.2.1): each rule has a request that breaks it. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { HandshakeError, type HandshakeErrorCode } from "../../src/protocol/errors.ts";
import { acceptKey, type HandshakeRequest, type HeaderFields, readHandshake } from "../../src/protocol/handshake.ts";
import { Random } from "../random.ts";

const key = "dGhlIHNhbXBsZSBub25jZQ==";

const good: Readonly<Record<string, string>> = {
  Host: "example.org",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": key,
  "Sec-WebSocket-Version": "13",
};

interface Change {
  method?: string;
  version?: readonly [major: number, minor: number];
  /** undefined takes a header away. */
  headers?: Readonly<Record<string, string | undefined>>;
  /** Headers that come behind the others. */
  more?: readonly string[];
}

function request({ method = "GET", version = [1, 1], headers = {}, more = [] }: Change): HandshakeRequest {
  const all = Object.entries({ ...good, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  const rawHeaders = [...all, ...more];
  const [httpVersionMajor, httpVersionMinor] = version;
  return { method, httpVersionMajor, httpVersionMinor, rawHeaders, headers: headersOf(rawHeaders) };
}

/** As Node joins them: what came several times is one list, but for Host, of which the first counts. */
function headersOf(raw: readonly string[]): HeaderFields {
  const headers: Record<string, string> = Object.create(null);
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    const [before, value] = [headers[name], raw[at + 1]!];
    if (before === undefined) headers[name] = value;
    else if (name !== "host") headers[name] = `${before}, ${value}`;
  }
  return headers;
}

const accepted: [name: string, change: Change][] = [
  ["the request of the RFC", {}],
  ["names in any case", { headers: { Host: undefined }, more: ["HOST", "example.org"] }],
  ["Upgrade in any case", { headers: { Upgrade: "WebSocket" } }],
  ["Connection as a list", { headers: { Connection: "keep-alive, upgrade" } }],
  ["Connection in two lines", { headers: { Connection: "keep-alive" }, more: ["connection", "Upgrade"] }],
  ["blanks around a value", { headers: { "Sec-WebSocket-Key": ` ${key}\t` } }],
  ["a junk Host and Origin, which are the application's to judge", { headers: { Host: "a b\\c", Origin: "::junk::" } }],
  ["HTTP/1.2", { version: [1, 2] }],
];

const refused: [name: string, change: Change, code: HandshakeErrorCode, status: number][] = [
  ["POST", { method: "POST" }, "WS_ERR_HANDSHAKE_METHOD", 405],
  ["get in lower case", { method: "get" }, "WS_ERR_HANDSHAKE_METHOD", 405],
  ["HTTP/1.0", { version: [1, 0] }, "WS_ERR_HANDSHAKE_HTTP_VERSION", 400],
  ["HTTP/0.9", { version: [0, 9] }, "WS_ERR_HANDSHAKE_HTTP_VERSION", 400],
  ["no Host", { headers: { Host: undefined } }, "WS_ERR_HANDSHAKE_HOST", 400],
  ["an empty Host", { headers: { Host: " " } }, "WS_ERR_HANDSHAKE_HOST", 400],
  ["Host twice", { more: ["host", "example.org"] }, "WS_ERR_HANDSHAKE_HOST", 400],
  ["no Upgrade", { headers: { Upgrade: undefined } }, "WS_ERR_HANDSHAKE_UPGRADE", 400],
  ["another Upgrade", { headers: { Upgrade: "h2c" } }, "WS_ERR_HANDSHAKE_UPGRADE", 400],
  ["Upgrade twice", { more: ["Upgrade", "websocket"] }, "WS_ERR_HANDSHAKE_UPGRADE", 400],
  ["no Connection", { headers: { Connection: undefined } }, "WS_ERR_HANDSHAKE_CONNECTION", 400],
  [
    "Connection without upgrade",
    { headers: { Connection: "keep-alive, upgraded" } },
    "WS_ERR_HANDSHAKE_CONNECTION",
    400,
  ],
  ["no key", { headers: { "Sec-WebSocket-Key": undefined } }, "WS_ERR_HANDSHAKE_KEY", 400],
  ["an empty key", { headers: { "Sec-WebSocket-Key": "" } }, "WS_ERR_HANDSHAKE_KEY", 400],
  ["a key of 15 bytes", { headers: { "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAA" } }, "WS_ERR_HANDSHAKE_KEY", 400],
  ["a key of 17 bytes", { headers: { "Sec-WebSocket-Key": `A${key}` } }, "WS_ERR_HANDSHAKE_KEY", 400],
  [
    "a key that is not base64",
    { headers: { "Sec-WebSocket-Key": key.replace("G", "*") } },
    "WS_ERR_HANDSHAKE_KEY",
    400,
  ],
  ["a key with a line behind it", { headers: { "Sec-WebSocket-Key": `${key}\n` } }, "WS_ERR_HANDSHAKE_KEY", 400],
  ["two keys", { more: ["Sec-WebSocket-Key", key] }, "WS_ERR_HANDSHAKE_KEY", 400],
  ["no version", { headers: { "Sec-WebSocket-Version": undefined } }, "WS_ERR_HANDSHAKE_VERSION", 426],
  ...["0", "8", "12", "14", "1.3e1", "013", "+13", "13.0", "0xd", "13,13", "", "NaN"].map(
    (version): [string, Change, HandshakeErrorCode, number] => [
      `version ${JSON.stringify(version)}`,
      { headers: { "Sec-WebSocket-Version": version } },
      "WS_ERR_HANDSHAKE_VERSION",
      426,
    ],
  ),
  ["two versions", { more: ["Sec-WebSocket-Version", "13"] }, "WS_ERR_HANDSHAKE_VERSION", 426],
  ["an empty subprotocol", { more: ["Sec-WebSocket-Protocol", ""] }, "WS_ERR_HANDSHAKE_PROTOCOL", 400],
  ["a subprotocol that is no token", { more: ["Sec-WebSocket-Protocol", "a b"] }, "WS_ERR_HANDSHAKE_PROTOCOL", 400],
  [
    "a subprotocol offered in two headers",
    { more: ["Sec-WebSocket-Protocol", "a", "Sec-WebSocket-Protocol", "a"] },
    "WS_ERR_HANDSHAKE_PROTOCOL",
    400,
  ],
];

for (const [name, change] of accepted) {
  test(`accepts ${name}`, () => assert.equal(readHandshake(request(change)).key, key));
}

for (const [name, change, code, status] of refused) {
  test(`refuses ${name} with ${status}`, () => {
    assert.throws(() => readHandshake(request(change)), { code, status });
  });
}

test("subprotocols of several headers are one list, in order", () => {
  const more = ["Sec-WebSocket-Protocol", "b, a", "sec-websocket-protocol", "c"];
  assert.deepEqual([...readHandshake(request({ more })).protocols], ["b", "a", "c"]);
});

test("the key of the RFC gives the accept value of the RFC", () => {
  const sha1 = (text: string): string => createHash("sha1").update(text).digest("base64");
  assert.equal(acceptKey(key, sha1), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

test("thousands of headers, and names of Object.prototype, change nothing", () => {
  const more = Array.from({ length: 20_000 }, (_, at) => (at % 2 === 0 ? "constructor" : "__proto__"));
  assert.equal(readHandshake(request({ more })).key, key);
});

test("headers that were cut off by a limit are missing headers, not a crash", () => {
  const whole = request({});
  for (let n = 0; n < whole.rawHeaders.length; n++) {
    const rawHeaders = whole.rawHeaders.slice(0, n);
    assert.throws(() => readHandshake({ ...whole, rawHeaders, headers: headersOf(rawHeaders) }), HandshakeError);
    assert.throws(() => readHandshake({ ...whole, headers: headersOf(rawHeaders) }), HandshakeError);
  }
});

test("random requests are accepted or refused with a documented error, and nothing else", () => {
  const random = new Random(6455);
  const names = [...Object.keys(good), "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "__proto__", "", "\0"];
  const values = [...Object.values(good), "", ",", " , ", "upgrade", "13, 13", "a,b", "\u0000", "é", "x".repeat(5000)];
  for (let n = 0; n < 5000; n++) {
    const rawHeaders = Array.from({ length: random.below(16) }, (_, at) => random.pick(at % 2 === 0 ? names : values));
    const method = random.pick(["GET", "POST", "", undefined]);
    const [httpVersionMajor, httpVersionMinor] = [random.below(3), random.below(3)];
    try {
      readHandshake({ method, httpVersionMajor, httpVersionMinor, rawHeaders, headers: headersOf(rawHeaders) });
    } catch (error) {
      assert.ok(error instanceof HandshakeError, String(error));
    }
  }
});
