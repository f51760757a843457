/** Events and pieces of streams of any kind, for properties. */

import fc from "fast-check";
import type { EventFields } from "../src/protocol/event-encoder.ts";

/** What has a meaning in a stream, or looks as if it had. */
export const fragment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(..."data:|data|event:|event|id:|id|retry:|:| |a|1|\0|\u2028|é|🙂|\ufeff".split("|")),
  fc.constantFrom("\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n"),
  fc.string({ unit: "binary", maxLength: 5 }),
);

export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(fragment).map((parts) => parts.join("")),
);
const fieldValue = anyText.map((text) => text.replace(/[\r\n]/g, "").replaceAll("\0", ""));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
/** All that the encoder accepts. */
export const anyEvent: fc.Arbitrary<EventFields> = fc.record({
  event: optional(fieldValue),
  data: anyText,
  id: optional(fieldValue),
  retry: optional(fc.nat()),
});
