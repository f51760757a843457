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

for (const argv of [["--rounds", "0"], ["--rounds", "two"], ["--rounds", "1.5"], ["--fast"], ["--rounds"]]) {
  test(`${argv.join(" ")} is refused`, () => assert.throws(() => parseArguments(argv)));
}
