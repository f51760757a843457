import assert from "node:assert/strict";
import { test } from "node:test";
import { clientFrame, serverFrame } from "../../src/load/frame.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const hello = Buffer.from("Hello");

test("the frames of RFC 6455 §5.7", () => {
  assert.equal(hex(serverFrame(1, hello)), "810548656c6c6f");
  assert.equal(hex(clientFrame(1, hello, 0x37fa213d)), "818537fa213d7f9f4d5158");
  assert.equal(hex(serverFrame(2, new Uint8Array(256)).subarray(0, 4)), "827e0100");
  assert.equal(hex(serverFrame(2, new Uint8Array(65_536)).subarray(0, 10)), "827f0000000000010000");
});

const lengths: [payload: number, header: number][] = [
  [0, 2],
  [125, 2],
  [126, 4],
  [65_535, 4],
  [65_536, 10],
];
for (const [payload, header] of lengths) {
  test(`the length ${payload} is written in as few bytes as it takes`, () => {
    assert.equal(serverFrame(2, new Uint8Array(payload)).length, header + payload);
    assert.equal(clientFrame(2, new Uint8Array(payload), 1).length, header + 4 + payload);
  });
}
