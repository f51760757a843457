/** What waits for a client that does not keep up: of each key the newest, older ones first. */

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ConflatedEvent, Conflation } from "../../src/protocol/conflation.ts";

interface Numbered extends ConflatedEvent {
  readonly number: number;
}

function numbered(number: number, key: string, size = 1): Numbered {
  return { number, key, bytes: new Uint8Array(size) };
}

function takeAll(conflation: Conflation<Numbered>): number[] {
  const numbers: number[] = [];
  for (let event = conflation.shift(); event !== undefined; event = conflation.shift()) numbers.push(event.number);
  return numbers;
}

test("the newest of each key comes out, in the order in which they came", () => {
  const conflation = new Conflation<Numbered>({ events: 10, bytes: 100 });
  for (const [at, key] of ["a", "b", "a", "c", "b"].entries()) conflation.add(numbered(at, key));
  assert.deepEqual(takeAll(conflation), [2, 3, 4]);
  assert.deepEqual([conflation.size, conflation.bytes, conflation.shift()], [0, 0, undefined]);
});

test("says so when more waits than may: by keys, and by bytes", () => {
  const few = new Conflation<Numbered>({ events: 2, bytes: 100 });
  assert.deepEqual(
    ["a", "b", "a", "c"].map((key) => few.add(numbered(0, key))),
    [true, true, true, false],
  );
  const small = new Conflation<Numbered>({ events: 100, bytes: 10 });
  assert.deepEqual(
    [6, 10, 11].map((size) => small.add(numbered(0, "a", size))),
    [true, true, false],
  );
});

test("keys of every object's prototype are keys like others", () => {
  const conflation = new Conflation<Numbered>({ events: 10, bytes: 100 });
  for (const [at, key] of ["__proto__", "constructor", "", "__proto__"].entries()) conflation.add(numbered(at, key));
  assert.deepEqual(takeAll(conflation), [1, 2, 3]);
});

const keyed = fc.record({ key: fc.constantFrom("a", "b", "c"), size: fc.nat(5), takes: fc.boolean() });

test("does what a plain list does", () => {
  fc.assert(
    fc.property(fc.array(keyed), (steps) => {
      const conflation = new Conflation<Numbered>({ events: 2, bytes: 7 });
      let plain: Numbered[] = [];
      for (const [at, { key, size, takes }] of steps.entries()) {
        if (takes) {
          assert.equal(conflation.shift(), plain.shift());
          continue;
        }
        const event = numbered(at, key, size);
        plain = [...plain.filter((other) => other.key !== key), event];
        const bytes = plain.reduce((sum, other) => sum + other.bytes.length, 0);
        assert.equal(conflation.add(event), plain.length <= 2 && bytes <= 7);
        assert.deepEqual([conflation.size, conflation.bytes], [plain.length, bytes]);
      }
      assert.deepEqual(
        takeAll(conflation),
        plain.map(({ number }) => number),
      );
    }),
  );
});
