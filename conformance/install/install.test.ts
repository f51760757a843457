/**
 * The packed packages in an empty folder: loaded by require() and import on every Node that we support, in jest, and from the
 * bundles of webpack and esbuild. One identity everywhere, and types for every way in.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { codeBlocks } from "../../scripts/test/readme/code-blocks.ts";
import type { Outcome } from "../program.ts";
import { App } from "./app.ts";
import { download, nodeProgram } from "./downloads.ts";
import { compilers, provide, typeCheck, typesOfWs } from "./type-check.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

const packages = join(import.meta.dirname, "../../packages");
const node = process.execPath;
let app: App;

before(() => {
  app = new App(tarballs);
});
after(() => app.remove());

function succeeded({ code, output }: Outcome, expected: string | RegExp): void {
  assert.equal(code, 0, output);
  if (typeof expected === "string") assert.ok(output.includes(expected), output);
  else assert.match(output, expected);
}

for (const version of ["20", "22", "24", "latest"]) {
  test(`Node ${version}: require() and import give one and the same`, async () => {
    const program = nodeProgram(version);
    succeeded(await app.run(program, ["main.mjs"]), "one identity");
    succeeded(await app.run(program, ["main.cjs"]), "one identity");
  });
}

/** Runs jest on the fixtures of that name. */
function runJest(testRegex: string, testEnvironmentOptions: object = {}): Promise<Outcome> {
  const jest = join(download("jest@30.5.2"), "node_modules/jest/bin/jest.js");
  const config = JSON.stringify({
    rootDir: app.folder,
    testEnvironment: "node",
    testEnvironmentOptions,
    testRegex,
    testTimeout: 60_000,
    transform: {},
  });
  return app.run(node, ["--experimental-vm-modules", jest, "--ci", "--config", config]);
}

test("jest, with require() and with ES modules", async () => {
  succeeded(await runJest("jest\\.test\\.[cm]js$"), /Tests: +2 passed, 2 total/);
});

test("jest that says browser, as with jsdom, and bundles nothing", async () => {
  const outcome = await runJest("jest-browser\\.cjs$", { customExportConditions: ["browser"] });
  succeeded(outcome, /Tests: +1 passed, 1 total/);
});

/** Entry, and the platform that it is bundled for. */
const bundles: [entry: string, platform: "node" | "browser"][] = [
  ["main.mjs", "node"],
  ["main.cjs", "node"],
  ["browser.mjs", "browser"],
];

for (const [entry, platform] of bundles) {
  test(`esbuild, ${entry} for ${platform}: one copy in the bundle`, async () => {
    const outfile = join(app.folder, `esbuild-${entry}.cjs`);
    await build({
      absWorkingDir: app.folder,
      entryPoints: [entry],
      bundle: true,
      platform,
      format: "cjs",
      outfile,
      logLevel: "error",
    });
    succeeded(await app.run(node, [outfile]), "one identity");
  });

  test(`webpack, ${entry} for ${platform}: one copy in the bundle`, async () => {
    const tools = download("webpack@5.112.2");
    const output = join(app.folder, `webpack-${entry}.cjs`);
    const target = platform === "node" ? "node20" : "web";
    const script = join(import.meta.dirname, "webpack.mjs");
    succeeded(await app.run(node, [script, tools, join(app.folder, entry), output, target]), "");
    succeeded(await app.run(node, [output]), "one identity");
  });
}

test("a bundle for browsers that names @anywire/websocket builds, and says what to use instead", async () => {
  const outfile = join(app.folder, "isomorphic.cjs");
  const entryPoints = ["isomorphic.mjs"];
  await build({ absWorkingDir: app.folder, entryPoints, bundle: true, platform: "browser", format: "cjs", outfile });
  const message = "@anywire/websocket does not work in browsers: use their own WebSocket\n";
  succeeded(await app.run(node, [outfile]), message + message);
});

test("the server serves the client that it was packed with", async () => {
  succeeded(await app.run(node, ["served.cjs"]), "all served");
});

test("the command anywire prints its URL, serves the playground there, and ends when told to", async () => {
  const server = spawn(join(app.folder, "node_modules/.bin/anywire"), ["--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  try {
    const [line] = await once(createInterface(server.stdout), "line");
    const page = await fetch(String(line).match(/http:\S+/)?.[0] ?? "no URL printed");
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<script type="module" src="\/main.js">/);
  } finally {
    server.kill();
  }
  assert.deepEqual(await ended, [0, null]);
});

for (const name of readdirSync(packages)) {
  const packed = codeBlocks(readFileSync(join(packages, name, "README.md"), "utf8")).filter(
    ({ title }) => title === "packed",
  );
  for (const [index, { text }] of packed.entries()) {
    test(`example ${index + 1} for packed packages in the README of ${name} runs`, async () => {
      const file = join(app.folder, `example-${name}-${index + 1}.cjs`);
      writeFileSync(file, `${text}\nsetImmediate(() => process.exit());`);
      succeeded(await app.run(node, [file]), "");
    });
  }
}

for (const [name, tsc] of compilers) {
  test(`the types hold for import, import = require and require(): ${name}`, async () => {
    succeeded(await typeCheck(join(app.folder, "typed"), tsc()), "");
  });

  /** Each program compiles with the types that it was written for too, and is refused the same. */
  const typesOf: [name: string, provide: (folder: string) => void][] = [
    ["@types/ws", (folder) => provide(folder, "@types/ws", typesOfWs)],
    ["ours in their place", (folder) => provide(folder, "ws", join(app.folder, "node_modules/@anywire/websocket"))],
  ];
  for (const [types, give] of typesOf) {
    test(`programs written with @types/ws compile with ${types}: ${name}`, async () => {
      const folder = mkdtempSync(join(app.folder, "ws-"));
      cpSync(join(app.folder, "typed/ws"), folder, { recursive: true });
      give(folder);
      succeeded(await typeCheck(folder, tsc()), "");
    });
  }
}
