import assert from "node:assert/strict";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { EngineRefusal } from "../../src/engine/engine-errors.ts";
import { answerRefusal } from "../../src/engine/refusal-answer.ts";

function responseOf(): ServerResponse {
  const request = new IncomingMessage(new Socket());
  request.complete = true;
  return new ServerResponse(request);
}

/** What `writeHead` was called with. */
function headOf([given, headers]: readonly unknown[] = []): { given: unknown; headers: Record<string, unknown> } {
  return { given, headers: { ...(headers as object) } };
}

const cases: readonly [name: ConstructorParameters<typeof EngineRefusal>[0], status: number, retry: unknown][] = [
  ["UNKNOWN_TRANSPORT", 400, undefined],
  ["FORBIDDEN", 403, undefined],
  ["SHUTTING_DOWN", 503, "1"],
];

for (const [name, status, retry] of cases) {
  test(`${name} is told with ${status}`, (t) => {
    const response = responseOf();
    response.setHeader("Access-Control-Allow-Origin", "*");
    const heads = t.mock.method(response, "writeHead");
    const bodies = t.mock.method(response, "write");
    const refusal = new EngineRefusal(name, {});
    answerRefusal(response, refusal);
    const { given, headers } = headOf(heads.mock.calls[0]?.arguments);
    assert.deepEqual([given, headers["Retry-After"]], [status, retry]);
    assert.equal(headers["Content-Length"], Buffer.byteLength(refusal.body));
    assert.equal(bodies.mock.calls[0]?.arguments[0], refusal.body);
    assert.equal(response.getHeader("access-control-allow-origin"), "*", "so that the page can read it");
    assert.equal(response.writableEnded, true);
  });
}

test("an answer that a middleware has begun is left as it is, and ended", () => {
  const response = responseOf();
  response.writeHead(418);
  answerRefusal(response, new EngineRefusal("FORBIDDEN", {}));
  assert.deepEqual([response.statusCode, response.writableEnded], [418, true]);
  answerRefusal(response, new EngineRefusal("FORBIDDEN", {}));
  assert.equal(response.statusCode, 418);
});
