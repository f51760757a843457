/** Whole requests and whole answers, damaged: a documented answer or error, nothing left open, nothing held. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { WebSocket } from "@anywire/websocket";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { listening, opens } from "../clients.ts";
import { requestLines, requestOf, serve } from "../served.ts";
import { heldBytes } from "./held-bytes.ts";

const timeout = 60_000;
const mebibyte = 0x10_0000;
const runs = 600;

const words = [
  "\r\n",
  "\n",
  "\0",
  ":",
  ", ",
  ";",
  "=",
  '"',
  "\\",
  "websocket",
  "upgrade",
  "13",
  "permessage-deflate",
  "; client_max_window_bits",
  "; server_max_window_bits=15",
  "__proto__",
  "constructor",
  "Host: x\r\n",
  "Upgrade: h2c\r\n",
  "Content-Length: 5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Sec-WebSocket-Extensions: permessage-deflate; a\r\n",
  "Sec-WebSocket-Protocol: a, a\r\n",
  "é",
  " ".repeat(3000),
];

const request = requestOf([
  ...requestLines,
  "Origin: http://localhost",
  "Sec-WebSocket-Protocol: chat, superchat",
  "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_max_window_bits=12, x-other; a=1",
]);

/** What Node and we answer. */
const statuses = ["101", "400", "405", "408", "413", "426", "431", "503"];

test(`a server is asked ${runs} damaged requests`, { timeout }, async (t) => {
  const { wss, port } = await serve(t, { perMessageDeflate: true });
  const random = new Random(101);
  const ask = async (bytes: Buffer): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk)).on("error", () => {});
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.end(bytes);
    await closed;
    return Buffer.concat(chunks).toString("latin1");
  };
  let opened = 0;
  const round = async (): Promise<void> => {
    const answer = await ask(mutate(random, Buffer.from(request), words));
    if (answer === "") return; // the request did not come whole, and its end was the end
    const [version, status = ""] = answer.split(" ");
    assert.ok(version === "HTTP/1.1" && statuses.includes(status), answer);
    if (status === "101") opened++;
  };
  for (let n = 0; n < 100; n++) await round();
  const before = heldBytes();
  for (let n = 0; n < runs; n += 10) await Promise.all(Array.from({ length: 10 }, round));
  assert.ok(opened > runs / 20, `${opened} opened`);
  while (wss.clients.size > 0) await new Promise(setImmediate);
  assert.ok(heldBytes() - before < 8 * mebibyte, `${heldBytes() - before} bytes`);
  assert.match(await ask(Buffer.from(request)), /^HTTP\/1\.1 101 /);
});

/** The texts of all that an answer can be refused for, Node's parser and a stream that ends among them. */
const documented = [
  /^Invalid (Upgrade|Connection|Sec-WebSocket-Accept|Sec-WebSocket-Extensions) header$/,
  /^Server sent (a subprotocol but none was requested|an invalid subprotocol|no subprotocol)$/,
  /^Server sent a Sec-WebSocket-Extensions header but no extension was requested$/,
  /^Server indicated an extension that was not requested$/,
  /^Unexpected server response: \d+$/,
  /^Parse Error/,
  /^socket hang up$/,
  /^read ECONNRESET$/,
];

test(`a client is given ${runs} damaged answers`, { timeout }, async (t) => {
  const random = new Random(102);
  let whole = false;
  const answer = (socket: Socket): void => {
    socket.once("data", (head) => {
      const extensions = "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=12";
      const good = Buffer.from(opens(String(head), ["Sec-WebSocket-Protocol: chat", extensions]));
      socket.end(whole ? good : mutate(random, good, words));
    });
  };
  const port = await listening(t, createServer(answer));
  let opened = 0;
  const round = async (): Promise<void> => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/`, ["superchat", "chat"]);
    const errors: Error[] = [];
    client.on("error", (error) => errors.push(error)).on("open", () => opened++);
    await new Promise((resolve) => client.on("close", resolve));
    assert.ok(errors.length <= 1);
    for (const { message } of errors)
      assert.ok(documented.some((text) => text.test(message)) || isFrameError(errors[0]), message);
    assert.equal(client.readyState, WebSocket.CLOSED);
  };
  for (let n = 0; n < 100; n++) await round();
  const before = heldBytes();
  for (let n = 0; n < runs; n += 10) await Promise.all(Array.from({ length: 10 }, round));
  assert.ok(opened > runs / 20, `${opened} opened`);
  assert.ok(heldBytes() - before < 8 * mebibyte, `${heldBytes() - before} bytes`);
  whole = true;
  const last = new WebSocket(`ws://127.0.0.1:${port}/`, ["superchat", "chat"]);
  await once(last, "open");
  last.terminate();
});

/** What follows a good answer is read as frames. */
function isFrameError(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("WS_ERR_");
}
