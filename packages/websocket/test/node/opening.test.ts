/** The client's opening handshake: each answer, and each moment at which the program gives up, as ws tells it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ClientOptions } from "../../src/client-options.ts";
import { answering, clients, failure, listening, opens, ours, told, type Watched } from "../clients.ts";
import { serverFrame, text } from "../frames.ts";

type Answer = (head: string) => string;

const opened: [name: string, protocols: string[], options: ClientOptions, answer: Answer, log: string][] = [
  ["an answer without extras", [], {}, (head) => opens(head), "open"],
  ["Upgrade: WebSocket", [], {}, (head) => opens(head, ["Upgrade: WebSocket"], "Upgrade"), "open"],
  ["a list in Connection", [], {}, (head) => opens(head, ["Connection: x, upgrade"], "Connection"), "open"],
  ["a subprotocol", ["a", "b"], {}, (head) => opens(head, ["Sec-WebSocket-Protocol: b"]), "open b"],
  [
    "compression",
    [],
    {},
    (head) => opens(head, ["Sec-WebSocket-Extensions: permessage-deflate"]),
    "open  permessage-deflate",
  ],
  ["news before it", [], {}, (head) => `HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${opens(head)}`, "open"],
  ["version 8", [], { protocolVersion: 8 }, (head) => opens(head), "open"],
];

const refused: [name: string, protocols: string[], options: ClientOptions, answer: Answer, text: string][] = [
  ["another protocol", [], {}, (head) => opens(head, ["Upgrade: h2c"], "Upgrade"), "Invalid Upgrade header"],
  ["no accept", [], {}, (head) => opens(head, [], "Sec-WebSocket-Accept"), "Invalid Sec-WebSocket-Accept header"],
  ["a wrong accept", [], {}, () => opens("Sec-WebSocket-Key: x\r\n"), "Invalid Sec-WebSocket-Accept header"],
  ["accept twice", [], {}, (head) => opens(head, ["Sec-WebSocket-Accept: x"]), "Invalid Sec-WebSocket-Accept header"],
  [
    "a subprotocol that nobody asked for",
    [],
    {},
    (head) => opens(head, ["Sec-WebSocket-Protocol: a"]),
    "Server sent a subprotocol but none was requested",
  ],
  [
    "another subprotocol",
    ["a"],
    {},
    (head) => opens(head, ["Sec-WebSocket-Protocol: A"]),
    "Server sent an invalid subprotocol",
  ],
  ["no subprotocol", ["a"], {}, (head) => opens(head), "Server sent no subprotocol"],
  [
    "compression that nobody asked for",
    [],
    { perMessageDeflate: false },
    (head) => opens(head, ["Sec-WebSocket-Extensions: permessage-deflate"]),
    "Server sent a Sec-WebSocket-Extensions header but no extension was requested",
  ],
  [
    "another extension",
    [],
    {},
    (head) => opens(head, ["Sec-WebSocket-Extensions: constructor"]),
    "Server indicated an extension that was not requested",
  ],
  [
    "no list of extensions",
    [],
    {},
    (head) => opens(head, ["Sec-WebSocket-Extensions: a;;b"]),
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "a window of 16 bits",
    [],
    {},
    (head) => opens(head, ["Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16"]),
    "Invalid Sec-WebSocket-Extensions header",
  ],
];

for (const [client, open] of clients) {
  for (const [name, protocols, options, answer, log] of opened) {
    test(`${client}: ${name} opens the connection`, async (t) => {
      const port = await answering(t, answer);
      assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`, protocols, options)), ["upgrade 101", log]);
    });
  }
  for (const [name, protocols, options, answer, message] of refused) {
    test(`${client}: ${name} fails the connection`, async (t) => {
      const port = await answering(t, answer);
      const log = await told(t, open(`ws://127.0.0.1:${port}`, protocols, options));
      assert.deepEqual(log, ["upgrade 101", ...failure(message)]);
    });
  }
}

const others: [name: string, answer: string, text: string][] = [
  ["404", "HTTP/1.1 404 Not Found\r\n\r\n", "Unexpected server response: 404"],
  ["200 with a body", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "Unexpected server response: 200"],
  ["a redirect", "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", "Unexpected server response: 302"],
  ["426", "HTTP/1.1 426 Upgrade Required\r\nUpgrade: x\r\n\r\n", "Unexpected server response: 426"],
  ["news and 500", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\n\r\n", "Unexpected server response: 500"],
  [
    "101 without all that an upgrade needs",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
    "Unexpected server response: 101",
  ],
];

for (const [client, open] of clients) {
  for (const [name, answer, message] of others) {
    test(`${client}: ${name} fails the connection`, async (t) => {
      const port = await answering(t, () => answer);
      assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`)), failure(message));
    });
  }

  test(`${client}: what is no HTTP fails the connection`, async (t) => {
    const port = await answering(t, () => "SSH-2.0-OpenSSH_9.9\r\n");
    const [error, close] = await told(t, open(`ws://127.0.0.1:${port}`));
    assert.match(error ?? "", /^error in state 2: Parse Error: Expected HTTP\//); // the rest is Node's own
    assert.equal(close, "close 1006 in state 3");
  });

  test(`${client}: a server that hangs up without an answer fails the connection`, async (t) => {
    const port = await listening(
      t,
      createServer((socket) => socket.once("data", () => socket.destroy())),
    );
    assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`)), failure("socket hang up"));
  });

  test(`${client}: nobody there fails the connection`, async (t) => {
    const port = await listening(t, createServer());
    const gone = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" ? (address?.port ?? port) : port));
      });
    });
    const log = await told(t, open(`ws://127.0.0.1:${gone}`));
    assert.deepEqual(log, failure(`connect ECONNREFUSED 127.0.0.1:${gone}`));
  });

  test(`${client}: headers that Node does not count do not crash it`, async (t) => {
    const port = await answering(t, (head) => opens(head));
    const socket = open(`ws://127.0.0.1:${port}`);
    if (socket._req !== null) socket._req.maxHeadersCount = 1;
    const log = await told(t, socket);
    assert.equal(log.at(-1), "close 1006 in state 3");
    assert.match(log.at(-2) ?? "", /^error in state 2: Invalid (Connection|Sec-WebSocket-Accept) header$/);
  });

  test(`${client}: frames right behind the answer are read`, async (t) => {
    const frames = Buffer.concat([serverFrame(text, "first"), serverFrame(text, "second")]);
    const port = await answering(t, (head) => Buffer.concat([Buffer.from(opens(head)), frames]));
    const socket = open(`ws://127.0.0.1:${port}`);
    const got: string[] = [];
    const both = new Promise<void>((resolve) => {
      socket.on("message", (data) => {
        if (got.push(String(data)) === 2) resolve();
      });
    });
    assert.deepEqual(await told(t, socket), ["upgrade 101", "open"]);
    await both;
    assert.deepEqual(got, ["first", "second"]);
  });
}

/** ws lets them pass: RFC 6455 §9.1 and §4.1 do not. */
const stricter: [name: string, answer: Answer, log: string[]][] = [
  [
    "compression twice",
    (head) => opens(head, ["Sec-WebSocket-Extensions: permessage-deflate, permessage-deflate"]),
    ["upgrade 101", ...failure("Invalid Sec-WebSocket-Extensions header")],
  ],
];

for (const [name, answer, log] of stricter) {
  test(`${name} fails the connection, though not with ws`, async (t) => {
    const port = await answering(t, answer);
    assert.deepEqual(await told(t, ours(`ws://127.0.0.1:${port}`)), log);
  });
}

const closedEarly = failure("WebSocket was closed before the connection was established");

const givingUp: [name: string, answer: string | undefined, watched: Watched, log: string[]][] = [
  ["in upgrade", undefined, { upgrade: (client) => client.close() }, ["upgrade 101", "upgrade", ...closedEarly]],
  [
    "in unexpected-response",
    "HTTP/1.1 404 No\r\n\r\n",
    { "unexpected-response": (client) => client.terminate() },
    ["unexpected-response", ...closedEarly],
  ],
  [
    "when the unexpected answer has ended",
    "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nhi",
    {
      "unexpected-response": (client, _request: ClientRequest, response: IncomingMessage) => {
        response.resume().on("end", () => client.terminate());
      },
    },
    ["unexpected-response", ...closedEarly],
  ],
];

for (const [client, open] of clients) {
  for (const [name, answer, watched, log] of givingUp) {
    test(`${client}: gives up ${name}`, async (t) => {
      const port = await answering(t, (head) => answer ?? opens(head));
      assert.deepEqual(await told(t, open(`ws://127.0.0.1:${port}`), watched), log);
    });
  }

  test(`${client}: gives up at once, on the next tick`, async (t) => {
    const port = await answering(t, (head) => opens(head));
    const socket = open(`ws://127.0.0.1:${port}`);
    const log = told(t, socket);
    socket.close();
    assert.equal(socket.readyState, 2);
    socket.terminate();
    assert.deepEqual(await log, closedEarly);
  });

  test(`${client}: gives up on a server that does not answer in time`, async (t) => {
    const port = await listening(t, createServer());
    const log = await told(t, open(`ws://127.0.0.1:${port}`, [], { handshakeTimeout: 20 }));
    assert.deepEqual(log, failure("Opening handshake has timed out"));
  });
}

test("what comes in one piece with the news at which the program gives up is not heard", async (t) => {
  for (const behind of ["HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n", "HTTP/1.1 404 No\r\n\r\n"]) {
    const port = await answering(t, () => `HTTP/1.1 103 Early Hints\r\n\r\n${behind}`);
    const socket = ours(`ws://127.0.0.1:${port}`, [], { followRedirects: true });
    socket._req?.once("information", () => socket.terminate());
    const log = await told(t, socket, { redirect: () => {}, "unexpected-response": () => {} });
    assert.deepEqual(log, closedEarly);
  }
});

test("news does not give the server more time", async (t) => {
  const port = await answering(t, () => "HTTP/1.1 100 Continue\r\n\r\n");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const socket = ours(`ws://127.0.0.1:${port}`, [], { handshakeTimeout: 1000 });
  const log = told(t, socket);
  t.mock.timers.tick(999);
  assert.ok(socket._req !== null);
  await once(socket._req, "information");
  t.mock.timers.tick(1);
  assert.deepEqual(await log, failure("Opening handshake has timed out"));
});

test("an unexpected answer that somebody takes care of has its time too, until it has ended", async (t) => {
  const port = await answering(
    t,
    (head) => `HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n${/half/.test(head) ? "" : "no"}`,
  );
  t.mock.timers.enable({ apis: ["setTimeout"] });
  for (const [path, expected] of [
    ["half", "Opening handshake has timed out"],
    ["whole", /closed before/],
  ] as const) {
    const socket = ours(`ws://127.0.0.1:${port}/${path}`, [], { handshakeTimeout: 1000 });
    const failed = once(socket, "error").catch((error: Error) => [error]);
    const [, response] = await once(socket, "unexpected-response");
    if (path === "whole") await once(response.resume(), "close");
    t.mock.timers.tick(1000);
    socket.terminate();
    const [error] = await failed;
    assert.match(error.message, typeof expected === "string" ? new RegExp(expected) : expected);
  }
});

const misuses: [name: string, protocols: string[], options: ClientOptions, error: object][] = [
  ["a line break in a header", [], { headers: { a: "b\r\nc: d" } }, { code: "ERR_INVALID_CHAR" }],
  ["a line break in a header's name", [], { headers: { "a\r\nb": "c" } }, { code: "ERR_INVALID_HTTP_TOKEN" }],
  ["a line break in the origin", [], { origin: "a\r\nb: c" }, { code: "ERR_INVALID_CHAR" }],
  ["a line break in a subprotocol", ["a\r\nb"], {}, { name: "SyntaxError", message: /^An invalid or duplicated/ }],
  ["a subprotocol twice", ["a", "a"], {}, { name: "SyntaxError", message: /^An invalid or duplicated/ }],
  ["an empty subprotocol", [""], {}, { name: "SyntaxError", message: /^An invalid or duplicated/ }],
  ["version 10", [], { protocolVersion: 10 }, { name: "RangeError", message: /^Unsupported protocol version: 10 / }],
];

for (const [client, open] of clients) {
  for (const [name, protocols, options, error] of misuses) {
    test(`${client}: ${name} is refused at the call`, () => {
      assert.throws(() => open("ws://127.0.0.1:1", protocols, options), error);
    });
  }
}

test("an open connection holds its request no longer", async (t) => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  assert.ok(typeof collect === "function");
  const port = await answering(t, (head) => opens(head));
  const socket = ours(`ws://127.0.0.1:${port}`);
  const request = new WeakRef(socket._req ?? {});
  await told(t, socket);
  assert.equal(socket._req, null);
  for (let turn = 0; turn < 50 && request.deref() !== undefined; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  assert.equal(request.deref(), undefined);
  assert.equal(socket.readyState, 1);
});
