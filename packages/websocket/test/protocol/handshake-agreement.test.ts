/** The server's half of the opening handshake: random requests get the answer that ws gives them. */

import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { WebSocketServer } from "ws";
import { Random } from "../../../../scripts/test/random.ts";
import { deflateName, formatAgreement } from "../../src/protocol/deflate-offer.ts";
import { HandshakeError } from "../../src/protocol/errors.ts";
import { parseExtensions } from "../../src/protocol/extension.ts";
import { agreeOnDeflate, readProtocols, readUpgrade } from "../../src/protocol/handshake.ts";

const random = new Random(13_8);

const key = "dGhlIHNhbXBsZSBub25jZQ==";

/** What each header may say; the first is right, and comes most often. ws is as strict as the RFCs about all of them. */
const choices: Readonly<Record<string, readonly (string | undefined)[]>> = {
  upgrade: ["websocket", "WebSocket", "h2c", "websocket, websocket", "", undefined],
  "sec-websocket-key": [key, "AAAA", `${key}, ${key}`, "", undefined],
  "sec-websocket-version": ["13", "8", "7", "13, 13", "foo", "", undefined],
  "sec-websocket-protocol": [undefined, "a", "b, a", "a,,b", "a, a", "", "é"],
  "sec-websocket-extensions": [
    undefined,
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "x-foo; a=1, permessage-deflate; server_max_window_bits=10; server_no_context_takeover",
    "x-foo",
    "__proto__; constructor",
    "permessage-deflate; ;",
    'x-foo; a="b',
    "",
  ],
};

function randomRequest(): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = random.below(8) === 0 ? "POST" : "GET";
  request.url = "/";
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  request.headers = { host: "example.org", connection: "Upgrade" };
  request.rawHeaders = ["Host", "example.org"];
  for (const [name, values] of Object.entries(choices)) {
    const value = random.below(3) > 0 ? values[0] : random.pick(values);
    if (value !== undefined) request.headers[name] = value;
  }
  return request;
}

function ours(request: IncomingMessage): string {
  try {
    const upgrade = readUpgrade(request, { versions: [13, 8] });
    const [protocol = ""] = readProtocols(upgrade);
    const deflate = agreeOnDeflate(upgrade, {});
    return `open ${protocol} ${deflate === undefined ? "" : formatAgreement(deflate)}`;
  } catch (error) {
    assert.ok(error instanceof HandshakeError, String(error));
    return error.message;
  }
}

const server = new WebSocketServer({ noServer: true, perMessageDeflate: {} });
let refusal = "";
server.on("wsClientError", (error) => {
  refusal = error.message;
});

function theirs(request: IncomingMessage): string {
  let answer = "";
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      answer += chunk.toString("latin1");
      done();
    },
  });
  refusal = "";
  server.handleUpgrade(request, stream, Buffer.alloc(0), (socket) => socket.terminate());
  stream.destroy();
  if (refusal !== "") return refusal;
  const [, protocol = ""] = /^sec-websocket-protocol: (.*)\r$/im.exec(answer) ?? [];
  const [, extensions = ""] = /^sec-websocket-extensions: (.*)\r$/im.exec(answer) ?? [];
  return `open ${protocol} ${extensions}`;
}

/** The order of parameters says nothing. */
function normal(answer: string): unknown {
  const at = answer.indexOf(deflateName);
  return at < 0 ? answer : [answer.slice(0, at), parseExtensions(answer.slice(at))];
}

test("random requests are accepted or refused in the words of ws", () => {
  const seen = new Set<string>();
  for (let n = 0; n < 5000; n++) {
    const request = randomRequest();
    const said = ours(request);
    assert.deepEqual(normal(said), normal(theirs(request)), JSON.stringify(request.headers));
    seen.add(said);
  }
  assert.ok(seen.size > 10, "and of every kind");
});
