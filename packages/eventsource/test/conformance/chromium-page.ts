/** A page of Chromium with the programs in it, under the name `told`. */

import { join } from "node:path";
import { build } from "esbuild";
import { chromium, type Page } from "playwright-core";
import { chromiumArguments, findChromium } from "../../../../scripts/chromium.ts";

export const executablePath = findChromium();

/** Its browser is the caller's to close. */
export async function openPage(url: string): Promise<Page> {
  const browser = await chromium.launch({ executablePath: executablePath ?? "", args: [...chromiumArguments] });
  const page = await browser.newPage();
  await page.goto(url);
  await page.addScriptTag({ content: await bundle() });
  return page;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "in-page.ts")],
    bundle: true,
    format: "iife",
    globalName: "told",
    platform: "browser",
    conditions: ["anywire-source"],
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
