/** Values that travel as arguments, for property tests: all of JSON, binary data, and keys that mean something to somebody. */

import fc from "fast-check";

const key = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "$bytes",
    "$$bytes",
    "$",
    "$$",
    "$a",
    "__proto__",
    "constructor",
    "toString",
    "args",
    "data",
    "event",
  ),
);

const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("AAAA", "Zg==", "", "not base64"),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 20 }),
);

/** Own keys, `__proto__` among them, as JSON.parse makes them. */
function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const object = {};
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return object;
}

export const jsonValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map(objectOf),
    fc.tuple(key, tie("value")).map((entry) => objectOf([entry])),
  ),
})).value;

/** A name that every wire can carry. */
export const eventName: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("message", "open", "error", "", "__proto__", "chat", "anywire:event"),
  )
  .map((name) => name.replace(/[\r\n]/g, "").replaceAll("\0", ""));

export const eventId: fc.Arbitrary<string | undefined> = fc.option(
  fc.string({ minLength: 1, maxLength: 64 }).filter((id) => !/[\r\n]/.test(id) && !id.includes("\0")),
  { nil: undefined },
);
