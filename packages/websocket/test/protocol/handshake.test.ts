/** The opening handshake (RFC 6455 §4.2.1): each rule has a request that breaks it. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import { HandshakeError, type HandshakeErrorCode } from "../../src/protocol/errors.ts";
import {
  acceptKey,
  agreeOnDeflate,
  type HandshakeRequest,
  type HeaderFields,
  readConnect,
  readHandshake,
  readProtocols,
  readUpgrade,
} from "../../src/protocol/handshake.ts";

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

for (const version of [
  "0",
  "7",
  "08",
  "+8",
  "8.0",
  "0x8",
  "12",
  "013",
  "+13",
  "13.0",
  "13, 8",
  "8,13",
  "",
  undefined,
]) {
  test(`version ${version} is told both versions where both are spoken, as in ws`, () => {
    const asked = request({ headers: { "Sec-WebSocket-Version": version } });
    assert.throws(() => readUpgrade(asked, { versions: [13, 8] }), {
      status: 400,
      message: "Missing or invalid Sec-WebSocket-Version header",
      headers: { "Sec-WebSocket-Version": "13, 8" }, // §4.4
    });
  });
}

test("version 8 has the origin in a header of its own", () => {
  const more = ["Origin", "http://new", "Sec-WebSocket-Origin", "http://old"];
  const asked = request({ headers: { "Sec-WebSocket-Version": "8" }, more });
  const { version, origin } = readUpgrade(asked, { versions: [13, 8] });
  assert.deepEqual([version, origin], [8, "http://old"]);
  assert.equal(readUpgrade(request({ more })).origin, "http://new");
});

test("of several rules that are broken, the one that ws looks at first is told", () => {
  const none = Object.fromEntries(Object.keys(good).map((name) => [name, undefined]));
  const upgrade = { ...none, Upgrade: "websocket" };
  const keyed = { ...upgrade, "Sec-WebSocket-Key": key };
  const steps: [change: Change, code: HandshakeErrorCode][] = [
    [{ method: "POST", headers: none }, "WS_ERR_HANDSHAKE_METHOD"],
    [{ headers: none }, "WS_ERR_HANDSHAKE_UPGRADE"],
    [{ headers: upgrade }, "WS_ERR_HANDSHAKE_KEY"],
    [{ headers: keyed }, "WS_ERR_HANDSHAKE_VERSION"],
    [{ headers: { ...keyed, "Sec-WebSocket-Version": "13" } }, "WS_ERR_HANDSHAKE_HTTP_VERSION"],
  ];
  for (const [change, code] of steps) {
    assert.throws(() => readUpgrade(request({ ...change, version: [1, 0] })), { code });
  }
});

test("the lists are read apart, so that a server can look at the path before them", () => {
  const more = ["Sec-WebSocket-Protocol", "a,,b", "Sec-WebSocket-Extensions", "permessage-deflate; ;"];
  const upgrade = readUpgrade(request({ more }));
  assert.throws(() => readProtocols(upgrade), { status: 400, message: "Invalid Sec-WebSocket-Protocol header" });
  assert.throws(() => agreeOnDeflate(upgrade, {}), {
    status: 400,
    message: "Invalid or unacceptable Sec-WebSocket-Extensions header",
  });
});

test("extensions of several headers are one list, and a bad offer in it is declined (RFC 7692 §7.1)", () => {
  const bad = "permessage-deflate; server_max_window_bits=08";
  const more = [
    "Sec-WebSocket-Extensions",
    bad,
    "sec-websocket-extensions",
    "x, permessage-deflate; client_max_window_bits=9",
  ];
  assert.deepEqual(agreeOnDeflate(readUpgrade(request({ more })), {}), { client_max_window_bits: 9 });
  assert.equal(agreeOnDeflate({ extensions: bad }, {}), undefined);
  assert.equal(agreeOnDeflate({ extensions: "constructor, __proto__" }, {}), undefined);
  assert.equal(agreeOnDeflate({ extensions: undefined }, {}), undefined);
});

test("a header that the program took out of the request is not there, as with ws", () => {
  const whole = request({ more: ["Sec-WebSocket-Extensions", "permessage-deflate"] });
  const headers = { ...whole.headers, "sec-websocket-extensions": undefined };
  assert.equal(readUpgrade({ ...whole, headers }).extensions, undefined);
});

const connect: HeaderFields = {
  ":method": "CONNECT",
  ":protocol": "websocket",
  ":authority": "example.org",
  "sec-websocket-version": "13",
};
const connects: [name: string, change: HeaderFields, code: HandshakeErrorCode, status: number][] = [
  ["another method", { ":method": "GET" }, "WS_ERR_HANDSHAKE_METHOD", 405],
  ["another protocol", { ":protocol": "connect-udp" }, "WS_ERR_HANDSHAKE_UPGRADE", 400],
  ["no protocol", { ":protocol": undefined }, "WS_ERR_HANDSHAKE_UPGRADE", 400],
  ["no authority", { ":authority": undefined }, "WS_ERR_HANDSHAKE_HOST", 400],
  ["an empty authority", { ":authority": "" }, "WS_ERR_HANDSHAKE_HOST", 400],
  ["no version", { "sec-websocket-version": undefined }, "WS_ERR_HANDSHAKE_VERSION_13_OR_8", 400],
  ["another version", { "sec-websocket-version": "+13" }, "WS_ERR_HANDSHAKE_VERSION_13_OR_8", 400],
];
for (const [name, change, code, status] of connects) {
  test(`refuses an extended CONNECT with ${name} (RFC 8441)`, () => {
    assert.throws(() => readConnect({ ...connect, ...change }), { code, status });
  });
}

test("an extended CONNECT needs no key, no Upgrade and no Connection (RFC 8441 §5)", () => {
  const offers = { "sec-websocket-protocol": "a, b", "sec-websocket-extensions": "permessage-deflate", origin: "null" };
  const asked = readConnect({ ...connect, ...offers });
  assert.deepEqual([asked.version, asked.origin, [...readProtocols(asked)]], [13, "null", ["a", "b"]]);
  assert.deepEqual(agreeOnDeflate(asked, {}), {});
  assert.equal(readConnect({ ...connect, ":authority": undefined, host: "example.org" }).version, 13);
});

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
    assert.throws(() => readHandshake({ ...whole, headers: headersOf(rawHeaders) }), HandshakeError); // Node keeps the raw ones
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
