/** Names of events that nobody may emit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isReservedName } from "../src/reserved-name.ts";

test("six names are reserved, and nothing else is", () => {
  const names = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
  for (const name of names) assert.equal(isReservedName(name), true, name);
  for (const name of ["error", "message", "Connect", "", "__proto__", "constructor", 1, null, ["connect"]]) {
    assert.equal(isReservedName(name), false);
  }
});
