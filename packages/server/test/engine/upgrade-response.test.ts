import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, IncomingMessage } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { UpgradeResponse } from "../../src/engine/upgrade-response.ts";
import { sendRaw, upgradeHead } from "./engine-world.ts";

/** @returns what a client reads whose upgrade is answered so */
async function answerOf(t: TestContext, answer: (response: UpgradeResponse) => void): Promise<string> {
  const http = createServer().listen(0, "127.0.0.1");
  await once(http, "listening");
  t.after(() => http.close());
  http.on("upgrade", (request, socket) => answer(new UpgradeResponse(request, socket)));
  const { text } = await sendRaw((http.address() as AddressInfo).port, upgradeHead(""));
  return text;
}

test("what was set on it joins the 101", () => {
  const response = new UpgradeResponse(new IncomingMessage(new Socket()), new Socket());
  response.setHeader("X-Number", 5);
  response.setHeader("Set-Cookie", ["a=1", "b=2"]);
  assert.deepEqual(response.accept(), { "x-number": "5", "set-cookie": ["a=1", "b=2"] });
  assert.deepEqual([response.headersSent, response.statusCode], [true, 101]);
});

test("middlewares may set theirs when the head is written", () => {
  const response = new UpgradeResponse(new IncomingMessage(new Socket()), new Socket());
  const { writeHead } = response;
  response.writeHead = ((status: number) => {
    response.setHeader("x-late", "1");
    return writeHead.call(response, status);
  }) as typeof writeHead;
  assert.deepEqual(response.accept(), { "x-late": "1" });
});

test("who ends it refuses the upgrade, and the connection ends", async (t) => {
  const text = await answerOf(t, (response) => {
    response.statusCode = 401;
    response.setHeader("X-Why", "unknown");
    response.end("no");
  });
  assert.match(text, /^HTTP\/1.1 401 Unauthorized\r\nX-Why: unknown\r\nConnection: close\r\n/);
  assert.match(text, /\r\n\r\nno$/);
});

test("a stream that cannot be answered is cut", async () => {
  const odd = new Duplex({ read() {}, write() {} });
  const ended = new Socket();
  ended.destroy();
  for (const stream of [odd, ended]) {
    new UpgradeResponse(new IncomingMessage(new Socket()), stream).end("no");
    assert.equal(stream.destroyed, true);
  }
});

test("it closes with its stream", async () => {
  const stream = new Socket();
  const response = new UpgradeResponse(new IncomingMessage(new Socket()), stream);
  const closed = once(response, "close");
  stream.destroy();
  await closed;
});
