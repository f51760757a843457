/** Programs that were written with the types of socket.io 4.8 compile with ours, and are refused the same. */

import assert from "node:assert/strict";
import { cpSync, mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { App } from "./app.ts";
import { compilers, provide, typeCheck } from "./type-check.ts";

const tarballs = process.env.ANYWIRE_TARBALLS;
if (tarballs === undefined)
  throw new Error("ANYWIRE_TARBALLS is not set: run `npm run check`, which packs the packages first");

const require = createRequire(import.meta.url);
let app: App;

before(() => {
  app = new App(tarballs);
});
after(() => app.remove());

const compilerOptions: Readonly<Record<string, object>> = {
  "the resolution of Node": {},
  "the resolution of bundlers": { module: "preserve" },
  "exact optional properties": { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
};

/** socket.io's declarations need a newer compiler than the programs do. */
const servers: readonly [name: string, folder: () => string, options: object][] = [
  ["ours", () => join(app.folder, "node_modules/@anywire/server"), {}],
  ["socket.io", () => packageFolder("socket.io"), { skipLibCheck: true }],
];

const guests = ["@socket.io/admin-ui", "@socket.io/cluster-adapter", "@socket.io/redis-adapter"];
const [[, newest], [, oldest]] = compilers;

function packageFolder(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

/** A folder with the programs, which find the server as `socket.io`. */
function programs(name: string, serverFolder: string): string {
  const folder = mkdtempSync(join(app.folder, "socket.io-"));
  cpSync(join(app.folder, "typed", name), folder, { recursive: true });
  provide(folder, "socket.io", serverFolder);
  provide(folder, "socket.io-adapter", packageFolder("socket.io-adapter"));
  return folder;
}

for (const [server, serverFolder, serverOptions] of servers) {
  for (const [compiler, tsc] of compilers) {
    for (const [title, options] of Object.entries(compilerOptions)) {
      test(`programs for socket.io with ${server}, ${title}: ${compiler}`, async () => {
        const folder = programs("socket-io", serverFolder());
        const { code, output } = await typeCheck(folder, tsc(), { ...serverOptions, ...options });
        assert.equal(code, 0, output);
      });
    }
  }

  test(`a program that finds declarations by their paths, with ${server}`, async () => {
    const options = { module: "commonjs", moduleResolution: "node10", esModuleInterop: true, skipLibCheck: true };
    const { code, output } = await typeCheck(programs("socket-io-old", serverFolder()), oldest(), options);
    assert.equal(code, 0, output);
  });

  test(`guests of socket.io with ${server}`, async () => {
    const folder = programs("socket-io-guests", serverFolder());
    for (const name of ["redis", "socket.io-msgpack-parser"]) provide(folder, name, packageFolder(name));
    for (const name of guests) // copies: from where they lie they would find the socket.io beside them
      cpSync(packageFolder(name), join(folder, "node_modules", name), { recursive: true });
    const { code, output } = await typeCheck(folder, newest(), { skipLibCheck: true });
    assert.equal(code, 0, output);
  });
}
