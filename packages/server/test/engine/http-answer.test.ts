import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { answerOk, headersOf, type RefusalCode, refuse } from "../../src/engine/http-answer.ts";
import type { Exchange } from "../../src/engine/transport.ts";

function exchangeOf(agent?: string): Exchange {
  const request = new IncomingMessage(new Socket());
  request.complete = true;
  if (agent !== undefined) request.headers["user-agent"] = agent;
  return { request, response: new ServerResponse(request), query: {}, headers: { "x-own": "1" } };
}

/** What `writeHead` was called with. */
function headOf([given, headers]: readonly unknown[] = []): { given: unknown; headers: Record<string, unknown> } {
  return { given, headers: { ...(headers as object) } };
}

const refusals: readonly [code: RefusalCode, status: number, allow: string | undefined][] = [
  ["overlapping-poll", 400, undefined],
  ["overlapping-post", 400, undefined],
  ["bytes-not-taken", 400, undefined],
  ["bad-payload", 400, undefined],
  ["not-open", 400, undefined],
  ["method-not-allowed", 405, "GET, POST"],
  ["too-slow", 408, undefined],
  ["too-large", 413, undefined],
];

for (const [code, status, allow] of refusals) {
  test(`${code} is ${status}, with a reason as JSON`, (t) => {
    const exchange = exchangeOf();
    const { response } = exchange;
    const heads = t.mock.method(response, "writeHead");
    const bodies = t.mock.method(response, "write");
    refuse(exchange, code);
    const { given, headers } = headOf(heads.mock.calls[0]?.arguments);
    assert.deepEqual([given, headers.Allow, headers["x-own"]], [status, allow, "1"]);
    const body = String(bodies.mock.calls[0]?.arguments[0]);
    assert.equal(headers["Content-Length"], String(Buffer.byteLength(body)));
    assert.equal(JSON.parse(body).code, 3);
    assert.equal(response.writableEnded, true);
  });
}

test("what was answered, or is gone, is left alone", () => {
  const [answered, gone] = [exchangeOf(), exchangeOf()];
  answerOk(answered);
  refuse(answered, "bad-payload");
  assert.equal(answered.response.statusCode, 200);
  gone.response.destroy();
  answerOk(gone);
  refuse(gone, "bad-payload");
  assert.equal(gone.response.headersSent, false);
});

const explorers: readonly [name: string, agent: string | undefined, filter: string | undefined][] = [
  ["nobody", undefined, undefined],
  ["Chromium", "Mozilla/5.0 (X11) Chrome/100.0", undefined],
  ["Internet Explorer 9", "Mozilla/5.0 (compatible;MSIE 9.0)", "0"],
  ["Internet Explorer 11", "Mozilla/5.0 (Windows NT 6.3; Trident/7.0)", "0"],
];

for (const [name, agent, filter] of explorers) {
  test(`headers for ${name}: the program's go before ours`, () => {
    const headers = headersOf(exchangeOf(agent), { "x-own": "ours", b: "2" });
    const expected = { "cache-control": "no-store", "x-own": "1", b: "2" };
    assert.deepEqual(headers, filter === undefined ? expected : { ...expected, "X-XSS-Protection": filter });
  });
}
