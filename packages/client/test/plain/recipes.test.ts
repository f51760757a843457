/** The programs of docs/plain.md. */

import { join } from "node:path";
import { test } from "node:test";
import { RecipePage } from "../../../../scripts/test/readme/recipe-page.ts";

const page = new RecipePage(join(import.meta.dirname, "../../docs/plain.md"), ["server.mjs", "client.mjs"]);

test("the client of the page talks to its server", { timeout: 60_000 }, async (t) => {
  const host = await page.serve(t, "server.mjs");
  const printed = page.run(t, "client.mjs", { "localhost:3000": host });
  for (const line of ["begun anew", "hello", "sum 3"]) await printed.until(line);
});
