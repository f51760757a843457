import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fillClientFiles } from "../../../scripts/build/client-files.ts";
import { clientFolder } from "../src/client-folder.ts";

test("the folder of this package holds the client and its licence", () => {
  fillClientFiles();
  const folder = clientFolder() ?? "";
  assert.equal(folder, join(import.meta.dirname, "../client-dist"));
  assert.ok(existsSync(join(folder, "socket.io.js")));
  assert.ok(existsSync(join(folder, "LICENSE")));
});

test("where the package cannot be found, there is none", (t) => {
  const home = process.cwd();
  t.after(() => process.chdir(home));
  process.chdir("/");
  assert.equal(clientFolder(), undefined);
});
