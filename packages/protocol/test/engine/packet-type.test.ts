/** Types and their digits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { digitOf, numberOf, type PacketType, typeOfCharacter, typeOfNumber } from "../../src/engine.ts";

const types: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

for (const [number, type] of types.entries()) {
  test(`${type} is ${number}, and back`, () => {
    assert.equal(numberOf(type), number);
    assert.equal(digitOf(type), `${number}`);
    assert.equal(typeOfNumber(number), type);
    assert.equal(typeOfCharacter(`${number}`.charCodeAt(0)), type);
  });
}

for (const character of ["7", "9", "/", "b", "-", " ", "\0", "٤"]) {
  test(`${JSON.stringify(character)} is no type`, () => {
    assert.throws(() => typeOfCharacter(character.charCodeAt(0)), { code: "unknown-type" });
  });
}

for (const number of [-1, 7, 52, 255, 1.5, Number.NaN]) {
  test(`${number} is no type`, () => assert.throws(() => typeOfNumber(number), { code: "unknown-type" }));
}
