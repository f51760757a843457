/** The README and the pages of `docs/`. */

import { join } from "node:path";
import { RecipePage } from "../../../../scripts/test/readme/recipe-page.ts";

const folder = join(import.meta.dirname, "../..");

/** A test that hangs says what it waits for. */
export const timeout = 60_000;

/** @param titles of all programs on the page */
export function recipePage(path: string, titles: readonly string[]): RecipePage {
  return new RecipePage(join(folder, path), titles);
}
