import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameRing } from "../../src/load/frame-ring.ts";
import { Disqualified, ReplyChecker } from "../../src/load/reply-checker.ts";

function checkerOf(asked: number): ReplyChecker {
  const checker = new ReplyChecker(new FrameRing([Buffer.from("one."), Buffer.from("two.")]));
  checker.ask(asked);
  return checker;
}

test("honest replies are counted at every split", () => {
  const stream = Buffer.from("one.two.one.");
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second++) {
      const checker = checkerOf(3);
      const pieces = [stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)];
      const counted = pieces.map((piece) => checker.take(piece));
      assert.equal(counted[0]! + counted[1]! + counted[2]!, 3);
      assert.equal(counted[0], Math.floor(first / 4));
    }
  }
});

const lies: [name: string, asked: number, stream: string, reason: RegExp][] = [
  ["a wrong byte", 2, "one.twO.", /byte 2 of reply 1/],
  ["a repeated reply", 2, "one.one.", /byte 0 of reply 1/],
  ["replies out of order", 2, "two.one.", /byte 0 of reply 0/],
  ["a reply cut short by the next", 3, "onetwo.", /byte 3 of reply 0/],
  ["a reply too many", 1, "one.two.", /4 bytes came unasked/],
  ["a byte too many", 1, "one.t", /1 bytes came unasked/],
  ["a reply nobody asked for", 0, "one.", /unasked/],
];
for (const [name, asked, stream, reason] of lies) {
  test(`${name} disqualifies`, () => {
    assert.throws(
      () => checkerOf(asked).take(Buffer.from(stream)),
      (error) => error instanceof Disqualified && reason.test(error.message),
    );
  });
}
