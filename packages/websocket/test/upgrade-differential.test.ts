/** The same raw request to npm's ws and to us: the same answer to the byte, but for the differences that an RFC demands. */

import assert from "node:assert/strict";
import { type EventEmitter, once } from "node:events";
import { type TestContext, test } from "node:test";
import { type ServerOptions, WebSocketServer } from "@anywire/websocket";
import { type ServerOptions as PeerOptions, WebSocketServer as PeerServer } from "ws";
import { portOf, RawPeer, requestLines, requestOf } from "./served.ts";

type Info = Readonly<{ origin: string; secure: boolean }>;

type Lines = readonly string[];

/** Why we answer otherwise, and how: from the answer of ws. */
type Difference = readonly [section: string, ours: (theirs: string) => string];

type Case = readonly [name: string, lines: Lines, difference?: Difference];

const without = (name: string): string[] => requestLines.filter((line) => !line.startsWith(`${name}:`));
const and = (...lines: string[]): string[] => [...requestLines, ...lines];
const instead = (line: string): string[] => [...without(line.split(":", 1)[0] ?? ""), line];
const requestLine = (line: string): string[] => [line, ...requestLines.slice(1)];

const refusal = (body: string, headers = ""): (() => string) => {
  const head = `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/html\r\n`;
  return () => `${head}Content-Length: ${body.length}\r\n${headers}\r\n${body}`;
};
const badVersion = refusal("Missing or invalid Sec-WebSocket-Version header", "Sec-WebSocket-Version: 13, 8\r\n");
const withHeader = (header: string) => (theirs: string) => theirs.replace("\r\n\r\n", `\r\n${header}\r\n\r\n`);

const plain: Case[] = [
  ["a good request", requestLines],
  ["version 8", instead("Sec-WebSocket-Version: 8")],
  ["Upgrade in other letters", instead("Upgrade: WebSocket")],
  ["POST", requestLine("POST / HTTP/1.1"), ["RFC 9110 §15.5.6", withHeader("Allow: GET")]],
  ["another protocol", instead("Upgrade: h2c")],
  ["two protocols", instead("Upgrade: websocket, h2c")],
  ["no key", without("Sec-WebSocket-Key")],
  ["an empty key", instead("Sec-WebSocket-Key:")],
  ["a short key", instead("Sec-WebSocket-Key: AAAA")],
  ["a key that is not base64", instead("Sec-WebSocket-Key: *GhlIHNhbXBsZSBub25jZQ==")],
  ["two keys", and("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")],
  ["no version", without("Sec-WebSocket-Version")],
  ["version 12", instead("Sec-WebSocket-Version: 12")],
  ["two versions", and("Sec-WebSocket-Version: 13")],
  ["version 13.0", instead("Sec-WebSocket-Version: 13.0"), ["RFC 6455 §4.1, 9", badVersion]],
  ["version 013", instead("Sec-WebSocket-Version: 013"), ["RFC 6455 §4.1, 9", badVersion]],
  ["version 0xd", instead("Sec-WebSocket-Version: 0xd"), ["RFC 6455 §4.1, 9", badVersion]],
  ["version 1.3e1", instead("Sec-WebSocket-Version: 1.3e1"), ["RFC 6455 §4.1, 9", badVersion]],
  ["HTTP/1.0", requestLine("GET / HTTP/1.0"), ["RFC 6455 §4.2.1, 1", refusal("Invalid HTTP version")]],
  ["no Host", without("Host"), ["RFC 6455 §4.2.1, 2", refusal("Missing or invalid Host header")]],
  ["Host twice", and("Host: other"), ["RFC 9112 §3.2", refusal("Missing or invalid Host header")]],
  [
    "several mistakes: the method is told",
    ["POST / HTTP/1.0", "Upgrade: x", "Connection: upgrade"],
    ["RFC 9110 §15.5.6", withHeader("Allow: GET")],
  ],
  ["several mistakes: the key is told", ["GET / HTTP/1.0", "Upgrade: websocket", "Connection: upgrade"]],
  ["one subprotocol", and("Sec-WebSocket-Protocol: chat")],
  ["three subprotocols", and("Sec-WebSocket-Protocol: b, a,c")],
  ["subprotocols in two headers", and("Sec-WebSocket-Protocol: b", "Sec-WebSocket-Protocol: a")],
  ["no subprotocol between commas", and("Sec-WebSocket-Protocol: a,,b")],
  ["an empty list of subprotocols", and("Sec-WebSocket-Protocol:")],
  ["a subprotocol twice", and("Sec-WebSocket-Protocol: a, b, a")],
  ["a subprotocol that is no token", and("Sec-WebSocket-Protocol: a b")],
  ["extensions that are no list, while none is spoken", and("Sec-WebSocket-Extensions: ;;")],
  ["permessage-deflate, while it is not spoken", and("Sec-WebSocket-Extensions: permessage-deflate")],
  ["2000 headers", and(...Array.from({ length: 2000 }, (_, n) => `x${n}: 1`))],
  [
    "2000 headers before those of the handshake",
    ["GET / HTTP/1.1", ...Array.from({ length: 2000 }, (_, n) => `x${n}: 1`), ...requestLines.slice(1)],
  ],
];

const offer = (text: string): string[] => and(`Sec-WebSocket-Extensions: ${text}`);
/** What a listener of `headers` adds to all good answers. */
const seen = "X-Seen: yes\r\n";
/** RFC 7692 §7.1: an offer that cannot be taken is declined, and the connection goes without. */
const declined: Difference = ["RFC 7692 §7.1", () => `${accepted}${seen}\r\n`];
const accepted =
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
const taken = (answer: string): Difference => [
  "RFC 7692 §7.1",
  () => `${accepted}Sec-WebSocket-Extensions: ${answer}\r\n${seen}\r\n`,
];

const offers: Case[] = [
  ["no offer", requestLines],
  ["a bare offer", offer("permessage-deflate")],
  ["the offer of browsers", offer("permessage-deflate; client_max_window_bits")],
  ["no context takeover", offer("permessage-deflate; server_no_context_takeover; client_no_context_takeover")],
  ["windows", offer("permessage-deflate; server_max_window_bits=11; client_max_window_bits=10")],
  ["a quoted value", offer('permessage-deflate; server_max_window_bits="12"')],
  ["two offers", offer("permessage-deflate; server_max_window_bits=9, permessage-deflate")],
  ["other extensions", offer("foo, bar; baz=1, permessage-deflate")],
  ["only other extensions", offer("foo; x")],
  ["names of Object.prototype", offer("constructor, toString; __proto__=1, __proto__, hasOwnProperty")],
  ["a window of 7", offer("permessage-deflate; server_max_window_bits=7"), declined],
  ["a window of 16", offer("permessage-deflate; client_max_window_bits=16"), declined],
  ["a server's window without bits", offer("permessage-deflate; server_max_window_bits"), declined],
  ["a value where none belongs", offer("permessage-deflate; server_no_context_takeover=1"), declined],
  ["an unknown parameter", offer("permessage-deflate; fast"), declined],
  ["a parameter twice", offer("permessage-deflate; client_max_window_bits; client_max_window_bits=9"), declined],
  ["window bits that are no decimal number", offer("permessage-deflate; server_max_window_bits=0xa"), declined],
  ["a bad offer before a good one", offer("permessage-deflate; fast, permessage-deflate"), taken("permessage-deflate")],
  ["a list that ends in a comma", offer("permessage-deflate,")],
  ["a parameter without a name", offer("permessage-deflate;")],
  ["an empty header", offer("")],
  ["a quote without its end", offer('permessage-deflate; a="b')],
  ["two headers", and("Sec-WebSocket-Extensions: foo", "Sec-WebSocket-Extensions: permessage-deflate")],
];

const strict = { serverNoContextTakeover: true, clientNoContextTakeover: true, serverMaxWindowBits: 11 };
const closed = { serverMaxWindowBits: false, clientMaxWindowBits: 9 } as unknown as { serverMaxWindowBits: number };

const groups: [name: string, options: ServerOptions, cases: readonly Case[]][] = [
  ["by default", {}, plain],
  ["with compression", { perMessageDeflate: true }, offers],
  [
    "with compression of its own mind",
    { perMessageDeflate: strict },
    offers.filter(([, , differs]) => differs === undefined),
  ],
  [
    "with compression that has no window to spare",
    { perMessageDeflate: closed },
    [
      ["an offer that limits the server's window", offer("permessage-deflate; server_max_window_bits=10"), declined],
      ["an offer that names no window of the client", offer("permessage-deflate"), declined],
      ["an offer that says nothing of the server", offer("permessage-deflate; client_max_window_bits")],
    ],
  ],
  [
    "with a path",
    { path: "/chat" },
    [
      ["another path", requestLines],
      ["the path", requestLine("GET /chat HTTP/1.1")],
      ["the path and a query", requestLine("GET /chat?room=1 HTTP/1.1")],
      ["more than the path", requestLine("GET /chat/room HTTP/1.1")],
      [
        "another path, and a subprotocol that is no token",
        ["GET /x HTTP/1.1", ...and("Sec-WebSocket-Protocol: a b").slice(1)],
      ],
      ["another path, and no key", without("Sec-WebSocket-Key")],
    ],
  ],
  [
    "with a choice of subprotocols",
    { handleProtocols: (offered) => (offered.has("a") ? "a" : false) },
    [
      ["the chosen one", and("Sec-WebSocket-Protocol: b, a")],
      ["none", and("Sec-WebSocket-Protocol: b, c")],
      ["no offer", requestLines],
    ],
  ],
  [
    "with a look at the origin",
    { verifyClient: ({ origin, secure }: Info) => origin === "http://good" && !secure },
    [
      ["a good one", and("Origin: http://good")],
      ["another", and("Origin: http://bad")],
      ["none", requestLines],
      [
        "one of version 8",
        ["GET / HTTP/1.1", ...instead("Sec-WebSocket-Version: 8").slice(1), "Sec-WebSocket-Origin: http://good"],
      ],
      [
        "one of version 13 in version 8",
        ["GET / HTTP/1.1", ...instead("Sec-WebSocket-Version: 8").slice(1), "Origin: http://good"],
      ],
    ],
  ],
  [
    "with a slow look at the request",
    { verifyClient: verdicts },
    [
      ["yes", requestLine("GET /yes HTTP/1.1")],
      ["no", requestLine("GET /no HTTP/1.1")],
      ["no, with a status", requestLine("GET /404 HTTP/1.1")],
      ["no, with a text", requestLine("GET /text HTTP/1.1")],
      ["no, with headers", requestLine("GET /headers HTTP/1.1")],
      ["no, later", requestLine("GET /later HTTP/1.1")],
    ],
  ],
];

function verdicts(
  { req }: { req: { url?: string | undefined } },
  say: (verified: boolean, code?: number, message?: string, headers?: Record<string, string | number>) => void,
): void {
  if (req.url === "/yes") say(true);
  else if (req.url === "/404") say(false, 404);
  else if (req.url === "/text") say(false, 403, "nö");
  else if (req.url === "/headers") say(false, 429, "slow", { "Retry-After": 5, "Content-Type": "text/plain" });
  else if (req.url === "/later") setImmediate(say, false, 403);
  else say(false);
}

/** Up to the end of the stream; or of the head, if that opens a WebSocket. */
async function answerOf(t: TestContext, port: number, lines: Lines): Promise<string> {
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf(lines), "latin1");
  const head = await peer.until((bytes) => bytes.includes("\r\n\r\n"));
  const answer = head.includes("HTTP/1.1 101 ") ? head : await peer.all();
  peer.socket.destroy();
  return answer.toString("utf8").replace(/(?<=; ).*(?=\r\nX-Seen)/, inOrder);
}

/** The order of an extension's parameters means nothing (RFC 6455 §9.1). */
function inOrder(parameters: string): string {
  return parameters.split("; ").sort().join("; ");
}

interface Tested extends EventEmitter {
  clients: Iterable<{ terminate(): void }>;
  close(): void;
  address(): unknown;
}

async function opened(t: TestContext, wss: Tested): Promise<number> {
  t.after(() => {
    for (const socket of wss.clients) socket.terminate();
    wss.close();
  });
  wss.on("headers", (lines: string[]) => lines.push("X-Seen: yes"));
  await once(wss, "listening");
  return portOf(wss);
}

for (const [group, options, cases] of groups) {
  test(group, async (t) => {
    const local: ServerOptions = { ...options, port: 0, host: "127.0.0.1" };
    const ours = await opened(t, new WebSocketServer(local));
    const theirs = await opened(t, new PeerServer(local as PeerOptions));
    for (const [name, lines, [section, expected] = ["", (answer: string) => answer]] of cases) {
      await t.test(section === "" ? name : `${name}, which ${section} knows better`, async (t) => {
        const peers = await answerOf(t, theirs, lines);
        const answer = await answerOf(t, ours, lines);
        assert.equal(answer, expected(peers));
        if (section !== "") assert.notEqual(answer, peers, "there is no difference any more");
      });
    }
  });
}
