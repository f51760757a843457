import assert from "node:assert/strict";
import { test } from "node:test";
import type { BroadcastOptions } from "../src/adapter.ts";
import type { RunTarget } from "../src/pipeline.ts";
import { broadcastOptions, everyone, targetOf } from "../src/target.ts";

const cases: readonly [name: string, target: RunTarget, options: BroadcastOptions][] = [
  ["everyone", everyone, { rooms: new Set(), except: new Set(), flags: {} }],
  [
    "some rooms but others",
    { ...everyone, rooms: ["a", "b"], except: ["c"] },
    { rooms: new Set(["a", "b"]), except: new Set(["c"]), flags: {} },
  ],
  [
    "all flags",
    { ...everyone, volatile: true, logged: false, local: true, compress: false },
    { rooms: new Set(), except: new Set(), flags: { volatile: true, local: true, compress: false } },
  ],
];

for (const [name, target, options] of cases) {
  test(`${name}, in an adapter's words and back`, () => {
    assert.deepEqual(broadcastOptions(target), options);
    assert.deepEqual(targetOf(options), target);
  });
}

test("a timeout is told to adapters; what they leave out is nothing special", () => {
  assert.deepEqual(broadcastOptions(everyone, 100).flags, { timeout: 100 });
  assert.deepEqual(targetOf({ rooms: new Set() }), everyone);
});
