import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type TestContext, test } from "node:test";
import { Publisher, publishPath } from "../../src/load/publisher.ts";

async function publisherAgainst(
  t: TestContext,
  listener: RequestListener,
  lost: (error: unknown) => void,
): Promise<Publisher> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const publisher = await Publisher.open({ port: address.port, path: "/" }, lost);
  t.after(() => publisher.close());
  return publisher;
}

test("each body is a POST, after one that says nothing", async (t) => {
  const said: string[] = [];
  const heard = new Promise<void>((resolve, reject) => {
    const listener: RequestListener = async (request, response) => {
      assert.deepEqual([request.method, request.url], ["POST", publishPath]);
      said.push((await request.setEncoding("latin1").toArray()).join(""));
      response.writeHead(204).end();
      if (said.length === 4) resolve();
    };
    void publisherAgainst(t, listener, reject).then((publisher) => {
      publisher.publish(["one\ntwo", "three"]);
      publisher.publish(["four"]);
    });
  });
  await heard;
  assert.deepEqual(said, ["", "one\ntwo", "three", "four"]);
});

test("an answer that is not 204 is told as lost", async (t) => {
  let count = 0;
  const lost = new Promise((resolve) => {
    const listener: RequestListener = (_, response) => response.writeHead(count++ < 2 ? 204 : 500).end();
    void publisherAgainst(t, listener, resolve).then((publisher) => publisher.publish(["one", "two"]));
  });
  assert.match(String(await lost), /answered a POST with "HTTP\/1\.1 500 /);
});
