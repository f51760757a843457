import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArguments } from "../src/arguments.ts";

test("five rounds unless said, one if quick", () => {
  assert.equal(parseArguments([]).rounds, 5);
  assert.equal(parseArguments(["--quick"]).rounds, 1);
  assert.equal(parseArguments(["--quick", "--rounds", "2"]).rounds, 2);
});

test("a quick run takes the sources", () => {
  assert.equal(parseArguments(["--quick"]).source, true);
  assert.equal(parseArguments(["--source"]).source, true);
  assert.equal(parseArguments([]).source, false);
});

test("the words of the pattern belong together", () => {
  assert.equal(parseArguments(["echo", "--json", "depth 64"]).pattern, "echo depth 64");
});

test("peers are named as in the report", () => {
  assert.equal(parseArguments([]).peers, undefined);
  assert.deepEqual(parseArguments(["--peers", "ws + bufferutil,@anywire/server"]).peers, [
    "ws + bufferutil",
    "@anywire/server",
  ]);
});

for (const argv of [
  ["--peers", "nobody"],
  ["--rounds", "0"],
  ["--rounds", "two"],
  ["--rounds", "1.5"],
  ["--fast"],
  ["--rounds"],
]) {
  test(`${argv.join(" ")} is refused`, () => assert.throws(() => parseArguments(argv)));
}
