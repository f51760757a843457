/** The pages of `docs/`, and what holds of each server on them. */

import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { RecipePage } from "../../../../scripts/test/readme/recipe-page.ts";
import type { Transcript } from "../../../../scripts/test/readme/transcript.ts";
import type { Visit } from "../visitors.ts";

const docs = join(import.meta.dirname, "../../docs");

/** A test that hangs says what it waits for. */
export const timeout = 60_000;

/** @param titles of all programs on the page */
export function recipePage(name: string, titles: readonly string[]): RecipePage {
  return new RecipePage(join(docs, `${name}.md`), titles);
}

export interface Served {
  readonly url: string;
  readonly printed: Transcript;
}

/** Starts a server of the page. */
export async function serve(t: TestContext, page: RecipePage, title: string): Promise<Served> {
  const printed = page.run(t, title, {});
  const port = /listening on port (\d+)/.exec(await printed.until(/listening on port \d+|ended/))?.[1];
  assert.ok(port, printed.toString());
  return { url: `http://127.0.0.1:${port}`, printed };
}

const farewell = "a client has gone";

/** A visitor is greeted, and its end is noticed. */
export async function isGreeted(t: TestContext, visit: Visit, { url, printed }: Served): Promise<void> {
  const farewells = printed.toString().split(farewell).length;
  const visitor = await visit(t, `${url}/events`);
  assert.match((await visitor.next()).data, /^hello /);
  visitor.leave();
  await printed.until(new RegExp(`(?:${farewell}[^]*){${farewells}}`));
}
