/** Programs that were written with the types of eventsource 4, 5 and eventsource-parser compile with ours, and are refused the same. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { App } from "./app.ts";
import { download } from "./downloads.ts";
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

/** Which types there are, and which of the programs in `typed/` may count on them. */
const surroundings: Readonly<Record<string, { options: object; programs: readonly string[] }>> = {
  "lib.dom and @types/node": { options: {}, programs: ["eventsource", "eventsource-dom", "eventsource-undici"] },
  "lib.dom alone": {
    options: { lib: ["es2022", "dom", "dom.iterable"], types: [] },
    programs: ["eventsource", "eventsource-dom"],
  },
  "@types/node alone": { options: { lib: ["es2022"] }, programs: ["eventsource"] },
  "the resolution of bundlers": { options: { module: "preserve" }, programs: ["eventsource", "eventsource-dom"] },
  "exact optional properties": { options: { exactOptionalPropertyTypes: true }, programs: ["eventsource"] },
};

/** How a folder gets the package that its programs import. */
type Give = (folder: string) => void;

const ours: Give = (folder) => provide(folder, "eventsource", join(app.folder, "node_modules/@anywire/eventsource"));
const four: Give = (folder) => provide(folder, "eventsource", packageFolder("eventsource"));
const five: Give = (folder) =>
  provide(folder, "eventsource", join(download("eventsource@5.1.5"), "node_modules/eventsource"));
const theirParser: Give = (folder) => provide(folder, "eventsource-parser", packageFolder("eventsource-parser"));

/** `/parser` has what `eventsource-parser` has at two entries. */
const ourParser: Give = (folder) => {
  const stub = join(folder, "node_modules/eventsource-parser");
  mkdirSync(stub, { recursive: true });
  for (const file of ["index.d.ts", "stream.d.ts"])
    writeFileSync(join(stub, file), 'export * from "@anywire/eventsource/parser";\n');
  const exports = { ".": "./index.d.ts", "./stream": "./stream.d.ts" };
  writeFileSync(join(stub, "package.json"), JSON.stringify({ type: "module", exports }));
};

function packageFolder(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

/** Of programs in `typed/`: the newest TypeScript and an old one, each with these options. */
function compiles(
  title: string,
  programs: readonly string[],
  { give, options = {} }: { give: Give; options?: object },
) {
  for (const [name, tsc] of compilers) {
    test(`${title}: ${name}`, async () => {
      const folder = mkdtempSync(join(app.folder, "typed-"));
      for (const each of programs) cpSync(join(app.folder, "typed", each), folder, { recursive: true });
      if (programs.includes("eventsource-undici"))
        provide(folder, "undici", join(download("undici@7.30.2"), "node_modules/undici"));
      give(folder);
      const { code, output } = await typeCheck(folder, tsc(), options);
      assert.equal(code, 0, output);
    });
  }
}

for (const [around, { options, programs }] of Object.entries(surroundings)) {
  compiles(`programs for eventsource 4 with ours, ${around}`, programs, { give: ours, options });
  compiles(`programs for eventsource 4 with its own, ${around}`, programs, { give: four, options });
}

compiles("programs for eventsource 5 with ours", ["eventsource-5"], { give: ours });
compiles("programs for eventsource 5 with its own", ["eventsource-5"], { give: five });
compiles("programs for eventsource-parser with ours", ["eventsource-parser"], { give: ourParser });
compiles("programs for eventsource-parser with its own", ["eventsource-parser"], { give: theirParser });
compiles("programs for sessions and channels", ["event-stream"], { give: ours });
