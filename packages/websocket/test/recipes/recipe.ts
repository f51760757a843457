/** The pages of `docs/`. */

import { join } from "node:path";
import { RecipePage } from "../../../../scripts/test/readme/recipe-page.ts";

const docs = join(import.meta.dirname, "../../docs");

/** A test that hangs says what it waits for. */
export const timeout = 60_000;

/** @param titles of all programs on the page */
export function recipePage(name: string, titles: readonly string[]): RecipePage {
  return new RecipePage(join(docs, `${name}.md`), titles);
}
