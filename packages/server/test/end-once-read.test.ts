import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { endOnceRead } from "../src/end-once-read.ts";

function exchange(): { request: IncomingMessage; response: ServerResponse } {
  const request = new IncomingMessage(new Socket());
  return { request, response: new ServerResponse(request) };
}

test("an answer whose request has come as a whole ends at once", () => {
  const { request, response } = exchange();
  request.complete = true;
  endOnceRead(request, response);
  assert.equal(response.writableEnded, true);
});

test("another waits for the rest of the body, which is dropped", async () => {
  const { request, response } = exchange();
  endOnceRead(request, response);
  request.push("a");
  await new Promise(setImmediate);
  assert.equal(response.writableEnded, false);
  request.push(null);
  await new Promise(setImmediate);
  assert.equal(response.writableEnded, true);
});

test("who does not send the rest is cut off", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { request, response } = exchange();
  endOnceRead(request, response);
  t.mock.timers.tick(4_999);
  assert.equal(response.destroyed, false);
  t.mock.timers.tick(1);
  assert.equal(response.destroyed, true);
});
