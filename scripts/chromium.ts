/** The Chromium of this machine, for tests in a real browser. */

import { findProgram } from "./find-program.ts";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const places = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** What it is started with: it runs as root, and talks to nobody but the test. */
export const chromiumArguments: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Said by a test that is skipped for want of it. */
export const noChromium = "no Chromium found (on PATH, or named by the variable CHROMIUM)";

/** @returns the path of the program: what the variable CHROMIUM names, else the first one on PATH */
export function findChromium(): string | undefined {
  return findProgram({ variable: "CHROMIUM", names, places });
}
