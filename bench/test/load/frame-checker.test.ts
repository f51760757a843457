import assert from "node:assert/strict";
import { test } from "node:test";
import { clientFrame, serverFrame } from "../../src/load/frame.ts";
import { FrameChecker } from "../../src/load/frame-checker.ts";
import { Disqualified } from "../../src/load/reply-checker.ts";

const payloads = ["one", "", "two".repeat(50), "three".repeat(20_000)].map((text) => Buffer.from(text));

/** Takes the frames that carry `payloads`, and writes down what it is given to judge. */
function checkerOf(asked: number, masked = false): { checker: FrameChecker; judged: Buffer[] } {
  const judged: Buffer[] = [];
  const checker = new FrameChecker({ opcode: 2, masked }, (payload, reply) => {
    assert.equal(reply, judged.length);
    judged.push(Buffer.from(payload));
  });
  checker.ask(asked);
  return { checker, judged };
}

test("frames of all lengths are judged in order, wherever the stream is cut", () => {
  const stream = Buffer.concat(payloads.map((payload) => serverFrame(2, payload)));
  for (const cut of [1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 160, 161, 162, 170, 171, 5_000, stream.length - 1]) {
    const { checker, judged } = checkerOf(payloads.length);
    const counted = checker.take(stream.subarray(0, cut)) + checker.take(stream.subarray(cut));
    assert.equal(counted, payloads.length);
    assert.deepEqual(judged, payloads);
  }
});

test("masked frames are unmasked", () => {
  const { checker, judged } = checkerOf(payloads.length, true);
  checker.take(Buffer.concat(payloads.map((payload, n) => clientFrame(2, payload, 0x01fe0380 + n))));
  assert.deepEqual(judged, payloads);
});

test("what is kept of a cut frame is a copy", () => {
  const { checker, judged } = checkerOf(1);
  const frame = Buffer.from(serverFrame(2, payloads[0]!));
  const lent = Buffer.from(frame.subarray(0, 4));
  checker.take(lent);
  lent.fill(0);
  checker.take(frame.subarray(4));
  assert.deepEqual(judged, [payloads[0]]);
});

const frame = serverFrame(2, Buffer.from("one"));
const lies: [name: string, bytes: Uint8Array, reason: RegExp][] = [
  ["a close frame", Buffer.from("8802", "hex"), /reply 0 begins with 136, not 130/],
  ["a fragment", Buffer.from("0201", "hex"), /begins with 2/],
  ["a compressed frame that should not be", Buffer.from("c201", "hex"), /begins with 194/],
  ["a masked frame of a server", clientFrame(2, Buffer.from("one"), 1), /reply 0 is masked/],
  ["a reply too many", Buffer.concat([frame, frame]), /reply 1 came unasked/],
  ["a byte too many", Buffer.concat([frame, frame.subarray(0, 1)]), /reply 1 came unasked/],
];
for (const [name, bytes, reason] of lies) {
  test(`${name} disqualifies`, () => {
    assert.throws(
      () => checkerOf(1).checker.take(bytes),
      (error) => error instanceof Disqualified && reason.test(error.message),
    );
  });
}

test("a client that does not mask is disqualified", () => {
  assert.throws(() => checkerOf(1, true).checker.take(frame), /reply 0 is not masked/);
});
