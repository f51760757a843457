/** The answer to an opening handshake (RFC 6455 §4.1): each rule has an answer that breaks it, which ws is asked about too. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Duplex } from "node:stream";
import { test } from "node:test";
import Peer from "ws";
import { Random } from "../../../../scripts/test/random.ts";
import {
  type Answer,
  checkProtocols,
  type ExpectedAnswer,
  readAnswer,
  requestHeaders,
} from "../../src/protocol/client-handshake.ts";
import type { DeflatePolicy } from "../../src/protocol/deflate-offer.ts";
import { AnswerError } from "../../src/protocol/errors.ts";
import type { HeaderFields } from "../../src/protocol/handshake.ts";

const key = "dGhlIHNhbXBsZSBub25jZQ==";
const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const sha1 = (text: string): string => createHash("sha1").update(text).digest("base64");

const good: HeaderFields = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-accept": accept };

interface Case {
  /** On top of the good ones; undefined takes one away. */
  headers?: Readonly<Record<string, string | undefined>>;
  protocols?: readonly string[];
  deflate?: DeflatePolicy;
}

function read({ headers = {}, protocols = [], deflate }: Case, over: Partial<ExpectedAnswer> = {}): Answer {
  return readAnswer({ ...good, ...headers }, { key, sha1, protocols, deflate, ...over });
}

/** What ws says to the same answer: the subprotocol, or the error. */
function askPeer({ headers = {}, protocols = [], deflate }: Case): Promise<string> {
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      const [, asked = ""] = /sec-websocket-key: (.*)\r\n/i.exec(chunk.toString("latin1")) ?? [];
      const own = sha1(`${asked}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
      const lines = Object.entries({ ...good, ...headers }).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}: ${String(value).replaceAll(accept, own)}`],
      );
      this.push(Buffer.from(["HTTP/1.1 101 Switching Protocols", ...lines, "\r\n"].join("\r\n"), "latin1"));
      done();
    },
  });
  const peer = new Peer("ws://peer", [...protocols], {
    createConnection: () => stream as never, // typed as a net.Socket, which is more than ws needs
    perMessageDeflate: deflate !== undefined,
  });
  return new Promise((resolve) => {
    const end = (said: string): void => {
      stream.destroy();
      resolve(said);
    };
    peer.once("open", () => end(`open ${peer.protocol}`));
    peer.once("error", (error) => end(error.message));
  });
}

const opened: [name: string, given: Case, protocol: string, deflate: Answer["deflate"]][] = [
  ["the answer of the RFC", {}, "", undefined],
  ["Upgrade in any case", { headers: { upgrade: "WebSocket" } }, "", undefined],
  ["Connection as a list", { headers: { connection: "keep-alive, upgrade" } }, "", undefined],
  ["one of the subprotocols", { headers: { "sec-websocket-protocol": "b" }, protocols: ["a", "b"] }, "b", undefined],
  ["no extension, though one was offered", { deflate: {} }, "", undefined],
  ["the extension offered", { headers: { "sec-websocket-extensions": "permessage-deflate" }, deflate: {} }, "", {}],
];
for (const [name, given, protocol, deflate] of opened) {
  test(`opens with ${name}, as ws does`, async () => {
    assert.deepEqual(read(given), { protocol, deflate });
    assert.equal(await askPeer(given), `open ${protocol}`);
  });
}

const refused: [name: string, given: Case, message: string][] = [
  ["another Upgrade", { headers: { upgrade: "h2c" } }, "Invalid Upgrade header"],
  ["two Upgrades", { headers: { upgrade: "websocket, websocket" } }, "Invalid Upgrade header"],
  ["no accept", { headers: { "sec-websocket-accept": undefined } }, "Invalid Sec-WebSocket-Accept header"],
  ["another accept", { headers: { "sec-websocket-accept": "AAAA" } }, "Invalid Sec-WebSocket-Accept header"],
  [
    "accept twice",
    { headers: { "sec-websocket-accept": `${accept}, ${accept}` } },
    "Invalid Sec-WebSocket-Accept header",
  ],
  [
    "accept in another case",
    { headers: { "sec-websocket-accept": accept.toUpperCase() } },
    "Invalid Sec-WebSocket-Accept header",
  ],
  [
    "a subprotocol that nobody asked for",
    { headers: { "sec-websocket-protocol": "a" } },
    "Server sent a subprotocol but none was requested",
  ],
  [
    "an empty subprotocol that nobody asked for",
    { headers: { "sec-websocket-protocol": "" } },
    "Server sent a subprotocol but none was requested",
  ],
  [
    "another subprotocol",
    { headers: { "sec-websocket-protocol": "c" }, protocols: ["a", "b"] },
    "Server sent an invalid subprotocol",
  ],
  [
    "the subprotocol in another case",
    { headers: { "sec-websocket-protocol": "A" }, protocols: ["a"] },
    "Server sent an invalid subprotocol",
  ],
  [
    "two subprotocols",
    { headers: { "sec-websocket-protocol": "a, b" }, protocols: ["a", "b"] },
    "Server sent an invalid subprotocol",
  ],
  [
    "an empty subprotocol",
    { headers: { "sec-websocket-protocol": "" }, protocols: ["a"] },
    "Server sent an invalid subprotocol",
  ],
  ["no subprotocol", { protocols: ["a"] }, "Server sent no subprotocol"],
  [
    "an extension, when none was offered",
    { headers: { "sec-websocket-extensions": "permessage-deflate" } },
    "Server sent a Sec-WebSocket-Extensions header but no extension was requested",
  ],
  [
    "another extension",
    { headers: { "sec-websocket-extensions": "foo" }, deflate: {} },
    "Server indicated an extension that was not requested",
  ],
  [
    "a junk list of extensions",
    { headers: { "sec-websocket-extensions": "permessage-deflate; ;" }, deflate: {} },
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "an empty list of extensions",
    { headers: { "sec-websocket-extensions": "" }, deflate: {} },
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "an extension with a bad parameter",
    { headers: { "sec-websocket-extensions": "permessage-deflate; foo" }, deflate: {} },
    "Invalid Sec-WebSocket-Extensions header",
  ],
];
for (const [name, given, message] of refused) {
  test(`refuses ${name}, in the words of ws`, async () => {
    assert.throws(() => read(given), { name: "Error", message });
    assert.equal(await askPeer(given), message);
  });
}

/** Where ws is milder than the RFCs, or is not asked by Node. */
const stricter: [name: string, given: Case, message: string][] = [
  ["no Upgrade", { headers: { upgrade: undefined } }, "Invalid Upgrade header"],
  ["no Connection", { headers: { connection: undefined } }, "Invalid Connection header"],
  ["Connection without upgrade", { headers: { connection: "keep-alive, upgraded" } }, "Invalid Connection header"],
  [
    "an extension answered twice",
    { headers: { "sec-websocket-extensions": "permessage-deflate, permessage-deflate" }, deflate: {} },
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "window bits with a leading zero",
    { headers: { "sec-websocket-extensions": "permessage-deflate; server_max_window_bits=08" }, deflate: {} },
    "Invalid Sec-WebSocket-Extensions header",
  ],
];
for (const [name, given, message] of stricter) {
  test(`refuses ${name}, unlike ws`, () => assert.throws(() => read(given), { name: "Error", message }));
}

test("over HTTP/2 there is no key, no Upgrade and no Connection, and the rest holds (RFC 8441 §5)", () => {
  const bare = { upgrade: undefined, connection: undefined, "sec-websocket-accept": undefined };
  const http2 = { key: undefined };
  const answer = { ...bare, "sec-websocket-protocol": "a", "sec-websocket-extensions": "permessage-deflate" };
  const expected: Answer = { protocol: "a", deflate: {} };
  assert.deepEqual(read({ headers: answer, protocols: ["a"], deflate: {} }, http2), expected);
  assert.throws(() => read({ headers: bare, protocols: ["a"] }, http2), { code: "WS_ERR_ANSWER_NO_PROTOCOL" });
  assert.throws(() => read({ headers: answer, protocols: ["a"] }, http2), { code: "WS_ERR_ANSWER_NO_EXTENSION_ASKED" });
});

test("a request carries the headers of ws, in its order", () => {
  const request = { key, version: 13, protocols: ["a", "b"], extensions: "permessage-deflate", origin: "http://a" };
  assert.deepEqual(Object.entries(requestHeaders(request)), [
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", key],
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Extensions", "permessage-deflate"],
    ["Sec-WebSocket-Protocol", "a,b"],
    ["Origin", "http://a"],
  ]);
});

test("version 8 names the origin in its own header", () => {
  const request = { key, version: 8, protocols: [], extensions: undefined, origin: "http://a" };
  const headers = requestHeaders(request);
  assert.deepEqual([headers["Sec-WebSocket-Version"], headers["Sec-WebSocket-Origin"]], ["8", "http://a"]);
  assert.ok(!("Origin" in headers));
});

test("over HTTP/2 a request is an extended CONNECT", () => {
  const request = { key: undefined, version: 13, protocols: [], extensions: undefined, origin: undefined };
  assert.deepEqual(requestHeaders(request), {
    "Sec-WebSocket-Version": "13",
    ":method": "CONNECT",
    ":protocol": "websocket",
  });
});

test("subprotocols are distinct tokens (§4.1, 10)", () => {
  checkProtocols([]);
  checkProtocols(["a", "A", "__proto__"]);
  const message = "An invalid or duplicated subprotocol was specified";
  for (const protocols of [["a", "a"], [""], ["a b"], ["a,b"], ["é"], ["a\r\nb"], [1], [undefined], [["a"]]]) {
    assert.throws(() => checkProtocols(protocols), { name: "SyntaxError", message });
  }
});

test("random answers open a connection or end in an AnswerError", () => {
  const random = new Random(101);
  const values = ["", "websocket", "Upgrade", accept, "a", "a, b", "permessage-deflate", "foo;=", "\0é", undefined];
  for (let n = 0; n < 20_000; n++) {
    const headers: Record<string, string | undefined> = {};
    for (const name of [...Object.keys(good), "sec-websocket-protocol", "sec-websocket-extensions", "__proto__"]) {
      if (random.below(3) === 0) headers[name] = random.pick(values);
    }
    try {
      read({ headers, protocols: random.pick([[], ["a"]]), ...(random.below(2) === 0 ? { deflate: {} } : {}) });
    } catch (error) {
      assert.ok(error instanceof AnswerError, String(error));
    }
  }
});
