import assert from "node:assert/strict";
import { test } from "node:test";
import { webSocketAnswer, webSocketOpening } from "../../src/load/opening.ts";

const target = { port: 80, path: "/room" };

test("our answer opens our opening, with any key", () => {
  for (const key of [undefined, "AAAAAAAAAAAAAAAAAAAAAA=="]) {
    const { request, accepts } = webSocketOpening(target, undefined, key);
    assert.match(request, /^GET \/room HTTP\/1\.1\r\n/);
    assert.equal(accepts(webSocketAnswer(request).trimEnd()), true);
  }
});

test("the sample of RFC 6455 §1.3", () => {
  assert.match(
    webSocketAnswer(webSocketOpening(target).request),
    /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/,
  );
});

test("an extension that was not offered is not accepted", () => {
  const { request, accepts } = webSocketOpening(target);
  assert.equal(accepts(`${webSocketAnswer(request).trimEnd()}\r\nSec-WebSocket-Extensions: permessage-deflate`), false);
});

test("an extension that was offered is judged by its answer", () => {
  const extension = { offer: "x; y", accepts: (answer: string | undefined) => answer === "x" };
  const { request, accepts } = webSocketOpening(target, extension);
  const answer = webSocketAnswer(request).trimEnd();
  assert.match(request, /\r\nSec-WebSocket-Extensions: x; y\r\n/);
  assert.equal(accepts(answer), false);
  assert.equal(accepts(`${answer}\r\nsec-websocket-extensions:x`), true);
});
