/** The names that engine.io-parser has are there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as engine from "../src/engine.ts";
import { parser4 } from "./engine/peers.ts";

test("the protocol is 4", () => assert.equal(engine.protocol, 4));

test("what engine.io-parser exports is here too, but for its streams, whose work FrameReader and encodeFrame do", () => {
  const names = Object.keys(parser4).filter((name) => name !== "default" && !name.startsWith("createPacket"));
  assert.deepEqual(
    names.filter((name) => !Object.hasOwn(engine, name)),
    [],
  );
});
