/** What a request asks for, and who asks. */

import assert from "node:assert/strict";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { test } from "node:test";
import { Refusal } from "../../src/errors.ts";
import { resolvePlainOptions } from "../../src/plain/options.ts";
import { admissionRequestOf, receiveVisit, sinceOf, type Visit } from "../../src/plain/visit.ts";

interface Asked {
  readonly url?: string;
  readonly headers?: Record<string, string>;
  readonly authenticate?: unknown;
}

function visitOf({ url = "/anywire", headers = {}, authenticate }: Asked, errors: unknown[] = []): Promise<Visit> {
  const request = new IncomingMessage(new Socket());
  request.url = url;
  Object.assign(request.headers, headers);
  const options = authenticate === undefined ? {} : { authenticate: authenticate as () => string };
  return receiveVisit(
    request,
    { isForeign: false, grant: undefined },
    { ...resolvePlainOptions(options), report: (error) => errors.push(error) },
  );
}

const tokens: [says: string, asked: Asked, token: string | undefined][] = [
  ["nothing", {}, undefined],
  ["the query", { url: "/anywire?token=q" }, "q"],
  ["a bearer", { headers: { authorization: "Bearer b" } }, "b"],
  ["a bearer in lower case", { headers: { authorization: "bearer  b " } }, "b"],
  ["a bearer before the query", { url: "/anywire?token=q", headers: { authorization: "Bearer b" } }, "b"],
  ["a password is no token", { headers: { authorization: "Basic eDp5" } }, undefined],
  [
    "a subprotocol before all",
    { headers: { upgrade: "websocket", "sec-websocket-protocol": "anywire.v1, bearer.cw", authorization: "Bearer b" } },
    "s",
  ],
  ["a subprotocol without an upgrade is junk", { headers: { "sec-websocket-protocol": "bearer.cw" } }, undefined],
];

for (const [says, asked, token] of tokens) {
  test(`the token is in ${says}`, async () => {
    const { handshake } = await visitOf(asked);
    assert.deepEqual(handshake.auth, token === undefined ? {} : { token });
  });
}

const principals: [says: string, authenticate: unknown, principal: string | undefined | Error][] = [
  ["a name", () => "kim", "kim"],
  ["a name, later", async () => "kim", "kim"],
  ["undefined: anonymous", () => undefined, undefined],
  ["null: refused", () => null, new Error()],
  ["false: refused", async () => false, new Error()],
  ["an object: refused", () => ({}), new Error()],
  ["a rejection: refused", () => Promise.reject(new Error("why")), new Error()],
];

for (const [says, authenticate, principal] of principals) {
  test(`authenticate says ${says}`, async () => {
    const visit = visitOf({ authenticate });
    if (principal instanceof Error) {
      await assert.rejects(visit, (error) => error instanceof Refusal && error.code === "not-authenticated");
    } else assert.equal((await visit).principal, principal);
  });
}

test("authenticate may refuse in its own words, which is no error", async () => {
  const refusal = new Refusal("too-many", { retryAfter: 9 });
  const errors: unknown[] = [];
  await assert.rejects(visitOf({ authenticate: () => Promise.reject(refusal) }, errors), refusal);
  assert.deepEqual(errors, []);
});

test("an authenticate that fails is told to the program, and the client hears nothing of why", async () => {
  const bug = new TypeError("users is undefined");
  const errors: unknown[] = [];
  const visit = visitOf({ authenticate: () => Promise.reject(bug) }, errors);
  await assert.rejects(visit, { code: "not-authenticated", message: new Refusal("not-authenticated").message });
  assert.deepEqual(errors, [bug]);
});

test("session and token are not in what the program may log", async () => {
  const visit = await visitOf({ url: "/anywire?a=1&session=secret&token=t&b=%20" });
  assert.equal(visit.session, "secret");
  assert.deepEqual(visit.handshake.auth, { token: "t" });
  assert.equal(visit.handshake.url, "/anywire?a=1&b=+");
  assert.deepEqual({ ...visit.handshake.query }, { a: "1", b: " " });
});

test("rooms are asked for once each, and not too many", async () => {
  const visit = await visitOf({ url: "/anywire?room=a&room=__proto__&room=a" });
  assert.deepEqual(admissionRequestOf(visit, "poll", 2).rooms, ["a", "__proto__"]);
  assert.throws(() => admissionRequestOf(visit, "poll", 1), Refusal);
});

test("a cursor is told from an id", async () => {
  const cursor = await visitOf({ url: "/anywire?since=Ab_-1234.5~e-1" });
  assert.deepEqual(sinceOf(cursor), { queue: "Ab_-1234", sequence: 5, id: "e-1" });
  assert.deepEqual(sinceOf(await visitOf({ url: "/anywire?since=e-1" })), { id: "e-1" });
  assert.equal(sinceOf(await visitOf({})), undefined);
});
