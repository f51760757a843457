/** Programs that were written with the types of socket.io-client 4.8 compile with ours, and are refused the same. */

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

const theirs = dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json"));
let app: App;

before(() => {
  app = new App(tarballs);
});
after(() => app.remove());

const compilerOptions: Readonly<Record<string, object>> = {
  "the resolution of Node": {},
  "the resolution of bundlers": { module: "preserve", lib: ["es2022", "dom"] },
};

const clients: readonly [name: string, folder: () => string, options: object][] = [
  ["ours", () => join(app.folder, "node_modules/@anywire/client"), {}],
  ["socket.io-client", () => theirs, { skipLibCheck: true }],
];

for (const [client, clientFolder, clientOptions] of clients) {
  for (const [compiler, tsc] of compilers) {
    for (const [title, options] of Object.entries(compilerOptions)) {
      test(`programs for socket.io-client with ${client}, ${title}: ${compiler}`, async () => {
        const folder = mkdtempSync(join(app.folder, "socket.io-client-"));
        cpSync(join(app.folder, "typed/socket-io-client"), folder, { recursive: true });
        provide(folder, "socket.io-client", clientFolder());
        const { code, output } = await typeCheck(folder, tsc(), { ...clientOptions, ...options });
        assert.equal(code, 0, output);
      });
    }
  }
}
