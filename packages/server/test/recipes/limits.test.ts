/** The defaults in docs/limits.md are those of the code, and no limit is left out. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { resolveEngineOptions } from "../../src/engine/engine-options.ts";
import { resolveServerOptions } from "../../src/options.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/limits.md"), "utf8");
const written = new Map(
  Array.from(text.matchAll(/^\| `([\w.]+)` \| ([\d_]+) \|/gm), ([, name = "", value = ""]) => [
    name,
    Number(value.replaceAll("_", "")),
  ]),
);

/** Numbers that limit nothing. */
const others = ["plain.retry", "httpCompression.threshold"];

test("the page tells each limit, with its default", () => {
  const { decoder, gate, plain, history, connectTimeout, attachmentTimeout, ackTimeout } = resolveServerOptions({
    plain: {},
    history: {},
  });
  const { connectionHandlerTimeout, maxSockets } = gate;
  const own = { ...decoder, connectTimeout, attachmentTimeout, ackTimeout, connectionHandlerTimeout, maxSockets };
  const known = { ...resolveEngineOptions(), ...own, plain, history };
  const limits = [...numbersOf(known)].filter(([name]) => !others.includes(name));
  assert.deepEqual(new Map([...written].sort()), new Map(limits.sort()));
});

/** Of members of members too: `plain.rate.burst`. */
function* numbersOf(record: object, prefix = ""): Iterable<readonly [name: string, value: number]> {
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === "number") yield [prefix + name, value];
    else if (typeof value === "object" && value !== null) yield* numbersOf(value, `${prefix}${name}.`);
  }
}
