/** Each rule of the house, shown to fail on what it forbids and to pass what it does not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOnly } from "../check/code-only.ts";
import { fileName } from "../check/file-name.ts";
import { fileSize } from "../check/file-size.ts";
import { firstLine } from "../check/first-line.ts";
import { importDirection } from "../check/import-direction.ts";
import { machineTrace } from "../check/machine-trace.ts";
import { mirrorTest } from "../check/mirror-test.ts";
import { purity } from "../check/purity.ts";
import { type Finding, type Rule, type SourceFile, sourceTree } from "../check/source-tree.ts";

/** @param others files that exist beside it */
function check(rule: Rule, file: SourceFile, others: readonly string[] = []): Finding[] {
  return rule(file, sourceTree([file, ...others.map((path) => ({ path, text: "" }))]));
}

const pure = "packages/websocket/src/protocol/frame.ts";
const codecs = "packages/protocol/src/plain/envelope.ts";
const lines = (count: number): string => "x;\n".repeat(count);
const absolute = (...parts: string[]): string => ["", ...parts].join("/");

const refused: [name: string, rule: Rule, path: string, text: string][] = [
  ["floor 0 importing the package's errors above it", importDirection, pure, 'import { E } from "../errors.ts";'],
  ["floor 0 importing I/O", importDirection, pure, 'export { S } from "../node/socket.ts";'],
  [
    "I/O importing a public class",
    importDirection,
    "packages/websocket/src/node/upgrade.ts",
    'import type { W } from "../server.ts";',
  ],
  [
    "I/O importing the public classes of a second API",
    importDirection,
    "packages/websocket/src/node/upgrade.ts",
    'import { W } from "../web/web-socket.ts";',
  ],
  [
    "a wire importing the rooms",
    importDirection,
    "packages/websocket/src/server.ts",
    'import { Server } from "@anywire/server";',
  ],
  [
    "a wire importing another",
    importDirection,
    "packages/websocket/src/x.ts",
    'await import("@anywire/eventsource/server");',
  ],
  ["the rooms importing the product", importDirection, "packages/server/src/server.ts", 'import "anywire";'],
  [
    "another package's file by its path",
    importDirection,
    "packages/server/src/x.ts",
    'import "../../websocket/src/x.ts";',
  ],
  ["a random number in floor 0", purity, pure, "const key = Math.random();"],
  ["a date in floor 0", purity, codecs, "const now = Date.now();"],
  ["a clock in floor 0", purity, pure, "performance.now()"],
  ["a timer in floor 0", purity, pure, "setTimeout(end, 1)"],
  ["a date inside a template", purity, pure, "const text = `at ${Date.now()}`;"],
  ["a file of floor 0 without a test", mirrorTest, pure, "export function read(): void {}"],
  ["a codec without a test", mirrorTest, codecs, "export const x = 1;"],
  ["a file of 401 lines", fileSize, "packages/server/src/socket.ts", lines(401)],
  ["a file called utils", fileName, "packages/server/src/utils.ts", ""],
  ["a folder called helpers", fileName, "bench/src/helpers/load.ts", ""],
  ["a test called types", fileName, "packages/server/test/types.test.ts", ""],
  ["a file that does not say what it is", firstLine, "packages/server/src/a.ts", "export const a = 1;"],
  ["a home folder", machineTrace, "README.md", `see ${absolute("home", "someone", "notes")}`],
  ["a working folder", machineTrace, "scripts/a.ts", `const at = "${absolute("work", "main")}";`],
  [
    "a registry's host",
    machineTrace,
    "package-lock.json",
    `"resolved": "https:/${absolute("registry.example", "ws")}"`,
  ],
];

const allowed: [name: string, rule: Rule, path: string, text: string][] = [
  ["floor 0 importing its neighbour", importDirection, pure, 'import { must } from "./errors.ts";'],
  [
    "a public class importing both floors",
    importDirection,
    "packages/websocket/src/server.ts",
    'import "./node/a.ts"; import "./protocol/b.ts";',
  ],
  [
    "a second API importing the package's options",
    importDirection,
    "packages/websocket/src/web/client-settings.ts",
    'import "../options.ts"; import "../node/a.ts";',
  ],
  [
    "the rooms importing a wire",
    importDirection,
    "packages/server/src/a.ts",
    'import { WebSocketServer } from "@anywire/websocket";',
  ],
  ["a codec importing across its folders", importDirection, codecs, 'import "../base64.ts";'],
  ["a test importing anything", importDirection, "packages/websocket/test/a.test.ts", 'import "@anywire/server";'],
  [
    "a date in a comment or a string of floor 0",
    purity,
    pure,
    '// Date\n/* Math.random() */ const a = "Date", b = `Date`;',
  ],
  ["a date on floor 1", purity, "packages/websocket/src/node/a.ts", "Date.now()"],
  ["a file of floor 0 that only has types", mirrorTest, pure, "/** const */\nexport interface Frame {}"],
  ["a file of 300 lines", fileSize, "packages/server/src/socket.ts", lines(300)],
  ["a long document", fileSize, "docs/guide.md", lines(900)],
  ["a file named after its noun", fileName, "packages/server/src/type-map.ts", ""],
  ["a comment first", firstLine, "packages/server/src/a.ts", "/** A. */\nexport const a = 1;"],
  ["a test that needs no introduction", firstLine, "packages/server/test/a.test.ts", "export {};"],
  ["a comment after the shebang", firstLine, "packages/anywire/src/cli.ts", "#!/usr/bin/env node\n/** A. */\n"],
  ["a path of a URL", machineTrace, "README.md", `http://localhost:3000${absolute("home", "page")}`],
];

for (const [name, rule, path, text] of refused) {
  test(`refuses ${name}`, () => {
    const errors = check(rule, { path, text }).filter(({ warning }) => warning !== true);
    assert.equal(errors.length, 1, JSON.stringify(errors));
    assert.equal(errors[0]?.path, path);
  });
}

for (const [name, rule, path, text] of allowed) {
  test(`allows ${name}`, () => assert.deepEqual(check(rule, { path, text }), []));
}

test("finds the mirror test where it belongs", () => {
  const text = "export const a = 1;";
  assert.deepEqual(check(mirrorTest, { path: pure, text }, ["packages/websocket/test/protocol/frame.test.ts"]), []);
  assert.deepEqual(check(mirrorTest, { path: codecs, text }, ["packages/protocol/test/plain/envelope.test.ts"]), []);
  assert.equal(check(mirrorTest, { path: pure, text }, ["packages/websocket/test/frame.test.ts"]).length, 1);
});

test("warns of a file over 300 lines and does not fail it", () => {
  assert.deepEqual(
    check(fileSize, { path: "scripts/a.ts", text: lines(301) }).map(({ warning }) => warning),
    [true],
  );
});

test("names the line of what it found", () => {
  assert.equal(check(purity, { path: pure, text: "/* Date\n*/\nDate.now()" })[0]?.line, 3);
});

const hidden: [name: string, text: string, code: string][] = [
  ["comments", "a; // b\n/* c\nd */ e;", "a;     \n    \n     e;"],
  ["strings with escapes", 'f("a\\"b", \'c\')', "f(      ,    )"],
  ["templates but not their code", "`a ${b + 1} c`", "   ${b + 1}   "],
  ["a regular expression with a quote", 'x = /["/]/g; y = "z"', "x =        ; y =    "],
];

for (const [name, text, code] of hidden) test(`blanks out ${name}`, () => assert.equal(codeOnly(text), code));

test("takes a division for a division", () => assert.equal(codeOnly("a / b; c / d"), "a / b; c / d"));
