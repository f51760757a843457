/** Headers that crashed others, or broke out of their line; of peers, and of the program. On both sides. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { type ServerOptions, WebSocket, WebSocketServer } from "@anywire/websocket";
import Peer from "ws";
import type { ClientOptions } from "../../src/client-options.ts";
import { acceptOf, answering, failure, listening, opens, ours, told } from "../clients.ts";
import { messages } from "../messages.ts";
import { answerTo, listen, RawPeer, requestLines, requestOf, type Served, serve } from "../served.ts";

/** Whatever happened to other clients, a new one gets in and hears something. */
async function lives(t: TestContext, { wss, port }: Served): Promise<void> {
  wss.on("connection", (socket) => socket.send("alive"));
  const peer = new Peer(`ws://127.0.0.1:${port}/`);
  t.after(() => peer.terminate());
  assert.deepEqual(await messages(peer, 1), ["alive"]);
}

async function headOf(t: TestContext, port: number, lines: readonly string[]): Promise<string> {
  const peer = await RawPeer.connect(t, port);
  peer.socket.write(requestOf(lines));
  const head = (await peer.until((bytes) => bytes.includes("\r\n\r\n"))).toString("latin1");
  peer.socket.destroy();
  return head;
}

for (const count of [1000, 2000, 2100]) {
  for (const where of ["before", "behind"]) {
    test(`${count} headers ${where} those of the handshake are answered, and crash nothing (CVE-2024-37890)`, async (t) => {
      const served = await serve(t);
      const many = Array.from({ length: count }, (_, at) => `a${at}:`);
      const [start = "", ...headers] = requestLines;
      const lines = where === "before" ? [start, ...many, ...headers] : [start, ...headers, ...many];
      assert.match(await headOf(t, served.port, lines), /^HTTP\/1\.1 (101|4\d\d) /);
      await lives(t, served);
    });
  }
  test(`${count} headers of a server's answer open the connection or fail it, and crash nothing (CVE-2024-37890)`, async (t) => {
    const many = Array.from({ length: count }, (_, at) => `a${at}:`);
    for (const before of [true, false]) {
      const port = await answering(t, (head) => {
        const [first = "", ...lines] = opens(head).trimEnd().split("\r\n");
        return requestOf(before ? [first, ...many, ...lines] : [first, ...lines, ...many]);
      });
      assert.match((await told(t, ours(`ws://127.0.0.1:${port}`))).join(), /^upgrade 101,open|^(upgrade 101,)?error/);
    }
  });
}

const prototypeNames = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf"];

test("extensions and subprotocols named like members of Object.prototype are only names (GHSA-5v72-xg48-5rpm)", async (t) => {
  const served = await serve(t, {
    perMessageDeflate: true,
    handleProtocols: (offered) => [...offered].at(-1) ?? false,
  });
  const names = prototypeNames.join(", ");
  const parameters = prototypeNames.map((name) => `permessage-deflate; ${name}`).join(", ");
  for (const extensions of [names, parameters, `${names}; __proto__=1, ${parameters}`]) {
    const head = await headOf(t, served.port, [
      ...requestLines,
      `Sec-WebSocket-Extensions: ${extensions}`,
      `Sec-WebSocket-Protocol: ${names}`,
      ...prototypeNames.map((name) => `${name}: 1`),
    ]);
    assert.match(head, /^HTTP\/1\.1 101 [\s\S]*Sec-WebSocket-Protocol: valueOf\r\n/);
    assert.doesNotMatch(head, /Extensions/);
  }
  await lives(t, served);
});

for (const name of prototypeNames) {
  test(`a server that answers with the extension ${name}, or the parameter, fails the connection (GHSA-5v72-xg48-5rpm)`, async (t) => {
    const faults: [value: string, message: string][] = [
      [name, "Server indicated an extension that was not requested"],
      [`permessage-deflate; ${name}`, "Invalid Sec-WebSocket-Extensions header"],
    ];
    for (const [value, message] of faults) {
      const port = await answering(t, (head) => opens(head, [`Sec-WebSocket-Extensions: ${value}`]));
      assert.deepEqual(await told(t, ours(`ws://127.0.0.1:${port}`)), ["upgrade 101", ...failure(message)]);
    }
    const port = await answering(t, (head) => opens(head, [`Sec-WebSocket-Protocol: ${name}`]));
    const log = await told(t, ours(`ws://127.0.0.1:${port}`, ["chat"]));
    assert.deepEqual(log, ["upgrade 101", ...failure("Server sent an invalid subprotocol")]);
  });
}

/** CVE-2021-32640, CVE-2020-7662: what took others quadratic time. */
const slow: string[] = [
  `Sec-WebSocket-Protocol: a${" ".repeat(14_000)}b`,
  `Sec-WebSocket-Protocol: ${"a,".repeat(7000)}`,
  `Sec-WebSocket-Extensions: a${" ".repeat(14_000)}b`,
  `Sec-WebSocket-Extensions: b="${"\\c".repeat(7000)}`,
  `Sec-WebSocket-Extensions: ${"permessage-deflate;".repeat(700)}`,
  `Sec-WebSocket-Extensions: ${"permessage-deflate; x,".repeat(600)}a`,
  `Connection: ${"upgrade,".repeat(1700)}`,
  `Upgrade: websocket${"\t".repeat(14_000)}x`,
];

test("long headers cost linear time, on both sides (CVE-2021-32640, CVE-2020-7662)", async (t) => {
  const served = await serve(t, { perMessageDeflate: true });
  const started = performance.now();
  for (const header of slow) {
    assert.match(await headOf(t, served.port, [...requestLines, header]), /^HTTP\/1\.1 [14]\d\d /);
    const port = await answering(t, (head) => opens(head, [header]));
    assert.match((await told(t, ours(`ws://127.0.0.1:${port}`, ["a"]))).join(), /^upgrade 101,error|^error/);
  }
  assert.ok(performance.now() - started < 5000);
});

/** CVE-2026-2229: what made others throw a RangeError. 8 to 15 alone are windows (RFC 7692 §7.1.2). */
const noWindows = [
  "",
  "0",
  "1",
  "7",
  "16",
  "15.5",
  "999",
  "-8",
  "+9",
  "08",
  "1e1",
  "0xa",
  "NaN",
  "Infinity",
  '"16"',
  '""',
];

for (const bits of noWindows) {
  test(`a window of ${JSON.stringify(bits)} bits is declined by a server and refused by a client (CVE-2026-2229)`, async (t) => {
    const served = await serve(t, { perMessageDeflate: true });
    for (const name of ["server_max_window_bits", "client_max_window_bits"]) {
      const header = `Sec-WebSocket-Extensions: permessage-deflate; ${name}=${bits}`;
      const head = await headOf(t, served.port, [...requestLines, header]);
      assert.doesNotMatch(head, /^HTTP\/1\.1 5|permessage-deflate/);
      const port = await answering(t, (request) => opens(request, [header]));
      const log = await told(t, ours(`ws://127.0.0.1:${port}`));
      assert.deepEqual(log, ["upgrade 101", ...failure("Invalid Sec-WebSocket-Extensions header")]);
    }
    await lives(t, served);
  });
}

test("junk in Host, Origin and the path is nobody's crash (CVE-2026-14631)", async (t) => {
  const served = await serve(t, { path: "/" });
  const junk = ["/%", "*", "//x\\y", "/?%zz", "/\x80", "http://[", "/a#b", "/../..", "?", "/%00"];
  for (const path of junk) {
    for (const value of ["a b", "[", "\\", "https://[::1", "::", "null", "\x80\xff", "http://a:99999", "%"]) {
      const lines = requestLines.filter((line) => !/^(GET|Host)/.test(line));
      const peer = await RawPeer.connect(t, served.port);
      const request = requestOf([`GET ${path} HTTP/1.1`, `Host: ${value}`, `Origin: ${value}`, ...lines]);
      peer.socket.write(Buffer.from(request, "latin1"));
      await peer.until((bytes) => bytes.includes("HTTP/1.1 "));
      peer.socket.destroy();
    }
  }
  await lives(t, served);
});

const badAddresses = [
  "",
  "x",
  "//a",
  "ftp://a",
  "ws://",
  "ws://[",
  "ws://a:99999",
  "ws://a b/",
  "ws://a/#b",
  "ws+unix:",
  "wss://%",
  "data:,x",
];

test("junk in the address of a client is a SyntaxError at the call, and nothing else (CVE-2026-14631)", () => {
  for (const address of badAddresses) assert.throws(() => new WebSocket(address), SyntaxError, address);
});

/** What the program says, with a line of its own behind it. */
const evil = "a\r\nX-Evil: 1\r\n\r\nGET / HTTP/1.1";

// biome-ignore lint/complexity/useMaxParams: the shape is that of ws
type Say = (verified: boolean, code: number, message: string, headers: Record<string, string>) => void;

const said: [name: string, options: (evil: string) => ServerOptions, line?: (evil: string) => string][] = [
  ["a subprotocol that the server chooses", (evil) => ({ handleProtocols: () => evil })],
  [
    "a header of verifyClient",
    (evil) => ({ verifyClient: (_: unknown, say: Say) => say(false, 403, "", { A: evil }) }),
  ],
  [
    "a header of authorize, of several lines",
    (evil) => ({ authorize: () => ({ status: 403, headers: { A: ["b", evil] } }) }),
  ],
  ["the name of a header of authorize", (evil) => ({ authorize: () => ({ status: 403, headers: { [evil]: "a" } }) })],
  ["a line of a listener of headers", () => ({}), (evil) => `A: ${evil}`],
];

for (const [name, options, line] of said) {
  for (const mark of ["\r\n", "\n", "\r", "\0"]) {
    test(`${name} with ${JSON.stringify(mark)} in it never reaches the client (CVE-2026-1527)`, async (t) => {
      const text = evil.replaceAll("\r\n", mark);
      const wss = new WebSocketServer({ ...options(text), noServer: true });
      wss.on("error", () => {});
      wss.on("headers", (lines) => line !== undefined && lines.push(line(text)));
      const http = createHttpServer();
      const upgraded = once(http, "upgrade") as Promise<[IncomingMessage, Duplex, Buffer]>;
      const answer = answerTo(t, await listen(t, http), requestOf([...requestLines, "Sec-WebSocket-Protocol: a"]));
      const [request, stream, head] = await upgraded;
      try {
        wss.handleUpgrade(request, stream, head, assert.fail);
      } catch (error) {
        assert.ok(error instanceof TypeError, String(error)); // the program's mistake, told to the program
        stream.end();
      }
      assert.match(await answer, /^(?![\s\S]*X-Evil)(HTTP\/1\.1 500 |$)/);
    });
  }
}

/** CVE-2026-1527, of the client: what a program may have from its users. */
const asked: [name: string, open: (url: string, evil: string) => WebSocket][] = [
  ["a path", (url, evil) => new WebSocket(`${url}/${evil}`)],
  ["a query", (url, evil) => new WebSocket(`${url}/?${evil}`)],
  ["a user's name", (url, evil) => new WebSocket(url.replace("//", `//${evil}:b@`))],
  ["a subprotocol", (url, evil) => new WebSocket(url, evil)],
  ["a header", (url, evil) => new WebSocket(url, { headers: { A: evil } })],
  ["a header of several lines", (url, evil) => new WebSocket(url, { headers: { A: ["b", evil] } })],
  ["the name of a header", (url, evil) => new WebSocket(url, { headers: { [evil]: "a" } })],
  ["a header in a list", (url, evil) => new WebSocket(url, { headers: ["A", evil] })],
  ["Host", (url, evil) => new WebSocket(url, { headers: { Host: evil } })],
  ["the origin", (url, evil) => new WebSocket(url, { origin: evil })],
  ["auth", (url, evil) => new WebSocket(url, { auth: evil })],
  ["an option of Node", (url, evil) => new WebSocket(url, { path: evil, method: evil, host: evil } as ClientOptions)],
  ["the upgrade", (url, evil) => new WebSocket(url, { headers: { Upgrade: evil, Connection: evil } })],
];

for (const [name, open] of asked) {
  for (const mark of ["\r\n", "\n", "\r", "\0"]) {
    test(`${name} with ${JSON.stringify(mark)} in it is refused, or harmless on the wire (CVE-2026-1527)`, async (t) => {
      const server = createServer();
      const port = await listening(t, server);
      const come = once(server, "connection");
      let client: WebSocket;
      try {
        client = open(`ws://127.0.0.1:${port}`, evil.replaceAll("\r\n", mark));
      } catch (error) {
        assert.ok(error instanceof TypeError || error instanceof SyntaxError, String(error));
        return;
      }
      client.on("error", () => {});
      t.after(() => client.terminate());
      const [socket] = await come;
      const [request] = await once(socket, "data");
      const head = String(request).split(/\r\n|\r|\n/);
      assert.ok(!head.some((each) => /^(X-Evil|GET \/ HTTP\/1.1$)/i.test(each) && each !== head[0]), head.join("\n"));
    });
  }
}

test("a redirect whose Location breaks out of its line is refused, or harmless on the wire (CVE-2026-1527)", async (t) => {
  const heads: string[] = [];
  const port = await answering(t, (head) => {
    heads.push(head);
    return heads.length === 1 ? "HTTP/1.1 302 Found\r\nLocation: /a%0d%0aX-Evil: 1\r\n\r\n" : opens(head);
  });
  const log = await told(t, ours(`ws://127.0.0.1:${port}`, [], { followRedirects: true }));
  assert.deepEqual(log, ["upgrade 101", "open"]);
  assert.match(heads[1] ?? "", /^GET \/a%0d%0aX-Evil:%201 HTTP\/1\.1\r\n/);
});

test("an accept that is not the key's hash is no WebSocket server, whatever else it says", async (t) => {
  for (const accept of ["", "x", acceptOf("").toLowerCase(), "constructor", "__proto__"]) {
    const port = await answering(t, (head) => opens(head, [`Sec-WebSocket-Accept: ${accept}`], "Sec-WebSocket-Accept"));
    const log = await told(t, ours(`ws://127.0.0.1:${port}`));
    assert.deepEqual(log, ["upgrade 101", ...failure("Invalid Sec-WebSocket-Accept header")]);
  }
});
