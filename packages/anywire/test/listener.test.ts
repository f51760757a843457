/** Listening on all that `localhost` means, and the words for a port that cannot be had. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import { createServer as createNetServer } from "node:net";
import { networkInterfaces } from "node:os";
import { after, test } from "node:test";
import { AppError } from "../src/errors.ts";
import { Listener } from "../src/listener.ts";

const hasIPv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === "::1"));
const noIPv6 = hasIPv6 ? false : "this machine has no ::1";

async function statusAt(url: string): Promise<number | undefined> {
  const [response] = (await once(get(url, { agent: false }), "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode;
}

async function takenPort(address: string): Promise<number> {
  const other = createNetServer().listen(0, address);
  after(() => other.close());
  await once(other, "listening");
  const bound = other.address();
  assert.ok(typeof bound === "object" && bound !== null);
  return bound.port;
}

test("localhost is reached at 127.0.0.1", async () => {
  const listener = new Listener(createServer((_, response) => response.writeHead(204).end()));
  const port = await listener.listen("localhost", 0);
  assert.equal(await statusAt(`http://127.0.0.1:${port}/`), 204);
  await listener.stop();
});

test("localhost is reached at ::1 too, by the same server", { skip: noIPv6 }, async () => {
  const listener = new Listener(createServer((_, response) => response.writeHead(204).end()));
  const port = await listener.listen("localhost", 0);
  assert.equal(await statusAt(`http://[::1]:${port}/`), 204);
  await listener.stop();
});

test("after a stop nothing answers", async () => {
  const listener = new Listener(createServer());
  const port = await listener.listen("localhost", 0);
  await listener.stop();
  await assert.rejects(statusAt(`http://127.0.0.1:${port}/`), { code: "ECONNREFUSED" });
});

test("a port that is taken is said to be taken", async () => {
  const port = await takenPort("127.0.0.1");
  await assert.rejects(new Listener(createServer()).listen("localhost", port), {
    name: "AppError",
    code: "port-taken",
    message: `localhost:${port} is taken: choose another port with --port or PORT`,
  });
});

test("a port that is taken at ::1 alone is taken: a browser may ask there first", { skip: noIPv6 }, async () => {
  const port = await takenPort("::1");
  const httpServer = createServer();
  await assert.rejects(new Listener(httpServer).listen("localhost", port), { code: "port-taken" });
  assert.equal(httpServer.listening, false);
});

test("an address of another machine cannot be listened on", async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737).
  await assert.rejects(
    new Listener(createServer()).listen("192.0.2.1", 0),
    (error) => error instanceof AppError && error.code === "address-unknown",
  );
});
