/** Fragmentation, RFC 6455 §5.4. */

import { Random } from "../../../../scripts/test/random.ts";
import { judgeInEachReading, type Row } from "./judge.ts";
import { binary, type Frame, more, ping, pong, rest, say, text } from "./wire.ts";

const notFinal = { fails: [1002, "WS_ERR_EXPECTED_FIN"] } as const;
const wrongPlace = { fails: [1002, "WS_ERR_INVALID_OPCODE"] } as const;
const long = new Random(54).bytes(2000);

/** A message in frames of `size` bytes. */
function fragments(payload: Uint8Array, size: number): Frame[] {
  const count = Math.ceil(payload.length / size);
  return Array.from({ length: count }, (_, at): Frame => {
    const part = payload.subarray(at * size, (at + 1) * size);
    return [at === 0 ? 2 : 0, part, { fin: at === count - 1 }];
  });
}

const sizes: Row[] = [1, 2, 3, 64, 125, 126, 999, 1999].map((size) => [
  `2,000 bytes in fragments of ${size}`,
  fragments(long, size),
  [say("binary", long)],
]);

const misplaced: Row[] = (
  [
    ["a continuation that continues nothing", [rest("a")], []],
    ["an empty continuation that continues nothing", [rest()], []],
    ["a continuation that continues nothing and is not final", [rest("a", more)], []],
    ["a continuation behind a whole message", [text("a"), rest("b"), text("c")], ["text a"]],
    ["a continuation behind a message in fragments", [text("a", more), rest("b"), rest("c")], ["text ab"]],
    ["the same, all of them not final", [text("a", more), rest("b"), rest("c", more), text("d")], ["text ab"]],
    ["a text within a text", [text("a", more), text("b")], []],
    ["a text within a binary message", [binary("a", more), text("b")], []],
    ["a binary message within a text", [text("a", more), binary("b")], []],
    ["a binary message within a binary message", [binary("a", more), binary("b", more)], []],
    ["a second text in place of the last fragment", [text("a", more), rest("b", more), text("c", more), rest("d")], []],
    ["a text behind a ping within a text", [text("a", more), ping("p"), text("b")], ["ping p"]],
  ] as const
).map(([name, frames, told]) => [`${name} (§5.4)`, frames, told, wrongPlace]);

judgeInEachReading([
  ["a text in two fragments", [text("frag", more), rest("ment")], ["text fragment"]],
  ["a binary message in two fragments", [binary("frag", more), rest("ment")], ["binary fragment"]],
  [
    "a text in five fragments",
    [text("1", more), rest("2", more), rest("3", more), rest("4", more), rest("5")],
    ["text 12345"],
  ],
  ["two messages in fragments", [text("a", more), rest("b"), binary("c", more), rest("d")], ["text ab", "binary cd"]],
  ["a whole message behind fragments", [text("a", more), rest("b"), text("c")], ["text ab", "text c"]],
  [
    "empty fragments around a text",
    [text("", more), rest("", more), rest("a", more), rest("", more), rest()],
    ["text a"],
  ],
  ["nothing but empty fragments", [text("", more), rest("", more), rest()], ["text "]],
  ["an empty last fragment", [binary("a", more), rest()], ["binary a"]],
  [
    "control frames between fragments",
    [text("a", more), ping("1"), pong("2"), rest("b")],
    ["ping 1", "pong 2", "text ab"],
  ],
  ["a ping in two fragments (§5.5)", [ping("a", more), rest("b")], [], notFinal],
  ["a pong in two fragments (§5.5)", [pong("a", more), rest("b")], [], notFinal],
  ["a ping in two fragments within a text (§5.5)", [text("a", more), ping("p", more), rest("b")], [], notFinal],
  ...sizes,
  ...misplaced,
]);
