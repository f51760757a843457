/** Subprotocols: which format, and which token. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../src/errors.ts";
import { chooseSubprotocol, parseSubprotocols } from "../../src/plain/subprotocol.ts";

const bearer = `bearer.${Buffer.from("tökén").toString("base64url")}`;

const accepted: [header: string | undefined, chosen: string | undefined, token: string | undefined][] = [
  [undefined, undefined, undefined],
  ["", undefined, undefined],
  ["chat, graphql-ws", undefined, undefined],
  ["anywire.v1", "anywire.v1", undefined],
  ["anywire.raw", "anywire.raw", undefined],
  ["anywire.raw, anywire.v1", "anywire.raw", undefined],
  ["chat,anywire.v1", "anywire.v1", undefined],
  [`anywire.v1, ${bearer}`, "anywire.v1", "tökén"],
  [`${bearer},anywire.raw`, "anywire.raw", "tökén"],
  ["ANYWIRE.V1", undefined, undefined],
  ["constructor, __proto__", undefined, undefined],
];

for (const [header, chosen, token] of accepted) {
  test(`${header ?? "no header"} → ${chosen ?? "bare"}`, () => {
    assert.deepEqual(parseSubprotocols(header), { chosen, token });
  });
}

for (const header of [
  bearer,
  `chat, ${bearer}`,
  "anywire.v1, bearer.",
  "anywire.v1, bearer.a=b",
  "anywire.v1,bearer.a.b",
]) {
  test(`${header} is refused`, () => {
    assert.throws(
      () => parseSubprotocols(header),
      (error) => error instanceof Refusal && error.status === 400,
    );
  });
}

test("a token is never the one to echo", () => assert.equal(chooseSubprotocol([bearer]), undefined));

test("16 KiB of spaces and commas are read in no time", () => {
  const started = performance.now();
  parseSubprotocols(`a${" ".repeat(32_768)}b${" ,".repeat(8_192)}`);
  assert.ok(performance.now() - started < 500);
});
